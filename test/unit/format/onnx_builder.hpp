// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Builds Protocol Buffers messages field by field, for tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "file_builder.hpp"

namespace hartonomous::test::proto {

inline std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out + static_cast<char>(value);
}
inline std::string tag(std::uint32_t field, std::uint32_t wire_type) {
  return varint(std::uint64_t{field} << 3 | wire_type);
}
inline std::string number(std::uint32_t field, std::uint64_t value) {
  return tag(field, 0) + varint(value);
}
inline std::string bytes(std::uint32_t field, std::string_view value) {
  return tag(field, 2) + varint(value.size()) + std::string(value);
}

// TensorProto's dims, packed.
inline std::string shape(const std::vector<std::uint64_t>& dimensions) {
  std::string packed;
  for (const std::uint64_t n : dimensions) packed += varint(n);
  return bytes(1, packed);
}

// A ModelProto of IR version 7 and opset 13 with those fields in its graph.
inline std::string model(std::string_view graph) {
  return number(1, 7) + bytes(2, "test") + bytes(7, graph) + bytes(8, number(2, 13));
}

}  // namespace hartonomous::test::proto
