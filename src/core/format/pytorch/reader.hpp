// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Files of torch.save(): ZIP archives (PyTorch 1.6 and later) and the stream of pickles before them.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/layout.hpp"
#include "core/format/parse.hpp"
#include "core/format/zip/directory.hpp"

namespace hartonomous::core::format::pytorch {

// Whether an archive is one of PyTorch's: FOLDER/data.pkl, with its first entry in FOLDER.
bool is_archive(const std::vector<zip::Entry>& entries) noexcept;

// A legacy stream begins with a pickle of this number; `head` is the file's first bytes.
bool is_stream(std::string_view head) noexcept;

// Reads an archive or a stream. Storages are named by the pickle and must be in the file, with
// exactly the bytes that it claims. Contiguous tensors in their machine's usual byte order are in
// place, or shared; strided, compressed and big-endian ones are listed. TorchScript programs are
// listed and never run. The CRC of the pickle is checked, that of storages is not.
Result<FileLayout> read_archive(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);
Result<FileLayout> read_stream(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::pytorch
