// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Parts of a pass that read weights: products with their biases and low-rank additions, norms, and
// rows of tables. Each acquires what it reads and gives it back.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "core/run/kernels/activations.hpp"
#include "core/run/machine.hpp"
#include "core/run/model.hpp"

namespace hartonomous::core::run {

// out = in * Wᵀ + bias + sum of scale * (in * Aᵀ) * Bᵀ, per position. Reaches the checkpoint at
// least every kSliceWork multiplications. Errors: of the weight source; kUnsupported as multiply().
// REQUIRES: out.size() == in.positions() * outputs.
Status apply(const LinearPlace& place, const Activations& in, std::span<float> out,
             Machine& machine);
inline constexpr std::size_t kSliceWork = 256U << 20;

// out[p] = norm(in[p]), for positions of norm weight's size. `out` may be `in`.
Status apply(const NormPlace& place, const Norm& norm, std::span<const float> in,
             std::span<float> out, Machine& machine);

// out[i] = row rows[i] of the table, as floats. REQUIRES: rows below the table's.
Status gather(const MatrixPlace& table, std::span<const std::size_t> rows, std::span<float> out,
              Machine& machine);

// Calls task(i) for i below count, shared by the workers in runs if there is enough of it:
// `each` is about how many elements one call treats.
void for_each(Workers& workers, std::size_t count, std::size_t each,
              const std::function<void(std::size_t)>& task);

}  // namespace hartonomous::core::run
