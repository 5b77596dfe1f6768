// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "core/tensor/dtype.hpp"

namespace hartonomous::core::facts {

// What facts are told from: a tensor as its file lists it, in somebody else's memory.
struct TensorView {
  std::string_view name;
  std::string_view path;  // of its file in the version, with '/' between components
  tensor::DType dtype;
  std::span<const std::uint64_t> shape;  // outermost first
};

}  // namespace hartonomous::core::facts
