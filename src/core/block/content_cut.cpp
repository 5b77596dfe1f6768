// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/block/content_cut.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hartonomous::core::block {

namespace {

constexpr unsigned kNormalBits = 17;  // log2(kNormalContentBlock)
constexpr unsigned kTilt = 2;         // bits more before the normal length, fewer behind it
static_assert(std::size_t{1} << kNormalBits == kNormalContentBlock);

// G(byte): the outputs of SplitMix64 from seed 0, in order.
constexpr std::array<std::uint64_t, 256> make_gear() {
  std::array<std::uint64_t, 256> gear{};
  std::uint64_t state = 0;
  for (std::uint64_t& value : gear) {
    std::uint64_t z = state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    value = z ^ (z >> 31);
  }
  return gear;
}
constexpr std::array kGear = make_gear();

}  // namespace

std::size_t content_cut(Bytes bytes) noexcept {
  const std::size_t end = std::min<std::size_t>(bytes.size(), kMaxBlock);
  const std::size_t normal = std::min(end, kNormalContentBlock);
  std::uint64_t hash = 0;
  std::size_t at = std::min(end, kMinContentBlock);
  const auto ends_before = [&](std::size_t limit, unsigned bits) {
    while (at < limit) {
      hash = (hash << 1) + kGear[std::to_integer<std::uint8_t>(bytes[at++])];
      if (hash >> (64 - bits) == 0) return true;
    }
    return false;
  };
  if (!ends_before(normal, kNormalBits + kTilt)) ends_before(end, kNormalBits - kTilt);
  return at;
}

}  // namespace hartonomous::core::block
