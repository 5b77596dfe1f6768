// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Elements as they are stored, at any address, eight at a time or the last few.
// Included once by each kernel set's source, after its Lanes.
#pragma once

#include <cstddef>
#include <cstring>

namespace hartonomous::core::run {

namespace {

struct StoredFloat {
  static constexpr std::size_t kBytes = 4;
  static Lanes load(const std::byte* from) noexcept { return Lanes::load_float(from); }
};
struct StoredHalf {
  static constexpr std::size_t kBytes = 2;
  static Lanes load(const std::byte* from) noexcept { return Lanes::load_half(from); }
};
struct StoredBfloat16 {
  static constexpr std::size_t kBytes = 2;
  static Lanes load(const std::byte* from) noexcept { return Lanes::load_bfloat16(from); }
};

// The last count < 8 elements, and zeros after them.
template <class Stored>
inline Lanes load_rest(const std::byte* from, std::size_t count) noexcept {
  std::byte rest[kLanes * Stored::kBytes] = {};
  std::memcpy(rest, from, count * Stored::kBytes);
  return Stored::load(rest);
}
inline Lanes load_rest(const float* from, std::size_t count) noexcept {
  return load_rest<StoredFloat>(reinterpret_cast<const std::byte*>(from), count);
}

inline void store_rest(Lanes lanes, float* to, std::size_t count) noexcept {
  float rest[kLanes];
  lanes.store(rest);
  std::memcpy(to, rest, count * sizeof(float));
}

}  // namespace

}  // namespace hartonomous::core::run
