// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/utf8_ranges.hpp"

#include <algorithm>
#include <string>

#include "core/base/utf8.hpp"

namespace hartonomous::core::run {

namespace {

// first..last have encodings of the same length. While their last `digits` continuation bytes do
// not span all of 80..BF, the range is cut where they do.
void divide(char32_t first, char32_t last, std::vector<Utf8Range>& out) {
  for (int digits = 1; digits < 4; ++digits) {
    const char32_t low_bits = (char32_t{1} << (6 * digits)) - 1;
    if ((first & ~low_bits) == (last & ~low_bits)) break;
    if ((first & low_bits) != 0) {
      divide(first, first | low_bits, out);
      return divide((first | low_bits) + 1, last, out);
    }
    if ((last & low_bits) != low_bits) {
      divide(first, (last & ~low_bits) - 1, out);
      return divide(last & ~low_bits, last, out);
    }
  }
  std::string low, high;
  utf8::append(low, first);
  utf8::append(high, last);
  Utf8Range range{static_cast<std::uint8_t>(low.size()), {}};
  for (std::size_t i = 0; i < low.size(); ++i) {
    range.bytes[i] = {static_cast<std::uint8_t>(low[i]), static_cast<std::uint8_t>(high[i])};
  }
  out.push_back(range);
}

}  // namespace

std::vector<Utf8Range> utf8_ranges(char32_t first, char32_t last) {
  // Codepoints of one encoded length, without the surrogates.
  static constexpr char32_t kStretches[][2] = {
      {0, 0x7f}, {0x80, 0x7ff}, {0x800, 0xd7ff}, {0xe000, 0xffff}, {0x10000, 0x10ffff}};
  std::vector<Utf8Range> ranges;
  for (const auto& stretch : kStretches) {
    const char32_t low = std::max(first, stretch[0]), high = std::min(last, stretch[1]);
    if (low <= high) divide(low, high, ranges);
  }
  return ranges;
}

}  // namespace hartonomous::core::run
