// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Matrix products of a forward pass. A result depends on the matrix row and the one input vector
// alone: not on how many positions are multiplied at once, nor on how many workers share the rows.
#pragma once

#include <span>

#include "core/base/result.hpp"
#include "core/base/workers.hpp"
#include "core/run/kernels/activations.hpp"
#include "core/run/matrix.hpp"

namespace hartonomous::core::run {

// out[p * rows + r] = sum over c of matrix[r][c] * in.row(p)[c]. kUnsupported for an element type
// that cannot be decoded. REQUIRES: in.columns() == matrix.columns, out.size() == positions * rows.
Status multiply(const Matrix& matrix, const Activations& in, std::span<float> out,
                Workers& workers);

}  // namespace hartonomous::core::run
