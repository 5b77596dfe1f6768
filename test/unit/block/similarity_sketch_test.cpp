// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>

#include "core/block/derivation.hpp"
#include "core/block/similarity_sketch.hpp"
#include "core/tensor/float_formats.hpp"
#include "weights.hpp"

using namespace hartonomous;
using namespace hartonomous::core;
using namespace hartonomous::core::block;
using core::tensor::DType;

namespace {

SimilaritySketch of_bfloat16(const std::vector<float>& weights) {
  return sketch_of(DType::kBf16, test::bfloat16_bytes(weights)).value();
}

}  // namespace

TEST_CASE("sample positions are in range, in order and spread evenly") {
  for (const std::uint64_t count :
       {std::uint64_t{1}, std::uint64_t{3}, std::uint64_t{256}, std::uint64_t{1000},
        std::uint64_t{1} << 40, ~std::uint64_t{0}}) {
    for (std::size_t i = 0; i < kSketchSamples; ++i) {
      const std::uint64_t at = sample_position(count, i);
      REQUIRE(at < count);
      if (i > 0) REQUIRE(at >= sample_position(count, i - 1));
      if (i > 0) REQUIRE(at - sample_position(count, i - 1) <= count / kSketchSamples + 1);
    }
  }
}

TEST_CASE("the base of a tune is found among unrelated tensors and other tunes") {
  constexpr std::size_t kCount = 4096, kFamilies = 50;
  std::vector<SimilaritySketch> lake;
  std::vector<std::vector<float>> bases;
  for (std::uint64_t family = 0; family < kFamilies; ++family) {
    bases.push_back(test::normal_weights(1000 + family, kCount, 0.02));
    for (float& w : bases.back())
      w = core::tensor::bfloat16_to_float(core::tensor::float_to_bfloat16(w));
    lake.push_back(of_bfloat16(bases.back()));
  }
  for (std::uint64_t family = 0; family < kFamilies; ++family) {
    for (const double relative : {1e-1, 3e-2, 1e-2}) {
      lake.push_back(of_bfloat16(test::tuned(bases[family], 77 * family + 5, 0.02 * relative)));
    }
  }
  int right = 0, asked = 0;
  for (std::uint64_t family = 0; family < kFamilies; ++family) {
    for (const double relative : {1e-1, 3e-2, 1e-2, 3e-3, 1e-3}) {
      const auto found =
          base_of(of_bfloat16(test::tuned(bases[family], 99 + family, 0.02 * relative)), lake);
      right += found && found->index == family;
      ++asked;
    }
  }
  CHECK(right * 100 >= asked * 99);
}

TEST_CASE("of a chain of tunes the next above is the base, not the first") {
  const auto first = test::normal_weights(1, 4096, 0.02);
  const auto second = test::tuned(first, 2, 0.0006);
  const auto third = test::tuned(second, 3, 0.00002);
  const std::vector<SimilaritySketch> lake = {of_bfloat16(first), of_bfloat16(second)};
  const auto found = base_of(of_bfloat16(third), lake);
  REQUIRE(found.has_value());
  CHECK(found->index == 1);
}

TEST_CASE("a tensor of another family has no base") {
  std::vector<SimilaritySketch> lake;
  for (std::uint64_t i = 0; i < 1000; ++i) {
    lake.push_back(of_bfloat16(test::normal_weights(i, 512, 0.02)));
  }
  for (std::uint64_t i = 0; i < 50; ++i) {
    CHECK_FALSE(base_of(of_bfloat16(test::normal_weights(5000 + i, 512, 0.02)), lake).has_value());
  }
  CHECK_FALSE(base_of(lake[0], {}).has_value());
}

TEST_CASE("casts and quantisations lie near what they were made of") {
  const auto weights = test::normal_weights(3, 8192, 0.02);
  const auto f32 = test::bytes_of(weights);
  const SimilaritySketch parent = sketch_of(DType::kF32, f32).value();
  for (const DType to : {DType::kF16, DType::kBf16, DType::kQ8_0, DType::kQ6K, DType::kQ5_0}) {
    const auto& type = core::tensor::info(to);
    std::vector<std::byte> copy(weights.size() / type.block_elements * type.block_bytes);
    REQUIRE(derive({DType::kF32, to}, f32, copy).is_ok());
    CAPTURE(type.name, distance(parent, sketch_of(to, copy).value()));
    CHECK(distance(parent, sketch_of(to, copy).value()) < kUnrelated);
  }
}

TEST_CASE("a tensor sampled in pieces of any size has the sketch of the whole") {
  const auto weights = test::normal_weights(3, 8192, 0.02);
  const auto f32 = test::bytes_of(weights);
  for (const DType to : {DType::kF32, DType::kBf16, DType::kQ8_0, DType::kQ6K}) {
    const auto& type = core::tensor::info(to);
    std::vector<std::byte> copy(weights.size() / type.block_elements * type.block_bytes);
    REQUIRE(derive({DType::kF32, to}, f32, copy).is_ok());
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{1000}, copy.size()}) {
      SketchSampler sampler(to, copy.size());
      CHECK(sampler.elements() == weights.size());
      CHECK_FALSE(sampler.finish().has_value());
      for (std::size_t at = 0; at < copy.size(); at += piece) {
        sampler.add(at, Bytes(copy).subspan(at, std::min(piece, copy.size() - at)));
      }
      CHECK(sampler.finish() == sketch_of(to, copy).value());
    }
  }
  SketchSampler small(DType::kF32, 4 * (kMinSketched - 1));
  small.add(0, Bytes(f32).first(4 * (kMinSketched - 1)));
  CHECK_FALSE(small.finish().has_value());
  SketchSampler unknown(DType::kIq1S, 50 << 10);
  unknown.add(0, std::vector<std::byte>(50 << 10));
  CHECK_FALSE(unknown.finish().has_value());
}

TEST_CASE("the distance counts bits, is symmetric and wraps") {
  SimilaritySketch a, b;
  CHECK(distance(a, b) == 0);
  for (unsigned difference = 0; difference < 256; ++difference) {
    b.bytes[7] = static_cast<std::uint8_t>(difference);
    const unsigned magnitude = std::min(difference, 256 - difference);
    CHECK(distance(a, b) == static_cast<unsigned>(std::bit_width(magnitude)));
    CHECK(distance(b, a) == distance(a, b));
  }
  CHECK(sketch_of(DType::kIq1S, std::vector<std::byte>(50)).status().code() == Code::kUnsupported);
  CHECK(sketch_of(DType::kF32, {}).status().code() == Code::kInvalidArgument);
  CHECK(sketch_of(DType::kF32, std::vector<std::byte>(3)).status().code() ==
        Code::kInvalidArgument);
}
