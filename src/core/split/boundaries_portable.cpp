// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <array>

#include "core/split/boundaries.hpp"

#define HARTONOMOUS_TARGET

namespace hartonomous::core::split {

namespace {

enum : std::uint16_t {
  kUpper = 1,
  kLower = 2,
  kNumber = 4,
  kSpace = 8,
  kLineEnd = 16,
  kBlank = 32,
  kApostrophe = 64,
  kSlash = 128,
  kHigh = 256
};

constexpr std::array<std::uint16_t, 256> make_classes() {
  std::array<std::uint16_t, 256> classes{};
  for (unsigned c = 'A'; c <= 'Z'; ++c) classes[c] = kUpper;
  for (unsigned c = 'a'; c <= 'z'; ++c) classes[c] = kLower;
  for (unsigned c = '0'; c <= '9'; ++c) classes[c] = kNumber;
  for (unsigned c = '\t'; c <= '\r'; ++c) classes[c] = kSpace;
  for (unsigned c = 0x80; c <= 0xff; ++c) classes[c] = kHigh;
  classes[' '] = kSpace | kBlank;
  classes['\n'] = classes['\r'] = kSpace | kLineEnd;
  classes['\''] = kApostrophe;
  classes['/'] = kSlash;
  return classes;
}
constexpr std::array<std::uint16_t, 256> kClasses = make_classes();

inline std::uint64_t extract(std::uint64_t value, std::uint64_t mask) {
  return extract_bits(value, mask);
}
inline std::uint64_t deposit(std::uint64_t value, std::uint64_t mask) {
  return deposit_bits(value, mask);
}
inline void squeeze(CharacterMasks& masks);

void classify(std::string_view text, std::size_t at, CharacterMasks& m) noexcept {
  m = CharacterMasks{};
  if (at >= text.size()) return;
  m.bytes = static_cast<unsigned>(std::min<std::size_t>(64, text.size() - at));
  std::uint64_t high = 0;
  for (unsigned i = 0; i < m.bytes; ++i) {
    const std::uint64_t c = kClasses[static_cast<unsigned char>(text[at + i])];
    m.upper |= (c & 1) << i;
    m.lower |= (c >> 1 & 1) << i;
    m.number |= (c >> 2 & 1) << i;
    m.space |= (c >> 3 & 1) << i;
    m.line_end |= (c >> 4 & 1) << i;
    m.blank |= (c >> 5 & 1) << i;
    m.apostrophe |= (c >> 6 & 1) << i;
    m.slash |= (c >> 7 & 1) << i;
    high |= (c >> 8 & 1) << i;
  }
  m.letter = m.upper | m.lower;
  m.lead = low_bits(m.bytes);
  m.characters = m.bytes;
  if (high == 0) return;
  add_beyond_ascii(m, high, text, at);
  squeeze(m);
}

}  // namespace

}  // namespace hartonomous::core::split

#include "core/split/boundary_algebra.hpp"

namespace hartonomous::core::split {

const BoundaryKernel kPortableBoundaries{"portable", start_reading, next_block};

}  // namespace hartonomous::core::split
