// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/split/boundaries.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <algorithm>
#include <cstring>

#define HARTONOMOUS_TARGET [[gnu::target("avx2,bmi,bmi2,lzcnt,popcnt")]]

namespace hartonomous::core::split {

namespace {

HARTONOMOUS_TARGET inline std::uint64_t extract(std::uint64_t value, std::uint64_t mask) {
  return _pext_u64(value, mask);
}
HARTONOMOUS_TARGET inline std::uint64_t deposit(std::uint64_t value, std::uint64_t mask) {
  return _pdep_u64(value, mask);
}
HARTONOMOUS_TARGET inline void squeeze(CharacterMasks& masks);

struct Block {
  __m256i low, high;
};

HARTONOMOUS_TARGET [[gnu::always_inline]] inline std::uint64_t bits(__m256i low, __m256i high) {
  return static_cast<std::uint32_t>(_mm256_movemask_epi8(low)) |
         std::uint64_t{static_cast<std::uint32_t>(_mm256_movemask_epi8(high))} << 32;
}
HARTONOMOUS_TARGET [[gnu::always_inline]] inline std::uint64_t equal(const Block& block,
                                                                     char byte) {
  const __m256i all = _mm256_set1_epi8(byte);
  return bits(_mm256_cmpeq_epi8(block.low, all), _mm256_cmpeq_epi8(block.high, all));
}
HARTONOMOUS_TARGET [[gnu::always_inline]] inline __m256i is_between(__m256i bytes, char first,
                                                                    char last) {
  const __m256i offset = _mm256_sub_epi8(bytes, _mm256_set1_epi8(first));
  return _mm256_cmpeq_epi8(
      _mm256_min_epu8(offset, _mm256_set1_epi8(static_cast<char>(last - first))), offset);
}
HARTONOMOUS_TARGET [[gnu::always_inline]] inline std::uint64_t between(const Block& block,
                                                                       char first, char last) {
  return bits(is_between(block.low, first, last), is_between(block.high, first, last));
}

HARTONOMOUS_TARGET [[gnu::always_inline]] inline void classify(std::string_view text,
                                                               std::size_t at, CharacterMasks& m) {
  alignas(32) char tail[64];
  const char* from = text.data() + at;
  m.bytes = 64;
  if (at + 64 > text.size()) {
    const std::size_t left = at < text.size() ? text.size() - at : 0;
    std::memset(tail, 0, sizeof tail);
    std::memcpy(tail, text.data() + text.size() - left, left);
    from = tail;
    m.bytes = static_cast<unsigned>(left);
  }
  const Block block{_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)),
                    _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + 32))};
  m.upper = between(block, 'A', 'Z');
  m.lower = between(block, 'a', 'z');
  m.letter = m.upper | m.lower;
  m.caseless = m.mark = 0;
  m.number = between(block, '0', '9');
  m.blank = equal(block, ' ');
  m.space = between(block, '\t', '\r') | m.blank;
  m.line_end = equal(block, '\n') | equal(block, '\r');
  m.apostrophe = equal(block, '\'');
  m.slash = equal(block, '/');
  m.lead = low_bits(m.bytes);
  m.characters = m.bytes;
  const std::uint64_t high = bits(block.low, block.high);
  if (high == 0) [[likely]] {
    return;
  }
  add_beyond_ascii(m, high, text, at);
  squeeze(m);
}

}  // namespace

}  // namespace hartonomous::core::split

#include "core/split/boundary_algebra.hpp"

namespace hartonomous::core::split {

const BoundaryKernel kAvx2Boundaries{"avx2", start_reading, next_block};

}  // namespace hartonomous::core::split

#endif
