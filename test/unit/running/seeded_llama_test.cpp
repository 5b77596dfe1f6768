// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "models/seeded_llama.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "core/hash/sha256.hpp"
#include "core/tensor/dequantize.hpp"
#include "../format/file_builder.hpp"

namespace test = hartonomous::test;
namespace core = hartonomous::core;
using core::tensor::DType;

namespace {

std::string small_llama(DType type) {
  std::string file;
  REQUIRE(test::write_llama(*test::named_shape("small"), type, 1,
                            [&](std::string_view bytes) { file += bytes; }));
  return file;
}

std::string hexadecimal(const core::hash::Sha256Digest& digest) {
  std::string out;
  for (const std::byte b : digest) {
    out += "0123456789abcdef"[static_cast<int>(b) >> 4];
    out += "0123456789abcdef"[static_cast<int>(b) & 15];
  }
  return out;
}

}  // namespace

TEST_CASE("seeded models are the same bytes everywhere") {
  const std::map<DType, std::string> expected = {
      {DType::kF32, "66a43a2af80a3fbc"},  {DType::kF16, "10714bd1760b93e3"},
      {DType::kBf16, "a18b8ebdef9c2a6b"}, {DType::kQ8_0, "27446d7773eb12dd"},
      {DType::kQ4_0, "eb2f11f3492182a6"}, {DType::kQ4K, "a96007bc0daca13d"},
      {DType::kQ5K, "302cc534d076372c"},  {DType::kQ6K, "fb10424f390de78b"}};
  for (const auto& [type, digest] : expected) {
    INFO(core::tensor::info(type).name);
    const std::string file = small_llama(type);
    CHECK(hexadecimal(core::hash::sha256(core::as_bytes(file))).substr(0, 16) == digest);
  }
  CHECK(!test::write_llama(*test::named_shape("small"), DType::kQ4_1, 1, [](std::string_view) {}));
}

TEST_CASE("seeded models are files whose weights have the size that was meant") {
  for (const DType type : {DType::kF32, DType::kF16, DType::kBf16, DType::kQ8_0, DType::kQ4_0,
                           DType::kQ4K, DType::kQ5K, DType::kQ6K}) {
    INFO(core::tensor::info(type).name);
    const std::string file = small_llama(type);
    const auto layout = test::parse(file);
    REQUIRE(layout.is_ok());
    CHECK(layout.value().tensors.size() == 39);
    for (const auto& tensor : layout.value().tensors) {
      if (tensor.name != "blk.2.ffn_up.weight") continue;
      CHECK(tensor.dtype == type);
      std::vector<float> values(512 * 256);
      REQUIRE(core::tensor::dequantize(
                  type, core::as_bytes(file).subspan(tensor.offset, tensor.byte_length), values)
                  .is_ok());
      double sum = 0, squares = 0;
      for (const float v : values) sum += v, squares += double{v} * v;
      const double deviation = std::sqrt(squares / values.size());
      CHECK(std::abs(sum / values.size()) < deviation / 100);
      CHECK(deviation == Approx(1.0 / 16).epsilon(0.25));
    }
  }
}
