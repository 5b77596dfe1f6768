// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <cmath>
#include <numeric>
#include <random>

#include "core/block/byte_stream.hpp"
#include "core/block/rans.hpp"
#include "core/hash/content_hash.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::block;
using Symbols = std::vector<std::uint8_t>;

namespace {

std::vector<SymbolCounts> count(const Symbols& symbols, const Symbols& contexts, unsigned n) {
  std::vector<SymbolCounts> counts(n);
  for (auto& of_context : counts) of_context.fill(0);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    ++counts[contexts.empty() ? 0 : contexts[i]][symbols[i]];
  }
  return counts;
}

std::vector<std::byte> encode(const Symbols& symbols, const Symbols& contexts, unsigned n) {
  const RansModel model(count(symbols, contexts, n));
  std::vector<std::byte> coded, portable;
  rans_encode(model, symbols, contexts, coded);
  rans_encode(model, symbols, contexts, portable, nullptr);
  REQUIRE(coded == portable);
  return coded;
}

// Decodes in runs of `run` symbols; nothing if it is refused.
std::optional<Symbols> decode(Bytes coded, const Symbols& contexts, unsigned n, std::size_t size,
                              std::size_t run, bool vector = true) {
  Cursor in(coded);
  auto decoder = RansDecoder::open(in, n);
  if (!decoder.is_ok()) return std::nullopt;
  if (!vector) decoder.value().use(nullptr);
  Symbols symbols(size);
  for (std::size_t at = 0; at < size; at += run) {
    const std::size_t length = std::min(run, size - at);
    const auto of = contexts.empty() ? std::span<const std::uint8_t>()
                                     : std::span(contexts).subspan(at, length);
    if (!decoder.value().read(of, std::span(symbols).subspan(at, length)).is_ok()) {
      return std::nullopt;
    }
  }
  if (!decoder.value().finish().is_ok() || in.remaining() != 0) return std::nullopt;
  return symbols;
}

double entropy(const std::vector<SymbolCounts>& counts) {
  double bits = 0;
  for (const auto& of_context : counts) {
    const double total = std::accumulate(of_context.begin(), of_context.end(), 0.0);
    for (const double c : of_context) bits -= c == 0 ? 0 : c * std::log2(c / total);
  }
  return bits;
}

// Bits like the middle of a bell: symbols near 128, the narrower the larger the context.
Symbols bell(std::mt19937_64& random, const Symbols& contexts) {
  Symbols symbols;
  for (const auto context : contexts) {
    const int spread = static_cast<int>(random() % 256) + static_cast<int>(random() % 256) - 255;
    symbols.push_back(static_cast<std::uint8_t>(128 + (spread >> (1 + context % 8))));
  }
  return symbols;
}

}  // namespace

TEST_CASE("rANS gives back symbols of every length, in every context, from every kernel") {
  std::mt19937_64 random(1);
  for (const std::size_t size : {0, 1, 2, 31, 32, 33, 63, 64, 100, 1000, 4097, 70'001}) {
    for (const unsigned n : {1U, 2U, 3U, 16U}) {
      Symbols contexts(size);
      for (auto& context : contexts) context = static_cast<std::uint8_t>(random() % n);
      const Symbols symbols = bell(random, contexts);
      const auto coded = encode(symbols, contexts, n);
      CAPTURE(size, n, coded.size());
      REQUIRE(decode(coded, contexts, n, size, 32) == symbols);
      REQUIRE(decode(coded, contexts, n, size, 4096) == symbols);
      REQUIRE(decode(coded, contexts, n, size, 4096, false) == symbols);
      const double best = entropy(count(symbols, contexts, n)) / 8;
      CHECK(static_cast<double>(coded.size()) < 1.006 * best + 140 + 260 * n);
    }
  }
}

TEST_CASE("rANS takes any distribution of symbols") {
  std::mt19937_64 random(2);
  const std::size_t size = 20'011;
  std::vector<Symbols> all(6, Symbols(size));
  for (std::size_t i = 0; i < size; ++i) {
    all[0][i] = 77;                                             // one symbol alone
    all[1][i] = static_cast<std::uint8_t>(random());            // all alike
    all[2][i] = i == 5000 ? 255 : 0;                            // one in twenty thousand
    all[3][i] = static_cast<std::uint8_t>(i < 256 ? i : 9);     // all symbols, 255 of them rare
    all[4][i] = static_cast<std::uint8_t>(random() % 2 * 255);  // the ends of the alphabet
    all[5][i] = static_cast<std::uint8_t>(__builtin_clzll(random() | 1));
  }
  for (const Symbols& symbols : all) {
    const auto coded = encode(symbols, {}, 1);
    REQUIRE(decode(coded, {}, 1, size, 1024) == symbols);
    const auto best = entropy(count(symbols, {}, 1)) / 8;
    CHECK(static_cast<double>(coded.size()) < 1.006 * best + 700);
    CHECK(static_cast<double>(coded.size()) >= best);
    const RansModel model(count(symbols, {}, 1));
    const auto estimate = static_cast<double>(model.estimated_bytes());
    CHECK(std::abs(estimate - static_cast<double>(coded.size())) < 0.01 * estimate + 64);
  }
}

TEST_CASE("the vector kernel and the portable decoder make the same of any words") {
  std::mt19937_64 random(3);
  Symbols contexts(10'000);
  for (auto& context : contexts) context = static_cast<std::uint8_t>(random() % 5);
  const Symbols symbols = bell(random, contexts);
  const auto coded = encode(symbols, contexts, 5);
  for (int round = 0; round < 100; ++round) {
    auto noise = coded;  // sound tables, then words that nobody coded
    for (std::size_t i = noise.size() * 3 / 4; i < noise.size(); ++i) {
      noise[i] = static_cast<std::byte>(random());
    }
    Cursor one(noise), other(noise);
    auto vector = RansDecoder::open(one, 5), portable = RansDecoder::open(other, 5);
    portable.value().use(nullptr);
    Symbols a(symbols.size()), b(symbols.size());
    const bool accepted = vector.value().read(contexts, a).is_ok();
    REQUIRE(accepted == portable.value().read(contexts, b).is_ok());
    REQUIRE(vector.value().finish().is_ok() == portable.value().finish().is_ok());
    if (accepted) REQUIRE(a == b);
  }
}

TEST_CASE("the coded form is the same on every machine") {
  Symbols contexts(5000), symbols(5000);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    contexts[i] = static_cast<std::uint8_t>(i % 3);
    symbols[i] = static_cast<std::uint8_t>(i * i % (7 + 40 * (i % 3)));
  }
  const auto coded = encode(symbols, contexts, 3);
  CHECK(hash::block_hash(coded).hex() ==
        "aae1133cf96a4ac32b9eda274783868533481d4629b97345b1ee045f0b562cac");
}

TEST_CASE("rANS refuses what is cut short or altered, and never reads beyond it") {
  std::mt19937_64 random(4);
  Symbols contexts(3000);
  for (auto& context : contexts) context = static_cast<std::uint8_t>(random() % 4);
  const Symbols symbols = bell(random, contexts);
  const auto coded = encode(symbols, contexts, 4);
  for (std::size_t length = 0; length < coded.size(); ++length) {
    const std::vector<std::byte> cut(coded.begin(), coded.begin() + static_cast<long>(length));
    REQUIRE_FALSE(decode(cut, contexts, 4, symbols.size(), 1024).has_value());
  }
  for (int round = 0; round < 2000; ++round) {
    auto altered = coded;
    altered[random() % altered.size()] ^= static_cast<std::byte>(1 + random() % 255);
    const auto got = decode(altered, contexts, 4, symbols.size(), 1024);
    CHECK((!got || got->size() == symbols.size()));
  }
  CHECK_FALSE(decode(coded, contexts, 4, symbols.size() - 1, 1024).has_value());
}

TEST_CASE("frequency tables sum to a power of two, keep every symbol and survive storage") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 500; ++round) {
    SymbolCounts counts{};
    const unsigned present = random() % 257;
    for (unsigned i = 0; i < present; ++i) {
      counts[random() % 256] = static_cast<std::uint32_t>(random() >> (33 + random() % 31));
    }
    for (unsigned table_log = kMinTableLog; table_log <= kMaxTableLog; ++table_log) {
      const Frequencies frequencies = normalized(counts, table_log);
      REQUIRE(std::accumulate(frequencies.begin(), frequencies.end(), 0) == 1 << table_log);
      int above_zero = 0;
      for (unsigned s = 0; s < kSymbols; ++s) {
        REQUIRE((counts[s] == 0 || frequencies[s] > 0));
        above_zero += frequencies[s] > 0;
      }
      REQUIRE(above_zero >= 2);
      std::vector<std::byte> stored;
      append_frequencies(frequencies, stored);
      REQUIRE(stored.size() <= 512);
      Cursor in(stored);
      const auto read = read_frequencies(in, table_log);
      REQUIRE(read.is_ok());
      REQUIRE(read.value() == frequencies);
      REQUIRE(in.remaining() == 0);
      if (!stored.empty()) {
        Cursor cut(Bytes(stored).first(stored.size() - 1));
        REQUIRE_FALSE(read_frequencies(cut, table_log).is_ok());
      }
    }
  }
}

TEST_CASE("the fixed-point logarithm is right to its last place") {
  for (std::uint32_t value = 1; value < 70'000; value += 1 + value / 500) {
    const double exact = std::log2(value) * 65536;
    CHECK(log2_fixed(value) <= exact + 1e-6);
    CHECK(log2_fixed(value) > exact - 1.5);
  }
  CHECK(log2_fixed(0x80000000U) == 31U << 16);
}

TEST_CASE("a byte stream takes the form that is smallest") {
  std::mt19937_64 random(6);
  Symbols constant(4000, 9), noise(4000), skewed(4000), empty;
  for (auto& byte : noise) byte = static_cast<std::uint8_t>(random());
  for (auto& byte : skewed) byte = static_cast<std::uint8_t>(random() & random() & 7);
  const auto round_trip = [](const Symbols& bytes) {
    std::vector<std::byte> stored;
    append_byte_stream(bytes, stored);
    Cursor in(stored);
    auto reader = ByteStreamReader::open(in, bytes.size());
    REQUIRE(reader.is_ok());
    Symbols read(bytes.size());
    REQUIRE(reader.value().read(read).is_ok());
    REQUIRE(reader.value().finish().is_ok());
    REQUIRE(read == bytes);
    REQUIRE(in.remaining() == 0);
    return stored.size();
  };
  CHECK(round_trip(constant) == 2);
  CHECK(round_trip(noise) == 1 + noise.size());
  CHECK(round_trip(skewed) < skewed.size() / 3);
  CHECK(round_trip(empty) == 1);
}
