// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Matrix products of a forward pass. A result depends on the matrix row and the one input vector
// alone: not on how many positions are multiplied at once, nor on how many workers share the rows,
// nor on the CPU (up to a NaN's payload). Inputs are rounded first as forms.hpp says. Why, and how
// fast: docs/internals/kernels.md.
#pragma once

#include <span>

#include "core/base/result.hpp"
#include "core/base/workers.hpp"
#include "core/run/kernels/activations.hpp"
#include "core/run/kernels/kernel_set.hpp"
#include "core/run/matrix.hpp"

namespace hartonomous::core::run {

// out[p * rows + r] = sum over c of matrix[r][c] * in.row(p)[c]. kUnsupported for an element type
// that cannot be decoded. May throw std::bad_alloc. Runs to its end without a Checkpoint: callers
// that must answer within a time give it few positions at once.
// REQUIRES: in.columns() == matrix.columns, whole blocks of the type; matrix.data is exactly the
// matrix, at any address; out.size() == positions * rows.
Status multiply(const Matrix& matrix, const Activations& in, std::span<float> out, Workers& workers,
                const KernelSet& kernels = best_kernels());

// The same for rows [begin, end) alone; leaves the other rows' places in `out` as they are.
// REQUIRES: begin <= end <= matrix.rows.
Status multiply_rows(const Matrix& matrix, std::size_t begin, std::size_t end,
                     const Activations& in, std::span<float> out, Workers& workers,
                     const KernelSet& kernels = best_kernels());

}  // namespace hartonomous::core::run
