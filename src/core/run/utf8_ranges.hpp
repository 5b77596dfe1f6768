// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Codepoint ranges as sequences of byte ranges: the UTF-8 of U+80..U+7FF is a byte of C2..DF, then
// one of 80..BF. The way of Rob Pike and Ken Thompson's grep, described by Cox (2010), "Regular
// expression matching in the wild".
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace hartonomous::core::run {

struct ByteRange {
  std::uint8_t low, high;
};

struct Utf8Range {
  std::uint8_t length;  // 1..4
  std::array<ByteRange, 4> bytes;
};

// The sequences that match exactly the encodings of codepoints first..last, surrogates left out.
// REQUIRES: last <= U+10FFFF. At most 14 of them.
std::vector<Utf8Range> utf8_ranges(char32_t first, char32_t last);

}  // namespace hartonomous::core::run
