// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Overlong paragraphs are cut where a hash of the 32 bytes before a candidate place is small, so
// that an edit moves no cut but its own (the idea of content_split.cpp, over bytes). Better places
// are tried first; the odds are set so that each class is expected to yield a cut within its range.
#include "core/text/part_splitter.hpp"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "core/base/cursor.hpp"

namespace hartonomous::core::text {

namespace {

constexpr std::size_t kLinesFrom = 16 * 1024;
constexpr std::size_t kSpacesFrom = 32 * 1024;
constexpr std::size_t kCodepointsFrom = 48 * 1024;

// Uniform in 64 bits over the 32 bytes that end at `end`. REQUIRES: they exist.
std::uint64_t hash_before(const char* end) noexcept {
  const auto* bytes = reinterpret_cast<const std::byte*>(end) - 32;
  std::uint64_t h = 0x9e3779b97f4a7c15U;
  for (int i = 0; i < 4; ++i) {
    h = (h ^ load_little_endian<std::uint64_t>(bytes + 8 * i)) * 0xff51afd7ed558ccdU;
    h ^= std::rotr(h, 32);
  }
  return h * 0xc4ceb9fe1a85ec53U;
}

bool one_in(std::uint64_t odds, const char* end) noexcept {
  return hash_before(end) < ~std::uint64_t{0} / odds;
}

bool is_terminator(char c) noexcept { return c == '\n' || c == '\r'; }
bool is_continuation(char c) noexcept { return (c & 0xc0) == 0x80; }

}  // namespace

std::size_t first_part(std::string_view text) noexcept {
  const std::size_t limit = std::min(text.size(), kMaxPart);
  std::size_t at = 0;
  while (at < limit) {
    if (is_terminator(text[at])) {
      std::size_t lines = 0;
      while (at < limit && is_terminator(text[at])) {
        const bool pair = text[at] == '\r' && at + 1 < limit && text[at + 1] == '\n';
        at += pair ? 2 : 1;
        ++lines;
      }
      if (lines >= 2) return at;
      if (at >= kLinesFrom && one_in(64, text.data() + at)) return at;
      continue;
    }
    const char c = text[at++];
    if (at < kSpacesFrom || at == text.size()) continue;
    if (c == ' ' && one_in(1024, text.data() + at)) return at;
    if (at >= kCodepointsFrom && !is_continuation(text[at]) && one_in(4096, text.data() + at)) {
      return at;
    }
  }
  if (limit == text.size()) return limit;
  std::size_t end = limit;
  while (is_continuation(text[end])) --end;
  return end;
}

}  // namespace hartonomous::core::text
