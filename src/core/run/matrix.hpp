// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A weight matrix as it is stored: one row per output, each row whole blocks of its element type.
#pragma once

#include <cstddef>

#include "core/base/cursor.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::core::run {

struct Matrix {
  tensor::DType dtype;
  std::size_t rows;     // outputs
  std::size_t columns;  // inputs; whole blocks of dtype
  Bytes data;           // rows * columns elements, row after row, 64-byte aligned or not
};

}  // namespace hartonomous::core::run
