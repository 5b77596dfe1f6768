// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The inner loops of a forward pass, once for each kind of CPU. All sets give the same bits (up to
// a NaN's payload): a float sum runs in eight lanes over the columns, c mod 8, each lane in order
// and fused, and ends in one fixed tree; an integer sum is exact; block results are added in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/run/kernels/forms.hpp"
#include "core/run/matrix.hpp"

namespace hartonomous::core::run {

struct AttentionTask;

struct Products {
  const Matrix* matrix;
  std::size_t positions;
  float* out;  // positions x rows
};

struct KernelSet {
  std::string_view name;  // "portable", "avx2"

  // The matrix's rows [begin, end) with every position. Needs at most 96 KiB of stack.
  void (*float_products)(const Products&, const FloatForm&, std::size_t begin, std::size_t end);
  void (*code_products)(const Products&, const CodeForm&, std::size_t begin, std::size_t end);

  // One position's input to one of its forms; eights of floats `step` apart.
  void (*round_to_half)(const float* in, std::size_t count, float* out, std::size_t step);
  void (*round_to_bfloat16)(const float* in, std::size_t count, float* out, std::size_t step);
  // A block with a NaN or an infinity has the scale NaN and zero codes.
  void (*code_32)(const float* in, std::size_t blocks, std::int8_t* codes, float* scales,
                  std::int16_t* group_sums, float* scaled_sums);
  void (*code_256)(const float* in, std::size_t blocks, std::int8_t* codes, float* scales,
                   std::int16_t* group_sums);

  void (*to_half)(const float* in, std::size_t count, std::byte* out);
  void (*silu)(const float* in, std::size_t count, float* out);
  // out = e^(in - offset); their sum. in may be out.
  float (*exponentials)(const float* in, std::size_t count, float offset, float* out);
  // scratch: the task's scratch_floats(), of anything.
  void (*attend_part)(const AttentionTask&, std::size_t part, float* scratch);
};

extern const KernelSet kPortableKernels;
#if defined(__x86_64__)
extern const KernelSet kAvx2Kernels;  // AVX2, FMA and F16C
#endif

// The sets this CPU can run, the best last.
std::span<const KernelSet> kernel_sets() noexcept;
inline const KernelSet& best_kernels() noexcept { return kernel_sets().back(); }

}  // namespace hartonomous::core::run
