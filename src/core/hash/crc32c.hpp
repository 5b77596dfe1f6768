// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// CRC-32C (Castagnoli, RFC 3720), which TensorFlow's files carry.
#pragma once

#include <cstdint>

#include "core/base/cursor.hpp"

namespace hartonomous::core::hash {

class Crc32c {
 public:
  Crc32c& update(Bytes bytes) noexcept;
  std::uint32_t value() const noexcept { return ~state_; }

 private:
  std::uint32_t state_ = ~std::uint32_t{0};
};

// As LevelDB and TensorFlow store it: turned by 15 bits and moved, so that a CRC of data that holds
// CRCs stays meaningful.
constexpr std::uint32_t masked_crc(std::uint32_t crc) noexcept {
  return ((crc >> 15) | (crc << 17)) + 0xa282ead8U;
}

}  // namespace hartonomous::core::hash
