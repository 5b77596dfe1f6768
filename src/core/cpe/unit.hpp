// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <cstdint>

namespace hartonomous::core::cpe {

// What merging starts from.
enum class Unit : std::uint8_t { kByte, kCodepoint };

}  // namespace hartonomous::core::cpe
