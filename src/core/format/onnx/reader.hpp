// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/layout.hpp"
#include "core/format/parse.hpp"

namespace hartonomous::core::format::onnx {

// Whether the whole file is a ModelProto: fields of that message only, each of its wire type, an IR
// version first and a graph among them. False for any other bytes; errors are the source's. Steps
// over the contents of all fields.
Result<bool> is_model(ByteSource& source, Checkpoint& checkpoint);

// Reads an ONNX model: the initializers of its graph, those of subgraphs (named
// NODE/ATTRIBUTE/NAME) and the values of Constant nodes (named as their output). Nothing of the
// graph is interpreted. kUnsupported for IR versions other than 1 to 14; kMalformed for
// initializers without a name or with one that repeats, and for fields that must not repeat;
// kLimitExceeded for messages nested more than 64 deep. Sparse initializers, texts, complex128 and
// types of 2 and 4 bits are kept as they are, with a warning.
Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::onnx
