// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The kernels for x86 with AVX2, FMA and F16C. Everything after the pragma is compiled for those;
// the headers before it, which other sources share, are not.
#include "core/run/kernels/kernel_set.hpp"

#if defined(__x86_64__)

#include <immintrin.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/run/kernels/stream_attention.hpp"
#include "core/tensor/decoders.hpp"
#include "core/tensor/dequantize.hpp"
#include "core/tensor/float_formats.hpp"

#if defined(__clang__)
#pragma clang attribute push(__attribute__((target("avx2,fma,f16c"))), apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,fma,f16c")
#endif

#include "core/run/kernels/lanes_avx2.hpp"

#include "core/run/kernels/attend.hpp"
#include "core/run/kernels/exponentials.hpp"
#include "core/run/kernels/float_products.hpp"
#include "core/run/kernels/round_inputs.hpp"

namespace hartonomous::core::run {

namespace {

inline std::int32_t sum_of(__m256i words) noexcept {
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(words), _mm256_extracti128_si256(words, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1));
  return _mm_cvtsi128_si32(half);
}

inline std::int32_t integer_dot(const std::int16_t* weights, const std::int8_t* inputs,
                                std::size_t count) noexcept {
  __m256i sum = _mm256_setzero_si256();
  for (std::size_t i = 0; i < count; i += 16) {
    const __m256i w = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights + i));
    const __m256i x =
        _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(inputs + i)));
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(w, x));
  }
  return sum_of(sum);
}

}  // namespace

}  // namespace hartonomous::core::run

#include "core/run/kernels/code_products.hpp"
#include "core/run/kernels/byte_tiles_avx2.hpp"
#include "core/run/kernels/code_rows_avx2.hpp"
#include "core/run/kernels/lane_tiles_avx2.hpp"

namespace hartonomous::core::run {

namespace {

// A format's way with many positions: in lanes, or in tiles, of bytes where its codes are small.
template <class Format>
struct Tiles {
  static constexpr auto kProducts = tile_code_rows<WideCodes<Format>>;
};
template <class Format>
requires requires { ByteCodes<Format>::kRun; }
struct Tiles<Format> {
  static constexpr auto kProducts = tile_code_rows<ByteCodes<Format>>;
};
template <class Format>
requires(kInLanes<Format>) struct Tiles<Format> {
  static constexpr auto kProducts = tile_lane_rows<Format>;
};

template <class Format>
struct Path {
  static void products(const Products& job, const CodeForm& in, std::size_t begin,
                       std::size_t end) {
    if (job.positions >= kWideFrom) {
      Tiles<Format>::kProducts(job, in, begin, end);
    } else if constexpr (
        requires { Eight<Format>::kOffset; } || requires { &SuperBlocks<Format>::add; }) {
      eight_rows<Format>(job, in, begin, end);
    } else {
      read_rows<Format>(job, in, begin, end);
    }
  }
};

void code_products(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  code_products_for<Path>(job.matrix->dtype)(job, in, begin, end);
}

}  // namespace

const KernelSet kAvx2Kernels{
    "avx2",   float_products, code_products, round_to_half, round_to_bfloat16, code_32,
    code_256, to_half,        silu,          exponentials,  attend_one};

}  // namespace hartonomous::core::run

#if defined(__clang__)
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

#endif
