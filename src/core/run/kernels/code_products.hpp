// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Products of quantised rows with 8-bit inputs. A result is the sum, run after run in the order of
// the columns, of fma(float(integer sum), scale * input scale, result), and where a type has minima
// a second fma for them; so any path that gets the exact integers gets the same bits.
// Included once by each kernel set's source, after its integer_dot(), which multiplies 16-bit with
// 8-bit numbers. REQUIRES there: count is a multiple of 16 and the sum fits 32 bits.
#pragma once

#include "core/run/kernels/code_blocks.hpp"
#include "core/run/kernels/kernel_set.hpp"

namespace hartonomous::core::run {

namespace {

// One run's part of one result.
template <class Format>
inline float add_run(float sum, const Run& run, std::int32_t product, const CodeForm& in,
                     std::size_t at) noexcept {
  const float scale = in.scales[at];
  sum = std::fma(static_cast<float>(product), run.scale * scale, sum);
  if constexpr (Format::kHasMinimum && Format::kColumns == 32) {
    sum = std::fma(run.minimum, in.scaled_sums[at], sum);
  }
  if constexpr (Format::kHasMinimum && Format::kColumns == 256) {
    std::int32_t minima = 0;
    for (std::size_t i = 0; i < 16; ++i) minima += run.minima[i] * in.group_sums[16 * at + i];
    sum = std::fma(static_cast<float>(minima), -(run.minimum * scale), sum);
  }
  return sum;
}

// Every run is read once and meets every position.
template <class Format>
void read_rows(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  const Matrix& matrix = *job.matrix;
  const std::size_t row_bytes = matrix.data.size() / matrix.rows;
  const std::size_t runs = matrix.columns / Format::kColumns;
  Run run;
  for (std::size_t r = begin; r < end; ++r) {
    const auto* row = reinterpret_cast<const std::uint8_t*>(matrix.data.data()) + r * row_bytes;
    for (std::size_t p = 0; p < job.positions; ++p) job.out[p * matrix.rows + r] = 0;
    for (std::size_t i = 0; i < runs; ++i) {
      Format::read(row, i, run);
      for (std::size_t p = 0; p < job.positions; ++p) {
        float& sum = job.out[p * matrix.rows + r];
        const std::int8_t* codes = in.codes + p * in.columns + i * Format::kColumns;
        sum = add_run<Format>(sum, run, integer_dot(run.codes, codes, Format::kColumns), in,
                              p * in.blocks + i);
      }
    }
  }
}

using CodeProducts = void (*)(const Products&, const CodeForm&, std::size_t, std::size_t);

// Path<Format>::products for the matrix's type.
template <template <class> class Path>
CodeProducts code_products_for(tensor::DType dtype) noexcept {
  using tensor::DType;
  switch (dtype) {
    case DType::kQ4_0:
      return Path<Q4_0>::products;
    case DType::kQ4_1:
      return Path<Q4_1>::products;
    case DType::kQ5_0:
      return Path<Q5_0>::products;
    case DType::kQ5_1:
      return Path<Q5_1>::products;
    case DType::kQ8_0:
      return Path<Q8_0>::products;
    case DType::kIq4Nl:
      return Path<Iq4Nl>::products;
    case DType::kMxfp4:
      return Path<Mxfp4>::products;
    case DType::kQ1_0:
      return Path<Q1_0>::products;
    case DType::kQ2_0:
      return Path<Q2_0>::products;
    case DType::kQ2K:
      return Path<Q2K>::products;
    case DType::kQ3K:
      return Path<Q3K>::products;
    case DType::kQ4K:
      return Path<Q4K>::products;
    case DType::kQ5K:
      return Path<Q5K>::products;
    case DType::kQ6K:
      return Path<Q6K>::products;
    case DType::kIq4Xs:
      return Path<Iq4Xs>::products;
    default:
      return Path<Tq2_0>::products;
  }
}

}  // namespace

}  // namespace hartonomous::core::run
