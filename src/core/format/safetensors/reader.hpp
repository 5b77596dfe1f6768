// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// safetensors: u64 length N, N bytes of JSON, then tensor bytes without gap, overlap or trailer.
// Stricter than the reference reader in one point: a key that occurs twice, at any level, is
// refused instead of the last one winning. Source: the safetensors README and its reference reader.
#pragma once

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/layout.hpp"
#include "core/format/parse.hpp"

namespace hartonomous::core::format::safetensors {

// Errors and costs as format::parse(). Metadata holds the strings of "__metadata__".
Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::safetensors
