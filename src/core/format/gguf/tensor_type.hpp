// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// GGUF's table of tensor type ids. Ids 4, 5, 31-33 and 36-38 once named types that no longer exist;
// their block size is 0, so meeting one as a divisor would be fatal: they are not types here.
#pragma once

#include <cstdint>
#include <optional>

#include "core/tensor/dtype.hpp"

namespace hartonomous::core::format::gguf {

// O(1). Nothing for a removed or unknown id.
std::optional<tensor::DType> dtype_of(std::uint32_t type_id) noexcept;

// Whether the id named a type in older versions of the format.
bool is_removed_type(std::uint32_t type_id) noexcept;

}  // namespace hartonomous::core::format::gguf
