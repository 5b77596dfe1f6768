// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Keras' own archive (.keras): a ZIP of metadata.json, config.json and model.weights.h5. The
// configuration names classes and may hold code; it is text here, and never run.
// Source: Keras' saving_lib.
#pragma once

#include <vector>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/layout.hpp"
#include "core/format/parse.hpp"
#include "core/format/zip/directory.hpp"

namespace hartonomous::core::format::keras {

// Whether these are the entries of such an archive.
bool is_archive(const std::vector<zip::Entry>& entries) noexcept;

// The tensors of the weights, which are in place if the archive stores them as Keras does; of
// compressed weights none are listed, with a warning. Errors and costs as format::parse().
Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::keras
