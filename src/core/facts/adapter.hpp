// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Whether tensors are an adapter's, and whose names they have.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/facts/tensor_view.hpp"

namespace hartonomous::core::facts {

struct Adapter {
  std::string_view dialect;           // "peft", "kohya", "diffusers", "gguf", "mlx", "loha", "lokr"
  std::optional<std::uint64_t> rank;  // the largest; nothing for the last two
};

// Nothing unless at least half of the tensors are an adapter's. O(total length of names).
std::optional<Adapter> adapter_of(std::span<const TensorView> tensors);

}  // namespace hartonomous::core::facts
