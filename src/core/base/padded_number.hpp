// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Numbers in names of shards: "00002".
#pragma once

#include <cstdint>
#include <string>

namespace hartonomous::core {

// Decimal digits of `value`, at least `width` of them.
inline std::string padded_number(std::uint64_t value, std::size_t width) {
  std::string digits = std::to_string(value);
  if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
  return digits;
}

}  // namespace hartonomous::core
