// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/kernel_set.hpp"

#include <array>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace hartonomous::core::run {

namespace {

struct Sets {
  std::array<KernelSet, 2> all;
  std::size_t count;
};

#if defined(__x86_64__)
// Clang 14's __builtin_cpu_supports() does not know this one.
bool has_f16c() noexcept {
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  return __get_cpuid(1, &eax, &ebx, &ecx, &edx) != 0 && (ecx & bit_F16C) != 0;
}
#endif

Sets available() noexcept {
  Sets sets{{kPortableKernels}, 1};
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && has_f16c()) {
    sets.all[sets.count++] = kAvx2Kernels;
  }
#endif
  return sets;
}

}  // namespace

std::span<const KernelSet> kernel_sets() noexcept {
  static const Sets sets = available();
  return {sets.all.data(), sets.count};
}

Form form_for(tensor::DType weights) noexcept {
  using tensor::DType;
  switch (weights) {
    case DType::kF16:
      return Form::kHalf;
    case DType::kBf16:
      return Form::kBfloat16;
    case DType::kQ4_0:
    case DType::kQ4_1:
    case DType::kQ5_0:
    case DType::kQ5_1:
    case DType::kQ8_0:
    case DType::kIq4Nl:
    case DType::kMxfp4:
    case DType::kQ1_0:
    case DType::kQ2_0:
      return Form::kCodes32;
    case DType::kQ2K:
    case DType::kQ3K:
    case DType::kQ4K:
    case DType::kQ5K:
    case DType::kQ6K:
    case DType::kIq4Xs:
    case DType::kTq2_0:
      return Form::kCodes256;
    default:
      return Form::kExact;
  }
}

}  // namespace hartonomous::core::run
