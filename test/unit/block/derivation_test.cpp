// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "core/block/codec.hpp"
#include "core/block/derivation.hpp"
#include "core/tensor/dequantize.hpp"
#include "weights.hpp"

using namespace hartonomous;
using namespace hartonomous::core;
using namespace hartonomous::core::block;
using core::tensor::DType;
using core::tensor::Rounding;
using Buffer = std::vector<std::byte>;

namespace {

constexpr std::size_t kCount = 20'480;

Buffer made(const Recipe& recipe, const Buffer& parent) {
  const auto& from = core::tensor::info(recipe.from);
  const auto& to = core::tensor::info(recipe.to);
  Buffer out(parent.size() / from.block_bytes * from.block_elements / to.block_elements *
             to.block_bytes);
  REQUIRE(derive(recipe, parent, out).is_ok());
  return out;
}

}  // namespace

TEST_CASE("casts and quantisations are found, stored as their recipe and made again") {
  const auto weights = test::normal_weights(1, kCount, 0.02);
  const Buffer f32 = test::bytes_of(weights);
  const Buffer bf16 = test::bfloat16_bytes(weights);
  const Buffer f16 = made({DType::kF32, DType::kF16}, f32);
  const Buffer q8 = made({DType::kF32, DType::kQ8_0}, f32);
  const struct {
    DType type;
    const Buffer& bytes;
  } parents[] = {{DType::kF32, f32}, {DType::kBf16, bf16}, {DType::kF16, f16}, {DType::kQ8_0, q8}};
  for (const auto& [from, parent] : parents) {
    for (const DType to :
         {DType::kF32, DType::kF16, DType::kBf16, DType::kQ8_0, DType::kQ4_0, DType::kQ4_1,
          DType::kQ5_0, DType::kQ5_1, DType::kQ4K, DType::kQ5K, DType::kQ6K}) {
      CAPTURE(core::tensor::info(from).name, core::tensor::info(to).name);
      const Buffer block = made({from, to}, parent);
      const auto found = find_recipe(from, parent, to, block);
      REQUIRE(found.has_value());
      CHECK((found->recipe == Recipe{from, to} && found->misses == 0));
      const auto coded = encode_derived({from, to}, parent, block, block.size());
      REQUIRE(coded.has_value());
      CHECK(coded->size() < 24);
      Buffer out(block.size());
      REQUIRE(decode_block(Method::kDerived, *coded, Bytes(parent), out).is_ok());
      CHECK(out == block);
    }
  }
}

TEST_CASE("a cast that truncates is told from one that rounds") {
  const Buffer parent = test::bytes_of(test::normal_weights(1, kCount, 0.02));
  for (const DType to : {DType::kF16, DType::kBf16}) {
    const Recipe truncating{DType::kF32, to, Rounding::kTowardZero};
    CHECK(find_recipe(DType::kF32, parent, to, made(truncating, parent))->recipe == truncating);
  }
}

TEST_CASE("a copy that the recipe nearly makes costs its exceptions") {
  const Buffer parent = test::bytes_of(test::normal_weights(1, kCount, 0.02));
  for (const DType to : {DType::kF16, DType::kQ8_0, DType::kQ4K}) {
    Buffer block = made({DType::kF32, to}, parent);
    for (std::size_t i = 100; i < block.size(); i += 997) block[i] ^= std::byte{1};
    const auto found = find_recipe(DType::kF32, parent, to, block);
    REQUIRE(found.has_value());
    CHECK(found->misses > 0);
    const auto coded = encode_derived(found->recipe, parent, block, block.size());
    REQUIRE(coded.has_value());
    CHECK(coded->size() < block.size() / 20);
    Buffer out(block.size());
    REQUIRE(decode_derived(*coded, parent, out).is_ok());
    CHECK(out == block);
    for (std::size_t length = 0; length < coded->size(); ++length) {
      const Buffer cut(coded->begin(), coded->begin() + static_cast<long>(length));
      const Status status = decode_derived(cut, parent, out);
      // Cut after the recipe it is the form of another block.
      CHECK((status.code() == Code::kMalformed || out != block));
    }
  }
}

TEST_CASE("a copy's block may begin inside one of its parent's") {
  const Buffer parent = test::bytes_of(test::normal_weights(1, kCount, 0.02));
  const Recipe recipe{DType::kF32, DType::kQ8_0};
  const Bytes part = Bytes(parent).subspan(4096 * 4, 8192 * 4);
  Buffer block(8192 / 32 * 34), out(block.size());
  REQUIRE(derive(recipe, part, block).is_ok());
  const auto coded = encode_derived(recipe, part, block, block.size(), 4096 * 4);
  REQUIRE(coded.has_value());
  REQUIRE(decode_derived(*coded, parent, out).is_ok());
  CHECK(out == block);
  CHECK(decode_derived(*coded, Bytes(parent).first(parent.size() / 2), out).code() ==
        Code::kInvalidArgument);
  CHECK(decode_derived(*coded, Bytes(parent).first(4096), out).code() == Code::kInvalidArgument);
  CHECK(parent_bytes(recipe, 34) == 128);
  CHECK_FALSE(parent_bytes(recipe, 33).has_value());
  CHECK_FALSE(parent_bytes({DType::kQ4K, DType::kF32}, 128).has_value());
}

TEST_CASE("what no recipe makes is left alone, and what does not fit is refused") {
  const Buffer parent = test::bytes_of(test::normal_weights(1, kCount, 0.02));
  const Buffer other = test::bytes_of(test::normal_weights(2, kCount, 0.02));
  const Buffer block = made({DType::kF32, DType::kQ8_0}, other);
  CHECK_FALSE(find_recipe(DType::kF32, parent, DType::kQ8_0, block).has_value());
  CHECK_FALSE(find_recipe(DType::kF32, parent, DType::kIq2Xxs, block).has_value());
  CHECK_FALSE(find_recipe(DType::kF32, Bytes(parent).first(128), DType::kQ8_0, block).has_value());
  CHECK_FALSE(find_recipe(DType::kF32, {}, DType::kF16, {}).has_value());
  CHECK_FALSE(
      encode_derived({DType::kF32, DType::kQ8_0}, parent, block, block.size() / 2).has_value());
  Buffer out(block.size());
  CHECK(derive({DType::kF32, DType::kQ8_0}, Bytes(parent).first(4), out).code() ==
        Code::kInvalidArgument);
  CHECK(derive({DType::kQ4K, DType::kF32}, {}, std::span(out).first(4)).code() ==
        Code::kInvalidArgument);
  CHECK(derive({DType::kF32, DType::kIq1S}, Bytes(parent).first(1024), std::span(out).first(50))
            .code() == Code::kUnsupported);
  CHECK(decode_block(Method::kDerived, {}, std::nullopt, out).code() == Code::kInvalidArgument);
  CHECK(decode_derived({}, parent, out).code() == Code::kMalformed);
}
