// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Hilbert keys: places in space as numbers, so that an ordinary B-tree keeps neighbours together.
// 4-D: 32 bits an axis, a 128-bit key. 3-D: up to 21 bits an axis, a 63-bit key. The curve is the
// one hilbert_machine.hpp defines; keys are stored, so it never changes.
//
// One point costs about 16 ns (4-D) or 6 ns (3-D); a batch of 4-D points about 2 ns each where the
// CPU has AVX-512 VBMI and GFNI. What the CPU offers is found out at run time, and every path
// gives the same keys. Thread safe, no allocation.
#pragma once

#include <compare>
#include <cstdint>
#include <span>

#include "core/space/point.hpp"
#include "core/space/quantize.hpp"

namespace hartonomous::core::space {

// A position on the 4-D curve: high * 2^64 + low.
struct HilbertKey {
  std::uint64_t high, low;

  auto operator<=>(const HilbertKey&) const = default;
};

// The same as SQL keeps it, in two bigints. The sign bit of *both* halves is flipped, so that the
// signed order of (high, low) is the order along the curve.
struct StoredKey {
  std::int64_t high, low;

  auto operator<=>(const StoredKey&) const = default;
};
inline constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;
constexpr StoredKey stored(HilbertKey key) noexcept {
  return {static_cast<std::int64_t>(key.high ^ kSignBit),
          static_cast<std::int64_t>(key.low ^ kSignBit)};
}
constexpr HilbertKey from_stored(StoredKey key) noexcept {
  return {static_cast<std::uint64_t>(key.high) ^ kSignBit,
          static_cast<std::uint64_t>(key.low) ^ kSignBit};
}

HilbertKey hilbert_encode(const Cell4& cell) noexcept;
// The first form writes where it is told: a small struct that is returned travels in registers
// as pairs of coordinates, and packing them there costs a third of the whole.
void hilbert_decode(HilbertKey key, Cell4& cell) noexcept;
inline Cell4 hilbert_decode(HilbertKey key) noexcept {
  Cell4 cell;
  hilbert_decode(key, cell);
  return cell;
}

// REQUIRES: both spans have the same size.
void hilbert_encode(std::span<const Cell4> cells, std::span<HilbertKey> keys) noexcept;
void hilbert_decode(std::span<const HilbertKey> keys, std::span<Cell4> cells) noexcept;

// The key of a point. REQUIRES: in_unit_cube(point); use quantize() on unchecked input.
inline HilbertKey hilbert_key(const Point4& point) noexcept {
  return hilbert_encode(cell_of(point));
}

struct Cell3 {
  std::uint32_t x, y, z;

  bool operator==(const Cell3&) const = default;
};
inline constexpr unsigned kMaxBits3 = 21;

// Curves of kMaxBits3 levels.
std::uint64_t hilbert3_encode_full(std::uint32_t x, std::uint32_t y, std::uint32_t z) noexcept;
void hilbert3_decode_full(std::uint64_t key, Cell3& cell) noexcept;

// REQUIRES: 1 <= bits <= kMaxBits3; coordinates below 2^bits; key below 2^(3 bits). A curve of
// fewer levels is the coarse levels of the full one, so keys and cells only shift.
inline std::uint64_t hilbert3_encode(const Cell3& c, unsigned bits = kMaxBits3) noexcept {
  const unsigned unused = kMaxBits3 - bits;
  return hilbert3_encode_full(c.x << unused, c.y << unused, c.z << unused) >> (3 * unused);
}
inline Cell3 hilbert3_decode(std::uint64_t key, unsigned bits = kMaxBits3) noexcept {
  const unsigned unused = kMaxBits3 - bits;
  Cell3 cell;
  hilbert3_decode_full(key << (3 * unused), cell);
  return {cell.x >> unused, cell.y >> unused, cell.z >> unused};
}

}  // namespace hartonomous::core::space
