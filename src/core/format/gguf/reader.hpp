// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// GGUF versions 2 and 3, little-endian. Version 1 and big-endian files are named and refused.
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
