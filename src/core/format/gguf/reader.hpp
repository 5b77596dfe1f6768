// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// GGUF versions 1 to 3; of version 3 either byte order. Tensors of big-endian files are kEncoded,
// but for those of single bytes: turned round they would be other tensors than the file's bytes.
// Sources: ggml's gguf.md and, where the two differ, what its reader does;
// docs/internals/formats.md lists our choices.
#pragma once

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/layout.hpp"
#include "core/format/parse.hpp"

namespace hartonomous::core::format::gguf {

// Errors and costs as format::parse().
Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::gguf
