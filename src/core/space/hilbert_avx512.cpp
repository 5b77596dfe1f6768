// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// 64 keys at a time. A point is 16 bytes and so is its key, so both sides of the work are the same
// transposition: 64 records become 16 vectors of 64 bytes, one vector per byte of the record, one
// byte lane per point. In that form
//   - the digit of a level, one bit of each axis, is four GF(2) affine products (each moves one
//     bit to its place in every byte) and three ORs;
//   - the machine's tables for one level have 64 entries of one byte, index = direction * 16 +
//     (digit ^ entry): exactly what VPERMB looks up in a register. The entry corner is carried by
//     XOR, which is why 64 entries serve all 32 states.
// That is about ten instructions per level for 64 points, and no memory access but the points.
#include "core/space/hilbert_kernels.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <array>

#if !defined(__clang__)
// GCC 12's own header passes an undefined vector to VPERMB's builtin and then warns of it.
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#include "core/space/hilbert_machine.hpp"

#define HARTONOMOUS_AVX512 [[gnu::target("avx512f,avx512bw,avx512vbmi,gfni")]]
#define HARTONOMOUS_AVX512_INLINE \
  [[gnu::target("avx512f,avx512bw,avx512vbmi,gfni"), gnu::always_inline]] inline

namespace hartonomous::core::space {

namespace {

using Machine = HilbertMachine<4>;
using Lookup = std::array<std::uint8_t, 64>;

constexpr std::size_t kBatch = 64;
constexpr std::uint32_t kEntryBits = 0x0f;      // state byte: entry in the low four bits,
constexpr std::uint32_t kDirectionBits = 0x30;  // direction above

// For all (direction, low) with entry 0: which child / digit, and what the state becomes.
struct Lookups {
  Lookup child_of_digit{}, state_of_digit{}, digit_of_child{}, state_of_child{};
};
constexpr Lookups make_lookups() {
  Lookups t;
  for (std::uint32_t direction = 0; direction < 4; ++direction) {
    const Machine::State state{0, direction};
    for (std::uint32_t child = 0; child < 16; ++child) {
      const std::uint32_t digit = Machine::digit(state, child);
      const Machine::State next = Machine::next(state, child);
      const auto packed = static_cast<std::uint8_t>(next.entry | next.direction << 4);
      t.child_of_digit[direction * 16 + digit] = static_cast<std::uint8_t>(child);
      t.state_of_digit[direction * 16 + digit] = packed;
      t.digit_of_child[direction * 16 + child] = static_cast<std::uint8_t>(digit);
      t.state_of_child[direction * 16 + child] = packed;
    }
  }
  return t;
}
alignas(64) constexpr Lookups kLookups = make_lookups();

// The 8x8 bit matrix that moves bit `from` of every byte to bit `to` and clears the rest.
constexpr long long move_bit(unsigned from, unsigned to) {
  return static_cast<long long>(std::uint64_t{1} << from << (8 * (7 - to)));
}

HARTONOMOUS_AVX512_INLINE __m512i table(const Lookup& lookup) {
  return _mm512_load_si512(lookup.data());
}

HARTONOMOUS_AVX512_INLINE __m512i moved(__m512i bytes, unsigned from, unsigned to) {
  return _mm512_gf2p8affine_epi64_epi8(bytes, _mm512_set1_epi64(move_bit(from, to)), 0);
}

// Transposes the 16 x 16 bytes that the 16 vectors hold in each 128-bit lane. Each round turns the
// index (vector, byte) of every byte left by one bit; four rounds exchange the two.
HARTONOMOUS_AVX512_INLINE void transpose(__m512i (&rows)[16]) {
  for (int round = 0; round < 4; ++round) {
    __m512i turned[16];
    for (int i = 0; i < 8; ++i) {
      turned[2 * i] = _mm512_unpacklo_epi8(rows[i], rows[i + 8]);
      turned[2 * i + 1] = _mm512_unpackhi_epi8(rows[i], rows[i + 8]);
    }
    for (int i = 0; i < 16; ++i) rows[i] = turned[i];
  }
}

HARTONOMOUS_AVX512_INLINE void load(const void* records, __m512i (&planes)[16]) {
  const auto* from = static_cast<const std::byte*>(records);
  for (int i = 0; i < 16; ++i) planes[i] = _mm512_loadu_si512(from + 64 * i);
  transpose(planes);
}

HARTONOMOUS_AVX512_INLINE void store(__m512i (&planes)[16], void* records) {
  transpose(planes);
  auto* to = static_cast<std::byte*>(records);
  for (int i = 0; i < 16; ++i) _mm512_storeu_si512(to + 64 * i, planes[i]);
}

// Where byte `i` of a key, 0 the most significant, lies in {high, low}, both little-endian.
constexpr int key_plane(int i) { return i < 8 ? 7 - i : 23 - i; }

HARTONOMOUS_AVX512 void encode_batch(const Cell4* cells, HilbertKey* keys) noexcept {
  __m512i in[16], out[16];
  load(cells, in);
  const __m512i child_of_digit = table(kLookups.child_of_digit);
  const __m512i state_of_digit = table(kLookups.state_of_digit);
  const __m512i entry_bits = _mm512_set1_epi8(kEntryBits);
  __m512i state = _mm512_setzero_si512();
  for (int byte = 3; byte >= 0; --byte) {
    const __m512i x = in[byte], y = in[4 + byte], z = in[8 + byte], m = in[12 + byte];
    __m512i upper = state;
#pragma GCC unroll 8
    for (unsigned bit = 8; bit-- > 0;) {
      const __m512i digit = _mm512_or_si512(_mm512_or_si512(moved(x, bit, 3), moved(y, bit, 2)),
                                            _mm512_or_si512(moved(z, bit, 1), moved(m, bit, 0)));
      const __m512i index = _mm512_xor_si512(digit, state);
      const __m512i child = _mm512_permutexvar_epi8(index, child_of_digit);
      state = _mm512_xor_si512(_mm512_and_si512(state, entry_bits),
                               _mm512_permutexvar_epi8(index, state_of_digit));
      if (bit % 2 == 1) {
        upper = _mm512_slli_epi16(child, 4);
      } else {
        out[key_plane((3 - byte) * 4 + static_cast<int>(7 - bit) / 2)] =
            _mm512_or_si512(upper, child);
      }
    }
  }
  store(out, keys);
}

HARTONOMOUS_AVX512 void decode_batch(const HilbertKey* keys, Cell4* cells) noexcept {
  __m512i in[16], out[16];
  load(keys, in);
  const __m512i digit_of_child = table(kLookups.digit_of_child);
  const __m512i state_of_child = table(kLookups.state_of_child);
  const __m512i entry_bits = _mm512_set1_epi8(kEntryBits);
  const __m512i direction_bits = _mm512_set1_epi8(kDirectionBits);
  __m512i state = _mm512_setzero_si512();
  for (int byte = 3; byte >= 0; --byte) {
    __m512i axes[4] = {};
#pragma GCC unroll 8
    for (unsigned bit = 8; bit-- > 0;) {
      const __m512i pair = in[key_plane((3 - byte) * 4 + static_cast<int>(7 - bit) / 2)];
      const __m512i child =
          _mm512_and_si512(bit % 2 == 1 ? _mm512_srli_epi16(pair, 4) : pair, entry_bits);
      const __m512i index = _mm512_or_si512(child, _mm512_and_si512(state, direction_bits));
      const __m512i entry = _mm512_and_si512(state, entry_bits);
      const __m512i digit = _mm512_xor_si512(entry, _mm512_permutexvar_epi8(index, digit_of_child));
      state = _mm512_xor_si512(entry, _mm512_permutexvar_epi8(index, state_of_child));
      for (unsigned axis = 0; axis < 4; ++axis) {
        axes[axis] = _mm512_or_si512(axes[axis], moved(digit, 3 - axis, bit));
      }
    }
    for (int axis = 0; axis < 4; ++axis) out[4 * axis + byte] = axes[axis];
  }
  store(out, cells);
}

}  // namespace

void hilbert_encode_avx512(std::span<const Cell4> cells, std::span<HilbertKey> keys) noexcept {
  std::size_t i = 0;
  for (; i + kBatch <= cells.size(); i += kBatch) encode_batch(&cells[i], &keys[i]);
  for (; i < cells.size(); ++i) keys[i] = hilbert_encode(cells[i]);
}

void hilbert_decode_avx512(std::span<const HilbertKey> keys, std::span<Cell4> cells) noexcept {
  std::size_t i = 0;
  for (; i + kBatch <= keys.size(); i += kBatch) decode_batch(&keys[i], &cells[i]);
  for (; i < keys.size(); ++i) hilbert_decode(keys[i], cells[i]);
}

}  // namespace hartonomous::core::space

#endif
