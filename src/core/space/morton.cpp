// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/space/morton.hpp"

#include "core/space/bit_spread.hpp"

namespace hartonomous::core::space {

namespace {

template <class Spread>
[[gnu::always_inline]] inline HilbertKey encode_with(const Cell4& c) {
  return {Spread::join4(c[0] >> 16, c[1] >> 16, c[2] >> 16, c[3] >> 16),
          Spread::join4(c[0] & 0xffff, c[1] & 0xffff, c[2] & 0xffff, c[3] & 0xffff)};
}

template <class Spread>
[[gnu::always_inline]] inline void decode_with(HilbertKey code, Cell4& cell) {
  for (unsigned axis = 0; axis < 4; ++axis) {
    cell[axis] = Spread::axis4(code.high, axis) << 16 | Spread::axis4(code.low, axis);
  }
}

template <class Spread>
[[gnu::always_inline]] inline void decode3_with(std::uint64_t code, Cell3& cell) {
  cell = {Spread::axis3(code, 0), Spread::axis3(code, 1), Spread::axis3(code, 2)};
}

#if defined(__x86_64__)
[[gnu::target("bmi2")]] HilbertKey encode_bmi2(const Cell4& cell) noexcept {
  return encode_with<DepositSpread>(cell);
}
[[gnu::target("bmi2")]] void decode_bmi2(HilbertKey code, Cell4& cell) noexcept {
  decode_with<DepositSpread>(code, cell);
}
[[gnu::target("bmi2")]] std::uint64_t encode3_bmi2(Cell3 c) noexcept {
  return DepositSpread::join3(c.x, c.y, c.z);
}
[[gnu::target("bmi2")]] void decode3_bmi2(std::uint64_t code, Cell3& cell) noexcept {
  decode3_with<DepositSpread>(code, cell);
}

bool use_bmi2() noexcept {
  static const bool fast = has_fast_deposit();
  return fast;
}
#endif

}  // namespace

HilbertKey morton_encode(const Cell4& cell) noexcept {
#if defined(__x86_64__)
  if (use_bmi2()) return encode_bmi2(cell);
#endif
  return encode_with<ShiftSpread>(cell);
}

void morton_decode(HilbertKey code, Cell4& cell) noexcept {
#if defined(__x86_64__)
  if (use_bmi2()) return decode_bmi2(code, cell);
#endif
  decode_with<ShiftSpread>(code, cell);
}

std::uint64_t morton3_encode(Cell3 c) noexcept {
#if defined(__x86_64__)
  if (use_bmi2()) return encode3_bmi2(c);
#endif
  return ShiftSpread::join3(c.x, c.y, c.z);
}

void morton3_decode(std::uint64_t code, Cell3& cell) noexcept {
#if defined(__x86_64__)
  if (use_bmi2()) return decode3_bmi2(code, cell);
#endif
  decode3_with<ShiftSpread>(code, cell);
}

}  // namespace hartonomous::core::space
