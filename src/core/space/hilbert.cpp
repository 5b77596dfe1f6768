// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A key is made in two steps: the coordinates' bits are interleaved (the Morton code, whose
// digits are the corners taken at each level), then the machine of hilbert_machine.hpp walks over
// the digits, two (4-D) or three (3-D) levels per table look-up. Interleaving is one PDEP per axis
// where that is fast; AMD's first two Zen generations have it as slow microcode and, like all
// other CPUs, use shifts and masks. The walk is a chain of dependent loads, some 40 ns long, but
// independent points overlap in an out-of-order CPU; interleaving them by hand gains nothing.
#include "core/space/hilbert.hpp"

#include <array>

#include "core/space/bit_spread.hpp"
#include "core/space/hilbert_kernels.hpp"
#include "core/space/hilbert_tables.hpp"

namespace hartonomous::core::space {

namespace {

alignas(64) constexpr auto kTables4 = make_hilbert_tables<4, 2>();
alignas(64) constexpr auto kTables3 = make_hilbert_tables<3, 3>();

// An entry's state is below kStates, so no index made from it can leave the table.
using Entries = const std::uint16_t*;

// Runs 16 levels of the 4-D machine; `state` is the table entry the last run ended with.
[[gnu::always_inline]] inline std::uint64_t walk4(Entries table, std::uint64_t digits,
                                                  std::uint32_t& state) {
  std::uint64_t out = 0;
  for (int shift = 56; shift >= 0; shift -= 8) {
    state = table[(state & 0xff00) | (digits >> shift & 0xff)];
    out = out << 8 | (state & 0xff);
  }
  return out;
}

[[gnu::always_inline]] inline std::uint64_t walk3(Entries table, std::uint64_t digits) {
  std::uint64_t out = 0;
  std::uint32_t state = 0;
  for (int shift = 54; shift >= 0; shift -= 9) {
    state = table[(state & 0x1e00) | (digits >> shift & 0x1ff)];
    out = out << 9 | (state & 0x1ff);
  }
  return out;
}

template <class Spread>
[[gnu::always_inline]] inline HilbertKey encode_with(const Cell4& c) {
  std::uint32_t state = 0;
  HilbertKey key;
  key.high =
      walk4(kTables4.encode, Spread::join4(c[0] >> 16, c[1] >> 16, c[2] >> 16, c[3] >> 16), state);
  key.low = walk4(kTables4.encode,
                  Spread::join4(c[0] & 0xffff, c[1] & 0xffff, c[2] & 0xffff, c[3] & 0xffff), state);
  return key;
}

template <class Spread>
[[gnu::always_inline]] inline void decode_with(HilbertKey key, Cell4& cell) {
  std::uint32_t state = 0;
  const std::uint64_t high = walk4(kTables4.decode, key.high, state);
  const std::uint64_t low = walk4(kTables4.decode, key.low, state);
  for (unsigned axis = 0; axis < 4; ++axis) {
    cell[axis] = Spread::axis4(high, axis) << 16 | Spread::axis4(low, axis);
  }
}

template <class Spread>
[[gnu::always_inline]] inline void decode3_with(std::uint64_t key, Cell3& cell) {
  const std::uint64_t digits = walk3(kTables3.decode, key);
  cell = {Spread::axis3(digits, 0), Spread::axis3(digits, 1), Spread::axis3(digits, 2)};
}

HilbertKey encode_portable(const Cell4& cell) noexcept { return encode_with<ShiftSpread>(cell); }
void decode_portable(HilbertKey key, Cell4& cell) noexcept { decode_with<ShiftSpread>(key, cell); }
void encode_all_portable(std::span<const Cell4> cells, std::span<HilbertKey> keys) noexcept {
  for (std::size_t i = 0; i < cells.size(); ++i) keys[i] = encode_with<ShiftSpread>(cells[i]);
}
void decode_all_portable(std::span<const HilbertKey> keys, std::span<Cell4> cells) noexcept {
  for (std::size_t i = 0; i < keys.size(); ++i) decode_with<ShiftSpread>(keys[i], cells[i]);
}
std::uint64_t encode3_portable(std::uint32_t x, std::uint32_t y, std::uint32_t z) noexcept {
  return walk3(kTables3.encode, ShiftSpread::join3(x, y, z));
}
void decode3_portable(std::uint64_t key, Cell3& cell) noexcept {
  decode3_with<ShiftSpread>(key, cell);
}

constexpr HilbertKernels kPortable = {"portable",          encode_portable,     decode_portable,
                                      encode_all_portable, decode_all_portable, encode3_portable,
                                      decode3_portable};

#if defined(__x86_64__)

#define HARTONOMOUS_BMI2 [[gnu::target("bmi2")]]

HARTONOMOUS_BMI2 HilbertKey encode_bmi2(const Cell4& cell) noexcept {
  return encode_with<DepositSpread>(cell);
}
HARTONOMOUS_BMI2 void decode_bmi2(HilbertKey key, Cell4& cell) noexcept {
  decode_with<DepositSpread>(key, cell);
}
HARTONOMOUS_BMI2 void encode_all_bmi2(std::span<const Cell4> cells,
                                      std::span<HilbertKey> keys) noexcept {
  for (std::size_t i = 0; i < cells.size(); ++i) keys[i] = encode_with<DepositSpread>(cells[i]);
}
HARTONOMOUS_BMI2 void decode_all_bmi2(std::span<const HilbertKey> keys,
                                      std::span<Cell4> cells) noexcept {
  for (std::size_t i = 0; i < keys.size(); ++i) decode_with<DepositSpread>(keys[i], cells[i]);
}
HARTONOMOUS_BMI2 std::uint64_t encode3_bmi2(std::uint32_t x, std::uint32_t y,
                                            std::uint32_t z) noexcept {
  return walk3(kTables3.encode, DepositSpread::join3(x, y, z));
}
HARTONOMOUS_BMI2 void decode3_bmi2(std::uint64_t key, Cell3& cell) noexcept {
  decode3_with<DepositSpread>(key, cell);
}

constexpr HilbertKernels kBmi2 = {"bmi2",          encode_bmi2,  decode_bmi2, encode_all_bmi2,
                                  decode_all_bmi2, encode3_bmi2, decode3_bmi2};
constexpr HilbertKernels kAvx512 = {
    "avx512",     encode_bmi2, decode_bmi2, hilbert_encode_avx512, hilbert_decode_avx512,
    encode3_bmi2, decode3_bmi2};

bool has_avx512_kernel() noexcept {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("gfni");
}

#endif

struct Available {
  std::array<HilbertKernels, 3> kernels{kPortable};
  std::size_t count = 1;

  Available() noexcept {
#if defined(__x86_64__)
    if (!has_fast_deposit()) return;
    kernels[count++] = kBmi2;
    if (has_avx512_kernel()) kernels[count++] = kAvx512;
#endif
  }
};

const HilbertKernels& best() noexcept {
  static const HilbertKernels chosen = hilbert_kernels().back();
  return chosen;
}

}  // namespace

std::span<const HilbertKernels> hilbert_kernels() noexcept {
  static const Available available;
  return {available.kernels.data(), available.count};
}

HilbertKey hilbert_encode(const Cell4& cell) noexcept { return best().encode(cell); }
void hilbert_decode(HilbertKey key, Cell4& cell) noexcept { best().decode(key, cell); }

void hilbert_encode(std::span<const Cell4> cells, std::span<HilbertKey> keys) noexcept {
  best().encode_all(cells, keys);
}
void hilbert_decode(std::span<const HilbertKey> keys, std::span<Cell4> cells) noexcept {
  best().decode_all(keys, cells);
}

std::uint64_t hilbert3_encode_full(std::uint32_t x, std::uint32_t y, std::uint32_t z) noexcept {
  return best().encode3(x, y, z);
}
void hilbert3_decode_full(std::uint64_t key, Cell3& cell) noexcept { best().decode3(key, cell); }

}  // namespace hartonomous::core::space
