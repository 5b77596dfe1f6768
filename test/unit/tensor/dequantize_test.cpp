// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Decoders against an oracle that shares nothing with them: tools/vectors/quants.py decodes the
// same noise with numpy, and the golden table holds the hashes of its results.
#include <catch2/catch.hpp>

#include <bit>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "core/hash/content_hash.hpp"
#include "core/hash/sha256.hpp"
#include "core/tensor/dequantize.hpp"
#include "core/tensor/float_formats.hpp"

using namespace hartonomous::core;
using tensor::DType;

namespace {

struct Golden {
  const char* dtype;
  std::uint64_t seed;
  std::size_t blocks;
  const char* sha256;
};
constexpr Golden kGolden[] = {
#include "dequantize_golden.inc"
};

std::vector<std::byte> noise(std::uint64_t seed, std::size_t count) {
  std::vector<std::byte> bytes(count);
  std::uint64_t state = seed, word = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (i % 8 == 0) {
      state += 0x9e3779b97f4a7c15;
      word = state;
      word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
      word = (word ^ word >> 27) * 0x94d049bb133111eb;
      word ^= word >> 31;
    }
    bytes[i] = static_cast<std::byte>(word >> i % 8 * 8 & 0xff);
  }
  return bytes;
}

std::string sha256_of(const std::vector<float>& values) {
  std::vector<std::uint32_t> bits;
  for (const float x : values) {
    bits.push_back(std::isnan(x) ? 0x7fc00000U : std::bit_cast<std::uint32_t>(x));
  }
  hash::ContentHash shown;
  shown.bytes = hash::sha256(std::as_bytes(std::span(bits)));
  return shown.hex();
}

std::vector<float> decode(DType dtype, Bytes in, std::size_t count) {
  std::vector<float> out(count);
  REQUIRE(tensor::dequantize(dtype, in, out).is_ok());
  return out;
}

}  // namespace

TEST_CASE("every decodable type decodes noise as the numpy oracle does") {
  for (const Golden& golden : kGolden) {
    INFO(golden.dtype);
    const auto dtype = tensor::dtype_by_name(golden.dtype);
    REQUIRE(dtype);
    const auto& type = tensor::info(*dtype);
    const auto bytes = noise(golden.seed, golden.blocks * type.block_bytes);
    CHECK(sha256_of(decode(*dtype, bytes, golden.blocks * type.block_elements)) == golden.sha256);
  }
}

TEST_CASE("the oracle covers exactly the types that say they are decodable") {
  std::size_t decodable = 0;
  for (std::size_t i = 0; i < tensor::kDTypeCount; ++i) {
    const auto dtype = static_cast<DType>(i);
    const auto& type = tensor::info(dtype);
    CHECK(tensor::dtype_by_name(type.name) == dtype);
    const std::vector<std::byte> zeros(type.block_bytes);
    std::vector<float> out(type.block_elements);
    const Status status = tensor::dequantize(dtype, zeros, out);
    INFO(type.name);
    CHECK(status.is_ok() == type.is_decodable);
    if (!type.is_decodable) CHECK(status.code() == Code::kUnsupported);
    decodable += type.is_decodable;
  }
  CHECK(decodable == std::size(kGolden));
}

TEST_CASE("lengths that do not match the type are refused") {
  std::vector<std::byte> bytes(36);
  std::vector<float> out(64);
  CHECK(tensor::dequantize(DType::kQ4_0, bytes, out).is_ok());
  CHECK(tensor::dequantize(DType::kQ4_0, bytes, std::span(out).first(33)).code() ==
        Code::kInvalidArgument);
  CHECK(tensor::dequantize(DType::kQ4_0, Bytes(bytes).first(35), out).code() ==
        Code::kInvalidArgument);
  CHECK(tensor::dequantize(DType::kQ4_0, Bytes(bytes).first(18), out).code() ==
        Code::kInvalidArgument);
  CHECK(tensor::dequantize(DType::kF32, {}, std::span(out).first(0)).is_ok());
}

TEST_CASE("half-precision conversion is exact for every bit pattern") {
  for (std::uint32_t bits = 0; bits < 65536; ++bits) {
    const float x = tensor::half_to_float(static_cast<std::uint16_t>(bits));
    const int exponent = static_cast<int>(bits >> 10 & 31),
              mantissa = static_cast<int>(bits & 1023);
    const double sign = (bits & 0x8000) != 0 ? -1 : 1;
    if (exponent == 31) {
      REQUIRE(std::isnan(x) == (mantissa != 0));
      if (mantissa == 0)
        REQUIRE(x == static_cast<float>(sign) * std::numeric_limits<float>::infinity());
    } else {
      const double value =
          exponent == 0 ? std::ldexp(mantissa, -24) : std::ldexp(1024 + mantissa, exponent - 25);
      REQUIRE(x == static_cast<float>(sign * value));
      REQUIRE(std::signbit(x) == (sign < 0));
    }
  }
}

TEST_CASE("values known from the format definitions decode to themselves") {
  const auto one = [](DType dtype, std::vector<std::uint8_t> bytes) {
    return decode(dtype, std::as_bytes(std::span(bytes)), 1)[0];
  };
  CHECK(one(DType::kF8E4M3, {0x7e}) == 448);
  CHECK(std::isnan(one(DType::kF8E4M3, {0xff})));
  CHECK(one(DType::kF8E4M3, {0x01}) == 0x1p-9F);
  CHECK(one(DType::kF8E5M2, {0x7b}) == 57344);
  CHECK(std::isinf(one(DType::kF8E5M2, {0xfc})));
  CHECK(one(DType::kF8E4M3Fnuz, {0x7f}) == 240);
  CHECK(std::isnan(one(DType::kF8E4M3Fnuz, {0x80})));
  CHECK(one(DType::kF8E5M2Fnuz, {0x7f}) == 57344);
  CHECK(one(DType::kF8E8M0, {0x7f}) == 1);
  CHECK(one(DType::kF8E8M0, {0}) == 0x1p-127F);
  CHECK(one(DType::kBf16, {0x80, 0xbf}) == -1);
  CHECK(one(DType::kU64, {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}) == 0x1p64F);
  CHECK(one(DType::kBool, {2}) == 1);
}
