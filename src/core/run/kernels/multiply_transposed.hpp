// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Products with a matrix that is stored input by input (GPT-2's files), read where it lies: no
// turned copy is made. As multiply(), a result depends on its column and one input vector alone.
#pragma once

#include <span>

#include "core/base/result.hpp"
#include "core/base/workers.hpp"
#include "core/run/kernels/activations.hpp"
#include "core/run/matrix.hpp"

namespace hartonomous::core::run {

// out[p * columns + c] = sum over r of in.row(p)[r] * matrix[r][c]. kUnsupported for element types
// that cannot be decoded or are coded in blocks. REQUIRES: in.columns() == matrix.rows,
// out.size() == positions * matrix.columns.
Status multiply_transposed(const Matrix& matrix, const Activations& in, std::span<float> out,
                           Workers& workers);

}  // namespace hartonomous::core::run
