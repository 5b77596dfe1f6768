// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <limits>

#include "cases.hpp"
#include "core/run/kernels/activations.hpp"
#include "core/run/kernels/gelu.hpp"
#include "core/tensor/float_formats.hpp"

namespace run = hartonomous::core::run;
namespace tensor = hartonomous::core::tensor;
using namespace hartonomous::test;

TEST_CASE("a half is the nearest to its float, the even one of two", "[run][kernels]") {
  bool are_right = true;
  for (std::uint32_t code = 0; code < 0x7c00; ++code) {
    const auto half = static_cast<std::uint16_t>(code);
    const auto next_half = static_cast<std::uint16_t>(code + 1);
    const float value = tensor::half_to_float(half);
    const double next = code == 0x7bff ? 65536.0 : tensor::half_to_float(next_half);
    const auto middle = static_cast<float>((value + next) / 2);
    const auto even = static_cast<std::uint16_t>(code + (code & 1));
    are_right = are_right && tensor::float_to_half(value) == half &&
                tensor::float_to_half(middle) == even &&
                tensor::float_to_half(std::nextafter(middle, 0.0F)) == half &&
                tensor::float_to_half(std::nextafter(middle, 1e9F)) == next_half &&
                tensor::float_to_half(-middle) == (even | 0x8000);
    if (!are_right) FAIL("binary16 " << code);
  }
  CHECK(tensor::float_to_half(std::numeric_limits<float>::infinity()) == 0x7c00);
  CHECK(tensor::float_to_half(std::numeric_limits<float>::max()) == 0x7c00);
  CHECK(std::isnan(tensor::half_to_float(tensor::float_to_half(std::nanf("")))));
}

TEST_CASE("a bfloat16 is the nearest to its float, the even one of two", "[run][kernels]") {
  bool are_right = true;
  for (std::uint32_t code = 0; code < 0x7f80; ++code) {
    const auto low = [&](std::uint32_t bits) {
      return tensor::float_to_bfloat16(std::bit_cast<float>(code << 16 | bits));
    };
    are_right = are_right && low(0) == code && low(0x7fff) == code &&
                low(0x8000) == code + (code & 1) && low(0x8001) == code + 1;
    if (!are_right) FAIL("bfloat16 " << code);
  }
  CHECK(std::isnan(tensor::bfloat16_to_float(tensor::float_to_bfloat16(std::nanf("")))));
}

TEST_CASE("rows are rounded as single values are", "[run][kernels]") {
  std::vector<float> values = random_values(1003, 1, 100);
  for (std::size_t i = 0; i < values.size(); i += 3) values[i] *= 1e-7F;  // subnormal halves
  for (const run::KernelSet& kernels : run::kernel_sets()) {
    CAPTURE(kernels.name);
    std::vector<float> half(1008), bfloat(1008);
    std::vector<std::uint16_t> stored(1003);
    kernels.round_to_half(values.data(), 1003, half.data(), 8);
    kernels.round_to_bfloat16(values.data(), 1003, bfloat.data(), 8);
    kernels.to_half(values.data(), 1003, reinterpret_cast<std::byte*>(stored.data()));
    for (std::size_t i = 0; i < 1003; ++i) {
      CHECK(stored[i] == tensor::float_to_half(values[i]));
      CHECK(half[i] == tensor::half_to_float(stored[i]));
      CHECK(bfloat[i] == tensor::bfloat16_to_float(tensor::float_to_bfloat16(values[i])));
    }
    for (std::size_t i = 1003; i < 1008; ++i) CHECK((half[i] == 0 && bfloat[i] == 0));
  }
}

TEST_CASE("GELU is the nearest half to its tanh form of the nearest half", "[run][kernels]") {
  for (const float x : random_values(20000, 3, 4)) {
    const double half = tensor::half_to_float(tensor::float_to_half(x));
    const double inner = std::sqrt(2 / std::acos(-1.0)) * (half + 0.044715 * half * half * half);
    const double wanted = x <= -10 ? 0 : x >= 10 ? x : 0.5 * half * (1 + std::tanh(inner));
    const float got = run::gelu_in_halves(x);
    // Half a place of binary16: 2^-11 of the value, or 2^-25 where it is subnormal.
    CHECK(std::abs(got - wanted) <= std::max(std::abs(wanted) * 0x1p-11, 0x1p-25) * 1.0001);
    CHECK((std::abs(x) >= 10 || got == tensor::half_to_float(tensor::float_to_half(got))));
  }
  CHECK(run::gelu_in_halves(-INFINITY) == 0);
  CHECK(run::gelu_in_halves(INFINITY) == INFINITY);
  CHECK(std::isnan(run::gelu_in_halves(std::nanf(""))));
}

namespace {

float largest(const float* in, std::size_t size) {
  float most = 0;
  for (std::size_t i = 0; i < size; ++i) most = std::max(most, std::abs(in[i]));
  return most;
}

// By the rule: code 127 for the largest magnitude, the nearest code for each value.
void check_block(const float* in, std::size_t size, const std::int8_t* codes,
                 const std::int16_t* sums) {
  const float most = largest(in, size);
  for (std::size_t i = 0; i < size; ++i) {
    CHECK(codes[i] == static_cast<int>(std::nearbyint(in[i] * (127.0F / most))));
  }
  for (std::size_t group = 0; group < size / 16; ++group) {
    int sum = 0;
    for (std::size_t i = 0; i < 16; ++i) sum += codes[16 * group + i];
    CHECK(sums[group] == sum);
  }
}

}  // namespace

TEST_CASE("8-bit codes follow their rule", "[run][kernels]") {
  const std::vector<float> values = random_values(3 * 512, 2, 3);
  hartonomous::core::Alone alone;
  for (const run::KernelSet& kernels : run::kernel_sets()) {
    CAPTURE(kernels.name);
    const run::Activations in(values, 3, 512);
    const run::CodeForm small = in.codes(run::Form::kCodes32, kernels, alone);
    for (std::size_t b = 0; b < 3 * 16; ++b) {
      const float* const block = values.data() + 32 * b;
      check_block(block, 32, small.codes + 32 * b, small.group_sums + 2 * b);
      const float scale = largest(block, 32) / 127;
      CHECK(small.scales[b] == tensor::half_to_float(tensor::float_to_half(scale)));
      const auto sum = static_cast<float>(small.group_sums[2 * b] + small.group_sums[2 * b + 1]);
      CHECK(small.scaled_sums[b] == tensor::half_to_float(tensor::float_to_half(scale * sum)));
    }
    const run::CodeForm large = in.codes(run::Form::kCodes256, kernels, alone);
    for (std::size_t b = 0; b < 3 * 2; ++b) {
      const float* const block = values.data() + 256 * b;
      check_block(block, 256, large.codes + 256 * b, large.group_sums + 16 * b);
      CHECK(large.scales[b] == 1 / (127.0F / largest(block, 256)));
    }
    CHECK(in.codes(run::Form::kCodes256, kernels, alone).codes == large.codes);  // made once
  }
}

TEST_CASE("blocks of zeros, of tiny and of bad numbers have codes", "[run][kernels]") {
  hartonomous::core::Alone alone;
  std::vector<float> values(256, 0.0F);
  const auto codes = [&](const run::KernelSet& kernels, run::Form form, float value) {
    values[5] = value;
    const run::Activations in(values, 1, 256);
    const run::CodeForm made = in.codes(form, kernels, alone);
    for (std::size_t i = 0; i < 256; ++i) CHECK((i == 5 || made.codes[i] == 0));
    return std::pair<float, int>(made.scales[0], made.codes[5]);
  };
  for (const run::KernelSet& kernels : run::kernel_sets()) {
    for (const run::Form form : {run::Form::kCodes32, run::Form::kCodes256}) {
      CAPTURE(kernels.name);
      CHECK(codes(kernels, form, 0) == std::pair<float, int>(0, 0));
      CHECK(codes(kernels, form, 1e-45F) == std::pair<float, int>(0, 0));
      CHECK(codes(kernels, form, -1e-2F).second == -127);
      CHECK(std::isnan(codes(kernels, form, std::nanf("")).first));
      CHECK(std::isnan(codes(kernels, form, std::numeric_limits<float>::infinity()).first));
    }
  }
}
