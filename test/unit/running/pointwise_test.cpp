// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/pointwise.hpp"

#include <catch2/catch.hpp>

#include <cmath>
#include <cstring>

#include "core/run/kernels/multiply_transposed.hpp"
#include "core/run/kernels/norm.hpp"
#include "core/run/kernels/rope.hpp"
#include "core/run/pooler.hpp"
#include "reference.hpp"
#include "table_weights.hpp"
#include "threads.hpp"

namespace hartonomous::test {

using namespace core::run;

namespace {

std::vector<float> activated(Activation activation, std::vector<float> values) {
  activate(activation, values);
  return values;
}

}  // namespace

TEST_CASE("activations agree with their definitions over their whole range", "[forward]") {
  std::vector<float> in;
  for (int i = -2000; i <= 2000; ++i) in.push_back(static_cast<float>(i) / 100);
  in.insert(in.end(), {0.0F, -0.0F, 1e-20F, -1e-20F, 1e20F, -1e20F});
  const std::pair<Activation, reference::Function> all[] = {
      {Activation::kSilu, reference::silu},
      {Activation::kGelu, reference::gelu},
      {Activation::kGeluTanh, reference::gelu_tanh},
      {Activation::kRelu, [](double x) { return x > 0 ? x : 0; }}};
  for (const auto& [activation, f] : all) {
    const std::vector<float> out = activated(activation, in);
    for (std::size_t i = 0; i < in.size(); ++i) {
      const double expected = std::abs(in[i]) < 1e19 ? f(in[i]) : std::max(in[i], 0.0F);
      CHECK(out[i] == Approx(expected).epsilon(2e-6).margin(2e-7));
    }
    std::vector<float> gate = in;
    const std::vector<float> up(in.size(), 3);
    activate_and_gate(activation, gate, up);
    for (std::size_t i = 0; i < in.size(); ++i) CHECK(gate[i] == out[i] * 3);
    CHECK(std::isnan(activated(activation, {NAN})[0]) != (activation == Activation::kRelu));
  }
}

TEST_CASE("a soft cap bounds and keeps what is small", "[forward]") {
  std::vector<float> values{0, 1e-3F, -2, 1e30F, -1e30F};
  soft_cap(5, values);
  CHECK(values[0] == 0);
  CHECK(values[1] == Approx(1e-3).epsilon(1e-6));
  CHECK(values[2] == Approx(5 * std::tanh(-0.4)).epsilon(1e-6));
  CHECK(values[3] == 5);
  CHECK(values[4] == -5);
}

TEST_CASE("norms of large, tiny and constant vectors are finite", "[forward]") {
  const std::vector<float> weight(4, 2), bias(4, 0.5F);
  std::vector<float> out(4);
  rms_norm(std::vector<float>{1e15F, -1e15F, 1e15F, 1e15F}, weight, 1, 1e-5F, out);
  CHECK(out == std::vector<float>{3, -3, 3, 3});
  rms_norm(std::vector<float>(4, 0), weight, 0, 1e-5F, out);
  CHECK(out == std::vector<float>(4, 0));
  layer_norm(std::vector<float>(4, 1e10F), weight, bias, 1e-5F, out);
  CHECK(out == std::vector<float>(4, 0.5F));
  layer_norm(std::vector<float>{1, 2, 3, 4}, weight, {}, 0, out);
  CHECK(out[3] == Approx(2 * 1.5 / std::sqrt(1.25)));
  std::vector<float> in_place{1, 2, 3, 4};
  layer_norm(in_place, weight, {}, 0, in_place);
  CHECK(in_place == out);
}

TEST_CASE("rotation turns the pairs of its kind and leaves the rest", "[forward]") {
  const std::vector<float> turns{0, 1, -1, 0};  // a quarter, and a half
  std::vector<float> interleaved{1, 2, 3, 4, 5}, halves{1, 2, 3, 4, 5};
  rotate(RopeKind::kInterleaved, turns, interleaved);
  CHECK(interleaved == std::vector<float>{-2, 1, -3, -4, 5});
  rotate(RopeKind::kHalves, turns, halves);
  CHECK(halves == std::vector<float>{-3, -2, 1, -4, 5});
}

TEST_CASE("products with turned matrices of every float type, for all workers", "[forward]") {
  constexpr std::size_t kInputs = 9, kOutputs = 600, kPositions = 3;
  Dice dice(3);
  std::vector<float> in(kInputs * kPositions);
  for (float& x : in) x = static_cast<float>(dice.roll());
  // Numbers that all three types hold exactly.
  std::vector<float> weights(kInputs * kOutputs);
  for (float& w : weights) w = static_cast<float>(std::round(dice.roll() * 64) / 64);
  const Activations activations(in, kPositions, kInputs);
  core::Alone alone;
  SharingThreads three(3);
  for (const auto dtype :
       {core::tensor::DType::kF32, core::tensor::DType::kF16, core::tensor::DType::kBf16}) {
    std::vector<std::byte> bytes;
    for (const float w : weights) {
      std::uint32_t bits;
      std::memcpy(&bits, &w, 4);
      if (dtype == core::tensor::DType::kF32) {
        for (int i = 0; i < 4; ++i) bytes.push_back(std::byte(bits >> 8 * i));
      } else {
        const std::uint32_t half =
            (bits >> 16 & 0x8000) | (w == 0 ? 0 : ((bits & 0x7fffffff) - 0x38000000) >> 13);
        const std::uint32_t two = dtype == core::tensor::DType::kBf16 ? bits >> 16 : half;
        for (int i = 0; i < 2; ++i) bytes.push_back(std::byte(two >> 8 * i));
      }
    }
    std::vector<float> out(kPositions * kOutputs), shared(kPositions * kOutputs);
    const Matrix matrix{dtype, kInputs, kOutputs, bytes};
    REQUIRE(multiply_transposed(matrix, activations, out, alone).is_ok());
    REQUIRE(multiply_transposed(matrix, activations, shared, three).is_ok());
    CHECK(shared == out);
    for (std::size_t p = 0; p < kPositions; ++p) {
      for (std::size_t o = 0; o < kOutputs; ++o) {
        double sum = 0;
        for (std::size_t i = 0; i < kInputs; ++i) {
          sum += static_cast<double>(in[p * kInputs + i]) * weights[i * kOutputs + o];
        }
        CHECK(out[p * kOutputs + o] == Approx(sum).epsilon(1e-5).margin(1e-6));
      }
    }
  }
  std::vector<float> out(kPositions * kOutputs);
  const Matrix blocks{core::tensor::DType::kQ8_0, kInputs, kOutputs, {}};
  CHECK(multiply_transposed(blocks, activations, out, alone).code() == core::Code::kUnsupported);
}

TEST_CASE("pooling nothing gives zeros, and a zero vector stays one", "[forward]") {
  for (const Pooling pooling : {Pooling::kMean, Pooling::kFirst, Pooling::kLast, Pooling::kMax}) {
    Pooler pooler(pooling, 2);
    CHECK(pooler.vector(true) == std::vector<float>(2, 0));
    pooler.add(std::vector<float>(2, 0));
    CHECK(pooler.vector(true) == std::vector<float>(2, 0));
    pooler.add(std::vector<float>{-3, 4});
    CHECK(pooler.vector(false) == (pooling == Pooling::kMean    ? std::vector<float>{-1.5F, 2}
                                   : pooling == Pooling::kFirst ? std::vector<float>{0, 0}
                                   : pooling == Pooling::kLast  ? std::vector<float>{-3, 4}
                                                                : std::vector<float>{0, 4}));
  }
}

}  // namespace hartonomous::test
