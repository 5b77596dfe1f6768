// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The kernels in plain C++: what every CPU can run, and what the others are tested against.
#include "core/run/kernels/kernel_set.hpp"

#include "core/run/kernels/lanes_portable.hpp"

#include "core/run/kernels/attend.hpp"
#include "core/run/kernels/exponentials.hpp"
#include "core/run/kernels/float_products.hpp"
#include "core/run/kernels/round_inputs.hpp"

namespace hartonomous::core::run {

namespace {

std::int32_t integer_dot(const std::int16_t* weights, const std::int8_t* inputs,
                         std::size_t count) noexcept {
  std::int32_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += weights[i] * inputs[i];
  return sum;
}

}  // namespace

}  // namespace hartonomous::core::run

#include "core/run/kernels/code_products.hpp"

namespace hartonomous::core::run {

namespace {

template <class Format>
struct OnePath {
  static void products(const Products& job, const CodeForm& in, std::size_t begin,
                       std::size_t end) {
    read_rows<Format>(job, in, begin, end);
  }
};

void code_products(const Products& job, const CodeForm& in, std::size_t begin, std::size_t end) {
  code_products_for<OnePath>(job.matrix->dtype)(job, in, begin, end);
}

}  // namespace

const KernelSet kPortableKernels{
    "portable", float_products, code_products, round_to_half, round_to_bfloat16, code_32,
    code_256,   to_half,        silu,          exponentials,  attend_one};

}  // namespace hartonomous::core::run
