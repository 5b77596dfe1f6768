// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <bit>
#include <cfloat>
#include <cmath>
#include <limits>

#include "weights.hpp"
#include "core/block/bit_stream.hpp"
#include "core/block/codec.hpp"
#include "core/block/planes.hpp"
#include "core/block/ulp_delta.hpp"
#include "core/block/ulp_numbers.hpp"
#include "core/hash/content_hash.hpp"
#include "core/tensor/float_formats.hpp"

using namespace hartonomous;
using namespace hartonomous::core;
using namespace hartonomous::core::block;
using core::tensor::DType;
using Buffer = std::vector<std::byte>;

namespace {

constexpr DType kAll[] = {DType::kBf16, DType::kF16,    DType::kF32,  DType::kF64,  DType::kI8,
                          DType::kU8,   DType::kI16,    DType::kI32,  DType::kI64,  DType::kBool,
                          DType::kF4,   DType::kF8E4M3, DType::kQ4_0, DType::kQ4_1, DType::kQ5_0,
                          DType::kQ5_1, DType::kF8E5M2, DType::kQ8_0, DType::kQ2K,  DType::kQ3K,
                          DType::kQ4K,  DType::kQ5K,    DType::kQ6K,  DType::kMxfp4};

Buffer noise(std::uint64_t seed, std::size_t size) {
  test::Noise random(seed);
  Buffer bytes(size);
  for (auto& byte : bytes) byte = static_cast<std::byte>(random.bits());
  return bytes;
}

// Encodes with every method there is and checks that each gives `raw` back.
void check_round_trip(DType dtype, const Buffer& raw, const Buffer& base) {
  const ElementLayout layout = layout_of(dtype);
  CAPTURE(core::tensor::info(dtype).name, raw.size());
  Buffer planes, out(raw.size());
  encode_planes(layout, raw, planes);
  REQUIRE(planes.size() < raw.size() + 1024);
  REQUIRE(decode_planes(planes, out).is_ok());
  REQUIRE(out == raw);
  const auto delta = encode_ulp_delta(layout, raw, base, std::size_t(-1));
  REQUIRE(delta.has_value());
  std::ranges::fill(out, std::byte{0xee});
  REQUIRE(decode_ulp_delta(*delta, base, out).is_ok());
  REQUIRE(out == raw);
  for (const std::optional<Bytes> given : {std::optional<Bytes>(), std::optional<Bytes>(base)}) {
    const CodedBlock coded = encode_block(dtype, raw, given);
    if (coded.method == Method::kRaw) {
      REQUIRE(coded.bytes.empty());
      continue;
    }
    REQUIRE(coded.bytes.size() < raw.size());
    std::ranges::fill(out, std::byte{0xee});
    REQUIRE(decode_block(coded.method, coded.bytes, given, out).is_ok());
    REQUIRE(out == raw);
  }
}

}  // namespace

TEST_CASE("every type and length comes back from every method: noise") {
  for (const DType dtype : kAll) {
    for (const std::size_t size : {0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 1000, 8192, 30'011}) {
      check_round_trip(dtype, noise(size, size), noise(size + 1, size));
    }
  }
}

TEST_CASE("every type comes back from every method: equal to the base, constant, nearly so") {
  for (const DType dtype : kAll) {
    const Buffer base = noise(1, 20'003), zeros(20'003);
    check_round_trip(dtype, base, base);
    check_round_trip(dtype, zeros, base);
    check_round_trip(dtype, base, zeros);
    check_round_trip(dtype, zeros, zeros);
    Buffer near = base;
    near[10'000] ^= std::byte{1};
    check_round_trip(dtype, near, base);
    CHECK(encode_ulp_delta(layout_of(dtype), base, base, 300).has_value());
  }
}

TEST_CASE("every 16-bit pattern given every kind of base comes back: NaNs, infinities, zeros") {
  const std::uint16_t bases[] = {0x0000, 0x8000, 0x0001, 0x8001, 0x3f80, 0xbf80, 0x7f7f, 0xff7f,
                                 0x7f80, 0xff80, 0x7fc0, 0xffc0, 0x7fff, 0xffff, 0x7c00, 0x1234};
  std::vector<std::uint16_t> all, base;
  for (const std::uint16_t b : bases) {
    for (unsigned value = 0; value < 65536; ++value) {
      all.push_back(static_cast<std::uint16_t>(value));
      base.push_back(b);
    }
  }
  for (const DType dtype : {DType::kBf16, DType::kF16, DType::kI16}) {
    check_round_trip(dtype, test::bytes_of(all), test::bytes_of(base));
    check_round_trip(dtype, test::bytes_of(base), test::bytes_of(all));
  }
}

TEST_CASE("extreme 32- and 64-bit floats come back") {
  test::Noise random(3);
  std::vector<float> one, other;
  std::vector<double> wide, wide_other;
  const float special[] = {0.0F,      -0.0F,    INFINITY,
                           -INFINITY, NAN,      -NAN,
                           FLT_MIN,   -FLT_MAX, std::numeric_limits<float>::denorm_min(),
                           1.0F};
  for (int i = 0; i < 5000; ++i) {
    one.push_back(special[random.bits() % 10]);
    other.push_back(random.bits() % 2 ? special[random.bits() % 10]
                                      : std::bit_cast<float>(std::uint32_t(random.bits())));
    wide.push_back(one.back());
    wide_other.push_back(std::bit_cast<double>(random.bits()));
  }
  check_round_trip(DType::kF32, test::bytes_of(one), test::bytes_of(other));
  check_round_trip(DType::kF32, test::bytes_of(other), test::bytes_of(one));
  check_round_trip(DType::kF64, test::bytes_of(wide), test::bytes_of(wide_other));
  check_round_trip(DType::kF64, test::bytes_of(wide_other), test::bytes_of(wide));
}

TEST_CASE("methods go by name in the store") {
  for (const Method method :
       {Method::kRaw, Method::kPlanes, Method::kUlpDelta, Method::kDerived}) {
    CHECK(method_by_name(name(method)) == method);
  }
  CHECK_FALSE(method_by_name("zstd").has_value());
  CHECK_FALSE(method_by_name("").has_value());
}

TEST_CASE("alone, bfloat16 weights shrink 1.48 times and more") {
  const auto raw = test::bfloat16_bytes(test::normal_weights(1, 500'000, 0.02));
  const CodedBlock coded = encode_block(DType::kBf16, raw, std::nullopt);
  CHECK(coded.method == Method::kPlanes);
  CHECK(static_cast<double>(raw.size()) / static_cast<double>(coded.bytes.size()) > 1.48);
}

TEST_CASE("a tuned weight costs what its distance costs, not what it weighs") {
  auto weights = test::normal_weights(1, 500'000, 0.02);
  for (float& weight : weights)
    weight = core::tensor::bfloat16_to_float(core::tensor::float_to_bfloat16(weight));
  const auto base = test::bfloat16_bytes(weights);
  // Shares of the raw size, a hundredth above the entropy of the difference given the exponent.
  const std::pair<double, double> most[] = {
      {1e-1, 0.46}, {1e-2, 0.246}, {3e-3, 0.142}, {1e-3, 0.064}};
  for (const auto& [relative, share] : most) {
    const auto raw = test::bfloat16_bytes(test::tuned(weights, 2, 0.02 * relative));
    const CodedBlock coded = encode_block(DType::kBf16, raw, Bytes(base));
    CAPTURE(relative, static_cast<double>(coded.bytes.size()) / static_cast<double>(raw.size()));
    CHECK(coded.method == Method::kUlpDelta);
    CHECK(static_cast<double>(coded.bytes.size()) < share * static_cast<double>(raw.size()));
  }
}

TEST_CASE("an unrelated base is not used") {
  const auto raw = test::bfloat16_bytes(test::normal_weights(1, 100'000, 0.02));
  const auto base = test::bfloat16_bytes(test::normal_weights(2, 100'000, 0.02));
  CHECK(encode_block(DType::kBf16, raw, Bytes(base)).method == Method::kPlanes);
  const Buffer random = noise(1, 100'000), other = noise(2, 100'000);
  CHECK(encode_block(DType::kBf16, random, Bytes(other)).method == Method::kRaw);
  CHECK(encode_block(DType::kBf16, {}, std::nullopt).method == Method::kRaw);
}

TEST_CASE("float32 that came from bfloat16 costs no more than that did") {
  const auto weights = test::normal_weights(1, 200'000, 0.02);
  const auto change = test::tuned(weights, 2, 0.0002);
  std::vector<float> wide, wide_base;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    wide_base.push_back(
        core::tensor::bfloat16_to_float(core::tensor::float_to_bfloat16(weights[i])));
    wide.push_back(core::tensor::bfloat16_to_float(core::tensor::float_to_bfloat16(change[i])));
  }
  const auto narrow_base = test::bfloat16_bytes(weights);
  const auto narrow = encode_block(DType::kBf16, test::bfloat16_bytes(change), Bytes(narrow_base));
  const auto base = test::bytes_of(wide_base);
  const auto coded = encode_block(DType::kF32, test::bytes_of(wide), Bytes(base));
  CHECK(coded.method == Method::kUlpDelta);
  CHECK(coded.bytes.size() <= narrow.bytes.size() + 8);
}

TEST_CASE("the difference of neighbours is one ULP, across powers of two and zero") {
  const UlpParameters p{1, true, 0, 7};
  const UlpNumbers<std::uint16_t> numbers(p);
  CHECK(numbers.difference(0x3f81, 0x3f80) == 1);
  CHECK(numbers.difference(0x3f80, 0x3f7f) == 1);       // 1.0 from the number below it
  CHECK(numbers.difference(0xbf81, 0xbf80) == 1);       // away from zero, seen from a negative
  CHECK(numbers.difference(0x3f7f, 0x3f80) == 0xffff);  // towards zero
  CHECK(numbers.difference(0x8000, 0x0000) == 0xffff);  // the zeros are neighbours
  CHECK(numbers.difference(0x0000, 0x8000) == 0xffff);
  CHECK(numbers.difference(0x8001, 0x0001) == 0xfffd);
}

TEST_CASE("coded blocks are the same on every machine") {
  std::vector<std::uint16_t> raw, base;
  for (unsigned i = 0; i < 20'000; ++i) {
    base.push_back(static_cast<std::uint16_t>(0x3c00 + i * 7919 % 1024 + (i & 1) * 0x8000));
    raw.push_back(static_cast<std::uint16_t>(base.back() + (i * i % 11 == 0 ? i % 5 : 0)));
  }
  const auto base_bytes = test::bytes_of(base);
  const auto delta = encode_block(DType::kBf16, test::bytes_of(raw), Bytes(base_bytes));
  const auto alone = encode_block(DType::kBf16, test::bytes_of(raw), std::nullopt);
  CHECK(delta.method == Method::kUlpDelta);
  CHECK(alone.method == Method::kPlanes);
  CHECK(hash::block_hash(delta.bytes).hex() ==
        "365c86d16a8e5251487dd3c2b5bd2be86336ca8b6f3e2589c307ae7bab2015b3");
  CHECK(hash::block_hash(alone.bytes).hex() ==
        "5ec60d8f509aa15d3483fcb07e08ceec03341bf3acf097590cdff443fe91b836");
}

TEST_CASE("coded blocks that are cut, grown or altered decode to an error or to some block") {
  const auto weights = test::normal_weights(1, 3000, 0.02);
  const auto base = test::bfloat16_bytes(weights);
  const auto raw = test::bfloat16_bytes(test::tuned(weights, 2, 0.0002));
  test::Noise random(4);
  Buffer out(raw.size());
  for (const Method method : {Method::kPlanes, Method::kUlpDelta}) {
    const auto given = method == Method::kUlpDelta ? std::optional<Bytes>(base) : std::nullopt;
    const CodedBlock coded = encode_block(DType::kBf16, raw, given);
    REQUIRE(coded.method == method);
    for (std::size_t length = 0; length < coded.bytes.size(); ++length) {
      // A copy of its own, so that a sanitizer sees a read behind it.
      const Buffer cut(coded.bytes.begin(), coded.bytes.begin() + static_cast<long>(length));
      const Status status = decode_block(method, cut, given, out);
      REQUIRE(status.code() == Code::kMalformed);
    }
    Buffer grown = coded.bytes;
    grown.push_back({});
    CHECK(decode_block(method, grown, given, out).code() == Code::kMalformed);
    for (int round = 0; round < 5000; ++round) {
      Buffer altered = coded.bytes;
      altered[random.bits() % altered.size()] ^= static_cast<std::byte>(1 + random.bits() % 255);
      const Status status = decode_block(method, altered, given, out);
      REQUIRE((status.is_ok() || status.code() == Code::kMalformed));
    }
    Buffer shorter(raw.size() - 2), longer(raw.size() + 2);
    CHECK_FALSE(decode_block(method, coded.bytes, given, shorter).is_ok());
    CHECK_FALSE(decode_block(method, coded.bytes, given, longer).is_ok());
  }
  CHECK(decode_block(Method::kUlpDelta, {}, std::nullopt, out).code() == Code::kInvalidArgument);
  CHECK(decode_block(Method(77), {}, std::nullopt, out).code() == Code::kUnsupported);
  CHECK(decode_block(Method::kRaw, Bytes(raw).first(4), std::nullopt, out).code() ==
        Code::kMalformed);
}

TEST_CASE("bits come back in order, of every count") {
  test::Noise random(1);
  std::vector<std::pair<std::uint64_t, unsigned>> all;
  BitWriter writer;
  for (int i = 0; i < 10'000; ++i) {
    const auto bits = static_cast<unsigned>(random.bits() % 65);
    const std::uint64_t value = bits == 0 ? 0 : random.bits() >> (64 - bits);
    all.emplace_back(value, bits);
    writer.reserve(bits);
    writer.put(value, bits);
  }
  BitReader reader(writer.bytes());
  for (const auto& [value, bits] : all) REQUIRE(reader.take(bits) == value);
  CHECK(reader.is_at_end());
  CHECK(reader.take(64) == 0);
  CHECK_FALSE(reader.is_at_end());
}
