// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Images of tokenizers: what is opened from one is the tokenizer, and a damaged one is safe. The
// other tests of tokenizers open theirs from images too (opened.hpp).
#include "core/tokenizer/model_tokenizer.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "opened.hpp"
#include "small_definitions.hpp"

using namespace hartonomous;
using namespace hartonomous::test;

namespace {

TokenizerPointer make(const core::tokenizer::Definition& definition) {
  core::NoCheckpoint checkpoint;
  auto made = core::tokenizer::ModelTokenizer::make(definition, checkpoint);
  INFO((made.is_ok() ? "" : made.status().message()));
  REQUIRE(made.is_ok());
  return std::move(made).value();
}

constexpr std::string_view kText =
    "The aab the\xc3\xa9 <end> user.  <s> AA unused \xe2\x96\x81the thethethe\xff\x80 "
    "aabaabaabaabaabaabaabaabaabaabaabaabaabaabaabaabaabaabaabaab\xe4\xb8\x80\xe4\xb8\x80";

}  // namespace

TEST_CASE("a tokenizer opened from its image is the tokenizer") {
  for (const auto& definition : small_definitions()) {
    const TokenizerPointer made = make(definition);
    const TokenizerPointer again = from_image(made->image());
    REQUIRE(again != nullptr);
    for (const bool special : {false, true}) {
      const Ids ids = encode(*made, kText, {special, special});
      REQUIRE(!ids.empty());
      REQUIRE(encode(*again, kText, {special, special}) == ids);
      REQUIRE(decode(*again, ids, special) == decode(*made, ids, special));
    }
    REQUIRE(again->size() == made->size());
    REQUIRE(again->special().end_of_generation == made->special().end_of_generation);
    REQUIRE(again->special().begin == made->special().begin);
    REQUIRE(again->image() == made->image());
  }
}

TEST_CASE("an image that is cut short, or none, opens no tokenizer") {
  for (const auto& definition : small_definitions()) {
    const std::vector<std::byte> image = make(definition)->image();
    for (std::size_t size = 0; size < image.size(); size += 1 + size / 3) {
      REQUIRE(from_image({image.begin(), image.begin() + static_cast<std::ptrdiff_t>(size)}) ==
              nullptr);
    }
    std::vector<std::byte> longer = image;
    longer.push_back({});
    REQUIRE(from_image(longer) == nullptr);
    std::vector<std::byte> other = image;
    other[0] ^= std::byte{1};
    REQUIRE(from_image(other) == nullptr);
  }
}

TEST_CASE("a damaged image gives ids or nothing") {
  core::NoCheckpoint checkpoint;
  std::mt19937_64 draw(7);
  std::size_t opened = 0;
  for (const auto& definition : small_definitions()) {
    const std::vector<std::byte> image = make(definition)->image();
    for (int round = 0; round < 200; ++round) {
      std::vector<std::byte> damaged = image;
      for (int i = 0; i < 64; ++i) {
        const std::uint64_t random = draw();
        damaged[random % damaged.size()] = static_cast<std::byte>(random >> 56);
      }
      const TokenizerPointer tokenizer = from_image(damaged);
      if (tokenizer == nullptr) continue;
      ++opened;
      Ids ids;
      REQUIRE(tokenizer->encode(kText, {true, true}, ids, checkpoint).is_ok());
      std::string text;
      (void)tokenizer->decode(ids, true, text).is_ok();
    }
  }
  REQUIRE(opened > 100);
}
