// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/hash/crc32c.hpp"

#include <array>

namespace hartonomous::core::hash {

namespace {

constexpr std::size_t kSlices = 8;  // bytes taken at once
using Table = std::array<std::array<std::uint32_t, 256>, kSlices>;

constexpr Table make_table() {
  constexpr std::uint32_t kPolynomial = 0x82f63b78;  // bits reversed
  Table table{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t crc = byte;
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ ((crc & 1) != 0 ? kPolynomial : 0);
    table[0][byte] = crc;
  }
  for (std::size_t slice = 1; slice < kSlices; ++slice) {
    for (std::uint32_t byte = 0; byte < 256; ++byte) {
      const std::uint32_t before = table[slice - 1][byte];
      table[slice][byte] = (before >> 8) ^ table[0][before & 0xff];
    }
  }
  return table;
}
constexpr Table kTable = make_table();

}  // namespace

Crc32c& Crc32c::update(Bytes bytes) noexcept {
  std::uint32_t crc = state_;
  while (bytes.size() >= kSlices) {
    const auto word = load_little_endian<std::uint64_t>(bytes.data()) ^ crc;
    crc = 0;
    for (std::size_t i = 0; i < kSlices; ++i) {
      crc ^= kTable[kSlices - 1 - i][(word >> (8 * i)) & 0xff];
    }
    bytes = bytes.subspan(kSlices);
  }
  for (const std::byte byte : bytes) {
    crc = (crc >> 8) ^ kTable[0][(crc ^ std::to_integer<std::uint32_t>(byte)) & 0xff];
  }
  state_ = crc;
  return *this;
}

}  // namespace hartonomous::core::hash
