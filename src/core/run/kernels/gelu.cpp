// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/gelu.hpp"

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "core/tensor/float_formats.hpp"

namespace hartonomous::core::run {

namespace {

// By the binary16 number's bits. In double, so that no CPU's or library's tanh shows.
using Table = std::array<std::uint16_t, 1 << 16>;

Table make_table() noexcept {
  constexpr double kRootTwoOverPi = 0.79788456080286535588;
  Table table{};
  for (std::size_t bits = 0; bits < table.size(); ++bits) {
    const float x = tensor::half_to_float(static_cast<std::uint16_t>(bits));
    if (!(std::abs(x) <= 10)) continue;
    const double inner = kRootTwoOverPi * x * (1 + 0.044715 * static_cast<double>(x) * x);
    table[bits] = tensor::float_to_half(static_cast<float>(0.5 * x * (1 + std::tanh(inner))));
  }
  return table;
}

}  // namespace

float gelu_in_halves(float x) noexcept {
  static const Table table = make_table();
  if (x <= -10) return 0;
  if (!(x < 10)) return x;
  return tensor::half_to_float(table[tensor::float_to_half(x)]);
}

}  // namespace hartonomous::core::run
