// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Each worker owns a stripe of columns and walks down the rows, adding input times row to its
// outputs: the matrix is read once, in its own order, whatever the number of positions.
#include "core/run/kernels/multiply_transposed.hpp"

#include <algorithm>
#include <array>

#include "core/tensor/dequantize.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kStripe = 256;  // columns: the decoded piece of a row stays in L1

void multiply_stripe(const Matrix& matrix, const Activations& in, std::span<float> out,
                     std::size_t begin, std::size_t end) {
  const std::size_t element_bytes = tensor::info(matrix.dtype).block_bytes;
  const std::size_t width = end - begin;
  std::array<float, kStripe> piece;
  for (std::size_t p = 0; p < in.positions(); ++p) {
    std::fill_n(out.begin() + static_cast<std::ptrdiff_t>(p * matrix.columns + begin), width, 0.0F);
  }
  for (std::size_t r = 0; r < matrix.rows; ++r) {
    const Bytes row =
        matrix.data.subspan((r * matrix.columns + begin) * element_bytes, width * element_bytes);
    (void)tensor::dequantize(matrix.dtype, row, std::span(piece).first(width));
    for (std::size_t p = 0; p < in.positions(); ++p) {
      const float x = in.row(p)[r];
      float* const sums = out.data() + p * matrix.columns + begin;
      for (std::size_t c = 0; c < width; ++c) sums[c] += x * piece[c];
    }
  }
}

}  // namespace

Status multiply_transposed(const Matrix& matrix, const Activations& in, std::span<float> out,
                           Workers& workers) {
  const auto& type = tensor::info(matrix.dtype);
  if (!type.is_decodable || type.block_elements != 1) {
    return {Code::kUnsupported, "no product with a matrix of element type " +
                                    std::string(type.name) + " stored input by input"};
  }
  const std::size_t stripes = (matrix.columns + kStripe - 1) / kStripe;
  workers.run(stripes, [&](std::size_t stripe) {
    multiply_stripe(matrix, in, out, stripe * kStripe,
                    std::min(matrix.columns, (stripe + 1) * kStripe));
  });
  return Status::ok();
}

}  // namespace hartonomous::core::run
