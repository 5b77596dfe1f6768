// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Products of quantised rows with 8-bit inputs. Sums of products of codes are whole numbers and
// exact, in any order; what is defined is how they come together as floats. With `scale` a run's
// scale times the input block's, rounded:
//
//   most types     result = fma(float(sum of the run), scale, result), run after run in the order
//                  of the columns; blocks of 32 with a minimum add fma(minimum, input's d * sum)
//   Q8_0           eight results, result j of columns c with c mod 32 / 4 = j, each by such a fma
//   Q5_K, Q6_K     per run, then added: ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)). Q6_K's codes are
//                  0 to 63; the 32 too many, times the scales and inputs of columns 32 j to
//                  32 j + 31, are subtracted from sum j
//   super-blocks   with minima have a second result for them, fma(float(sum of minima * inputs),
//                  minima's scale * input's, result), which is subtracted at the end
//
// This is how llama.cpp adds on x86 with AVX2 for one position: Q4_0 and Q4_K with their rows
// rearranged by eights, the others as they lie.
// Included once by each kernel set's source, after its Lanes and its integer_dot(), which
// multiplies 16-bit with 8-bit numbers. REQUIRES there: count is a multiple of 16 and the sum fits
// 32 bits.
#pragma once

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "core/run/kernels/code_blocks.hpp"
#include "core/run/kernels/kernel_set.hpp"

namespace hartonomous::core::run {

namespace {

template <class Format>
constexpr bool kInLanes =
    std::is_same_v<Format, Q8_0> || std::is_same_v<Format, Q5K> || std::is_same_v<Format, Q6K>;
template <class Format>
constexpr bool kHasOffset = std::is_same_v<Format, Q6K>;
template <class Format>
constexpr bool kHasMinimaApart = Format::kHasMinimum&& Format::kColumns == 256;

// One result on its way: in one float or in eight, and its minima.
template <class Format>
class Sum {
 public:
  // Block `at` of the inputs, whose codes these are.
  void add(const Run& run, const std::int8_t* codes, const CodeForm& in, std::size_t at) noexcept {
    const float scale = in.scales[at];
    if constexpr (kInLanes<Format>) {
      add_lanes(run, codes, in.group_sums + at * Format::kColumns / 16, run.scale * scale);
    } else {
      const auto sum = static_cast<float>(integer_dot(run.codes, codes, Format::kColumns));
      lanes_[0] = std::fma(sum, run.scale * scale, lanes_[0]);
    }
    if constexpr (Format::kHasMinimum && Format::kColumns == 32) {
      lanes_[0] = std::fma(run.minimum, in.scaled_sums[at], lanes_[0]);
    }
    if constexpr (kHasMinimaApart<Format>) {
      std::int32_t sum = 0;
      for (std::size_t i = 0; i < 16; ++i) sum += run.minima[i] * in.group_sums[16 * at + i];
      minima_ = std::fma(static_cast<float>(sum), run.minimum * scale, minima_);
    }
  }
  float result() const noexcept {
    const float sum = kInLanes<Format> ? Lanes::load(lanes_).sum_by_halves() : lanes_[0];
    return kHasMinimaApart<Format> ? sum - minima_ : sum;
  }

 private:
  void add_lanes(const Run& run, const std::int8_t* codes, const std::int16_t* group_sums,
                 float scale) noexcept {
    std::int32_t sums[kLanes] = {};
    for (std::size_t c = 0; c < Format::kColumns; ++c) sums[c % 32 / 4] += run.codes[c] * codes[c];
    if constexpr (kHasOffset<Format>) {
      for (std::size_t i = 0; i < 16; ++i) sums[i / 2] -= run.minima[i] * group_sums[i];
    }
    for (std::size_t j = 0; j < kLanes; ++j) {
      lanes_[j] = std::fma(static_cast<float>(sums[j]), scale, lanes_[j]);
    }
  }

  float lanes_[kLanes] = {};
  float minima_ = 0;
};

// Every run is read once for some positions.
template <class Format>
void read_rows(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  constexpr std::size_t kPositions = 32;
  const Matrix& matrix = *job.matrix;
  const std::size_t row_bytes = matrix.data.size() / matrix.rows;
  const std::size_t runs = matrix.columns / Format::kColumns;
  Run run;
  for (std::size_t r = begin; r < end; ++r) {
    const auto* row = reinterpret_cast<const std::uint8_t*>(matrix.data.data()) + r * row_bytes;
    for (std::size_t first = 0; first < job.positions; first += kPositions) {
      Sum<Format> sums[kPositions];
      const std::size_t positions = std::min(job.positions - first, kPositions);
      for (std::size_t i = 0; i < runs; ++i) {
        Format::read(row, i, run);
        for (std::size_t p = 0; p < positions; ++p) {
          const std::int8_t* codes = in.codes + (first + p) * in.columns + i * Format::kColumns;
          sums[p].add(run, codes, in, (first + p) * in.blocks + i);
        }
      }
      for (std::size_t p = 0; p < positions; ++p) {
        job.out[(first + p) * matrix.rows + r] = sums[p].result();
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
