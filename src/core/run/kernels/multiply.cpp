// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/multiply.hpp"

#include <algorithm>
#include <vector>

#include "core/tensor/dequantize.hpp"

namespace hartonomous::core::run {

namespace {

// Rows [begin, end) decoded one at a time and multiplied with every position.
void multiply_rows(const Matrix& matrix, const Activations& in, std::span<float> out,
                   std::size_t begin, std::size_t end) {
  const std::size_t row_bytes = matrix.data.size() / matrix.rows;
  std::vector<float> row(matrix.columns);
  for (std::size_t r = begin; r < end; ++r) {
    (void)tensor::dequantize(matrix.dtype, matrix.data.subspan(r * row_bytes, row_bytes), row);
    for (std::size_t p = 0; p < in.positions(); ++p) {
      const auto input = in.row(p);
      float sum = 0;
      for (std::size_t c = 0; c < row.size(); ++c) sum += row[c] * input[c];
      out[p * matrix.rows + r] = sum;
    }
  }
}

}  // namespace

Status multiply(const Matrix& matrix, const Activations& in, std::span<float> out,
                Workers& workers) {
  const auto& type = tensor::info(matrix.dtype);
  if (!type.is_decodable) {
    return {Code::kUnsupported, "no kernel for element type " + std::string(type.name)};
  }
  const std::size_t parts = std::min(workers.count(), matrix.rows);
  workers.run(parts, [&](std::size_t part) {
    multiply_rows(matrix, in, out, matrix.rows * part / parts, matrix.rows * (part + 1) / parts);
  });
  return Status::ok();
}

}  // namespace hartonomous::core::run
