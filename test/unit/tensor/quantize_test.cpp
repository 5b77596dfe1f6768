// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Quantisers against the hashes of what ggml's reference made of the same weights, and casts
// against a definition that shares nothing with them: of the two representable neighbours, the
// right one.
#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "core/hash/content_hash.hpp"
#include "core/tensor/dequantize.hpp"
#include "core/tensor/float_formats.hpp"
#include "core/tensor/quantize.hpp"

using namespace hartonomous::core;
using tensor::DType;
using tensor::Rounding;

namespace {

struct Golden {
  const char* dtype;
  unsigned kind;
  const char* hash;
};
constexpr Golden kGolden[] = {
#include "quantize_golden.inc"
};

std::uint64_t mix(std::uint64_t& state) {
  std::uint64_t z = state += 0x9e3779b97f4a7c15;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
  z = (z ^ z >> 27) * 0x94d049bb133111eb;
  return z ^ z >> 31;
}

// Weights whose distribution `kind` chooses: even, peaked, with groups of zeros, on a coarse grid
// full of ties, none negative, groups of very different size, over many powers of two.
std::vector<float> weights(unsigned kind) {
  std::uint64_t state = kind;
  std::vector<float> x(65536);
  for (std::size_t i = 0; i < x.size(); ++i) {
    const std::uint64_t bits = mix(state);
    const auto u =
        static_cast<float>(static_cast<double>(static_cast<std::int64_t>(bits)) * 0x1p-63);
    const float of_kind[] = {u,
                             u * u * u,
                             i / 16 % 3 == 0 ? 0 : u / 1024,
                             static_cast<float>(static_cast<int>(bits % 17) - 8) / 8,
                             std::fabs(u),
                             i / 32 % 7 == 0 ? u : u * 0x1p-30F,
                             u * static_cast<float>(1U << bits % 24)};
    x[i] = of_kind[kind];
  }
  return x;
}

std::vector<std::byte> quantized(DType dtype, const std::vector<float>& x) {
  const auto& type = tensor::info(dtype);
  std::vector<std::byte> out(x.size() / type.block_elements * type.block_bytes);
  REQUIRE(tensor::quantize(dtype, x, out).is_ok());
  return out;
}

std::uint16_t half_of(DType dtype, float value, Rounding rounding) {
  std::uint16_t half;
  std::byte out[2];
  REQUIRE(tensor::quantize(dtype, {&value, 1}, out, rounding).is_ok());
  std::memcpy(&half, out, 2);
  return half;
}

float value_of(DType dtype, std::uint16_t half) {
  return dtype == DType::kF16 ? tensor::half_to_float(half) : tensor::bfloat16_to_float(half);
}

}  // namespace

TEST_CASE("quantisers make the blocks that ggml's reference makes") {
  for (const auto& [name, kind, hash] : kGolden) {
    CAPTURE(name, kind);
    const auto dtype = tensor::dtype_by_name(name);
    REQUIRE(dtype.has_value());
    CHECK(hash::block_hash(quantized(*dtype, weights(kind))).hex() == hash);
  }
}

TEST_CASE("what is quantised decodes to within a step of what it was") {
  const auto x = weights(0);
  const std::pair<DType, float> steps[] = {{DType::kQ8_0, 0.005F}, {DType::kQ6K, 0.05F},
                                           {DType::kQ5_1, 0.05F},  {DType::kQ5_0, 0.1F},
                                           {DType::kQ4K, 0.15F},    {DType::kQ4_0, 0.2F}};
  for (const auto& [dtype, step] : steps) {
    std::vector<float> back(x.size());
    REQUIRE(tensor::dequantize(dtype, quantized(dtype, x), back).is_ok());
    for (std::size_t i = 0; i < x.size(); ++i) REQUIRE(std::fabs(back[i] - x[i]) <= step);
  }
}

TEST_CASE("every 16-bit float survives the way to float32 and back") {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    const auto half = static_cast<std::uint16_t>(bits);
    for (const DType dtype : {DType::kF16, DType::kBf16}) {
      const float value = value_of(dtype, half);
      for (const Rounding rounding : {Rounding::kNearestEven, Rounding::kTowardZero}) {
        const std::uint16_t back = half_of(dtype, value, rounding);
        if (std::isnan(value)) {
          REQUIRE(std::isnan(value_of(dtype, back)));
        } else {
          REQUIRE(back == half);
        }
      }
    }
  }
}

TEST_CASE("casts take the right one of the two neighbours") {
  std::uint64_t state = 1;
  for (const DType dtype : {DType::kF16, DType::kBf16}) {
    const unsigned infinity = dtype == DType::kF16 ? 0x7c00 : 0x7f80;
    for (int round = 0; round < 200'000; ++round) {
      auto bits = static_cast<std::uint32_t>(mix(state)) & 0x7fffffff;
      // Every fourth is a tie or next to one.
      if (round % 4 == 0) bits = (bits & ~0x1fffU) | 0x1000;
      if (round % 8 == 4) bits = (bits & ~0xffffU) | 0x8000;
      const auto value = std::bit_cast<float>(bits);
      if (!(value < std::numeric_limits<float>::infinity())) continue;
      // The largest that is not above, found by bisection, and the one after it.
      unsigned low = 0, high = infinity;
      while (high - low > 1) {
        const unsigned middle = (low + high) / 2;
        (value_of(dtype, static_cast<std::uint16_t>(middle)) <= value ? low : high) = middle;
      }
      const double under = value_of(dtype, static_cast<std::uint16_t>(low));
      // Beyond the largest lies what would be the next, were there one.
      const double over = high == infinity
                              ? 2 * under - value_of(dtype, static_cast<std::uint16_t>(low - 1))
                              : value_of(dtype, static_cast<std::uint16_t>(high));
      const double below = value - under, above = over - value;
      const unsigned nearest = below < above || (below == above && low % 2 == 0) ? low : high;
      REQUIRE(half_of(dtype, value, Rounding::kNearestEven) == nearest);
      REQUIRE(half_of(dtype, value, Rounding::kTowardZero) == low);
      REQUIRE(half_of(dtype, -value, Rounding::kNearestEven) == (nearest | 0x8000));
    }
    CHECK(half_of(dtype, INFINITY, Rounding::kNearestEven) == infinity);
    CHECK(half_of(dtype, -INFINITY, Rounding::kTowardZero) == (infinity | 0x8000));
  }
}

TEST_CASE("any bit pattern quantises to something, the same each time") {
  std::uint64_t state = 9;
  std::vector<float> x(4096);
  for (float& value : x) value = std::bit_cast<float>(static_cast<std::uint32_t>(mix(state)));
  x[5] = NAN;
  x[700] = INFINITY;
  for (std::size_t i = 0; i < tensor::kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    if (!tensor::is_quantizable(dtype)) continue;
    CHECK(quantized(dtype, x) == quantized(dtype, x));
    std::vector<float> back(x.size());
    CHECK(tensor::dequantize(dtype, quantized(dtype, x), back).is_ok());
  }
}

TEST_CASE("quantize refuses what is not whole and what it does not make") {
  std::vector<float> x(64);
  std::vector<std::byte> out(36);
  CHECK(tensor::quantize(DType::kQ4_0, x, out).is_ok());
  CHECK(tensor::quantize(DType::kQ4_0, std::span(x).first(63), out).code() ==
        Code::kInvalidArgument);
  CHECK(tensor::quantize(DType::kQ4_0, x, std::span(out).first(35)).code() ==
        Code::kInvalidArgument);
  CHECK(tensor::quantize(DType::kQ4_0, {}, {}).is_ok());
  CHECK(tensor::quantize(DType::kIq2S, x, out).code() == Code::kUnsupported);
}
