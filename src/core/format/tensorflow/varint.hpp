// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/cursor.hpp"

namespace hartonomous::core::format::tensorflow {

// Seven bits a byte, least significant first, at most 64 in all; nothing if it is longer or cut.
inline std::optional<std::uint64_t> read_varint(Cursor& in) noexcept {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64; shift += 7) {
    const auto byte = in.read<std::uint8_t>();
    if (!byte || (shift == 63 && *byte > 1)) return std::nullopt;
    value |= std::uint64_t{*byte & 0x7fU} << shift;
    if (*byte < 0x80) return value;
  }
  return std::nullopt;
}

}  // namespace hartonomous::core::format::tensorflow
