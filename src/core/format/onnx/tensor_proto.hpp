// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One TensorProto of an ONNX model. Source: onnx.proto, IR version 14.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/format/layout.hpp"
#include "core/format/onnx/wire_stream.hpp"
#include "core/format/parse.hpp"

namespace hartonomous::core::format::onnx {

struct TensorProto {
  std::string name;
  // Nothing if its element type has none of ours: texts, complex128, types of 2 and 4 bits.
  std::optional<TensorEntry> entry;
  std::vector<std::string> warnings;
};

// Reads the message in `field`. Values as raw bytes, or as packed floats and doubles, are in place;
// as varints they are encoded; in another file, external. kMalformed if dimensions, type and
// values do not agree to the byte, if there are two kinds of values, and for external locations
// that are not plain relative names; kUnsupported for segments and unknown element types.
Result<TensorProto> read_tensor(WireStream& in, const WireStream::Field& field,
                                const Limits& limits);

}  // namespace hartonomous::core::format::onnx
