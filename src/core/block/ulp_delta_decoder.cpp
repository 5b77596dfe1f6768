// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A segment at a time, in loops that each do one thing, so that all but the one over the low bits
// become vector code: contexts from the base, symbols from contexts, differences from symbols and
// low bits, numbers from differences and the base.
#include <algorithm>
#include <cstring>

#include "core/block/bit_stream.hpp"
#include "core/block/byte_stream.hpp"
#include "core/block/rans.hpp"
#include "core/block/ulp_contexts.hpp"
#include "core/block/ulp_delta.hpp"
#include "core/block/ulp_numbers.hpp"

namespace hartonomous::core::block {

namespace {

constexpr unsigned kMaxExponentBits = 11;

Status malformed(const char* message) { return {Code::kMalformed, message}; }

Result<UlpParameters> read_parameters(Cursor& in) {
  const Status broken = malformed("a block coded as a difference has no valid parameters");
  const auto bytes = in.take(4);
  if (!bytes) return broken;
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>((*bytes)[i]); };
  const UlpParameters p{at(0), at(1) == 1, at(2), at(3)};
  if (p.width_log > 3 || at(1) > 1 || p.dropped >= 8U << p.width_log) return broken;
  const unsigned below_sign = (8U << p.width_log) - 1;
  const bool is_sound = p.is_float ? p.dropped <= p.mantissa_bits && p.mantissa_bits < below_sign &&
                                         below_sign - p.mantissa_bits <= kMaxExponentBits
                                   : p.mantissa_bits == 0;
  if (!is_sound) return broken;
  return p;
}

// What a symbol stands for: a difference with its low bits all zero, and how many there are. They
// are added, or subtracted if the symbol is odd.
template <class W>
struct Meaning {
  W difference;
  std::uint32_t low_bits;
};
template <class W>
HARTONOMOUS_LOOP W if_negative(unsigned symbol) noexcept {
  return W{0} - static_cast<W>(symbol & 1);
}

template <class W>
std::array<Meaning<W>, kSymbols> meanings(const UlpParameters& p) noexcept {
  const UlpSymbols alphabet(p.width_log);
  std::array<Meaning<W>, kSymbols> all;
  for (unsigned symbol = 0; symbol < kSymbols; ++symbol) {
    const W negative = if_negative<W>(symbol);
    const auto magnitude = static_cast<W>(alphabet.magnitude(symbol, p.bits()));
    all[symbol] = {(magnitude ^ negative) - negative, alphabet.low_bits(symbol, p.bits())};
  }
  return all;
}

// Differences of `kCount` numbers whose low bits are all in one window.
template <std::size_t kCount, class W>
HARTONOMOUS_LOOP void differences_of(const Meaning<W>* meanings, const std::uint8_t* symbols,
                                     BitReader& low, W* __restrict differences) noexcept {
  std::uint64_t window = low.window();
  unsigned taken = 0;
  for (std::size_t i = 0; i < kCount; ++i) {
    const Meaning<W> meaning = meanings[symbols[i]];
    const auto bits = static_cast<W>(window & ((std::uint64_t{1} << meaning.low_bits) - 1));
    window >>= meaning.low_bits;
    taken += meaning.low_bits;
    const W negative = if_negative<W>(symbols[i]);
    differences[i] = meaning.difference + ((bits ^ negative) - negative);
  }
  low.skip(taken);
}

template <class Word>
HARTONOMOUS_LOOP BitReader difference(const Meaning<Wide<Word>>* meanings,
                                      const std::uint8_t* symbols, BitReader low, std::size_t count,
                                      Wide<Word>* __restrict differences) noexcept {
  using W = Wide<Word>;
  if constexpr (sizeof(Word) > 4) {
    for (std::size_t i = 0; i < count; ++i) {
      const Meaning<W> meaning = meanings[symbols[i]];
      const auto bits = static_cast<W>(low.take(meaning.low_bits));
      const W negative = if_negative<W>(symbols[i]);
      differences[i] = meaning.difference + ((bits ^ negative) - negative);
    }
  } else {
    std::size_t i = 0;
    for (; i + kAtOnce<Word> <= count; i += kAtOnce<Word>) {
      differences_of<kAtOnce<Word>>(meanings, symbols + i, low, differences + i);
    }
    for (; i < count; ++i) differences_of<1>(meanings, symbols + i, low, differences + i);
  }
  return low;
}

template <class Word>
HARTONOMOUS_LOOP void move(UlpNumbers<Word> numbers, const Wide<Word>* differences,
                           const std::byte* __restrict base, std::size_t count,
                           std::byte* __restrict out) noexcept {
  for (std::size_t i = 0; i < count; ++i) {
    const Wide<Word> from = numbers.load(load_little_endian<Word>(base + i * sizeof(Word)));
    const Word word = numbers.store(numbers.moved(from, differences[i]));
    std::memcpy(out + i * sizeof(Word), &word, sizeof(Word));
  }
}

template <class Word>
class Decoder {
 public:
  Decoder(const UlpParameters& p, const UlpContexts& contexts) noexcept
      : numbers_(p),
        meanings_(meanings<Wide<Word>>(p)),
        map_(contexts.map()),
        origin_(contexts.origin),
        last_(static_cast<int>(contexts.expectations()) - 1),
        unchanged_(static_cast<std::uint8_t>(contexts.runs.size())) {}

  // REQUIRES: contexts.has_unchanged where a level is kUnchanged.
  Status decode(std::span<const std::uint8_t> levels, RansDecoder& symbols, BitReader& low,
                Bytes base, std::span<std::byte> out) const {
    const std::size_t total = out.size() / sizeof(Word);
    std::array<std::uint8_t, kSegment> contexts, coded;
    W differences[kSegment];
    for (std::size_t at = 0; at < total; at += kSegment) {
      const std::size_t count = std::min(kSegment, total - at);
      const std::byte* const from = base.data() + at * sizeof(Word);
      expect(levels[at / kSegment], from, {contexts.data(), count});
      HARTONOMOUS_CHECK(symbols.read({contexts.data(), count}, {coded.data(), count}));
      low = vectorized<difference<Word>>(meanings_.data(), coded.data(), low, count, +differences);
      std::byte* const to = out.data() + at * sizeof(Word);
      vectorized<move<Word>>(numbers_, static_cast<const W*>(differences), from, count, to);
    }
    return symbols.finish();
  }

 private:
  using W = Wide<Word>;

  void expect(std::uint8_t level, const std::byte* from,
              std::span<std::uint8_t> contexts) const noexcept {
    std::uint8_t* const to = contexts.data();
    if (level == kUnchanged) {
      std::ranges::fill(contexts, unchanged_);
      return;
    }
    vectorized<expect_ulps<Word>>(numbers_, origin_ + level, last_, from, contexts.size(), to);
    const std::uint8_t* const map = map_.data();
    for (std::size_t i = 0; i < contexts.size(); ++i) to[i] = map[to[i]];
  }

  UlpNumbers<Word> numbers_;
  std::array<Meaning<W>, kSymbols> meanings_;
  std::array<std::uint8_t, kMaxExpectations> map_;
  int origin_, last_;
  std::uint8_t unchanged_;
};

Result<std::vector<std::uint8_t>> read_levels(Cursor& in, std::size_t count, bool has_unchanged) {
  HARTONOMOUS_TRY(ByteStreamReader reader, ByteStreamReader::open(in, count));
  std::vector<std::uint8_t> levels(count);
  HARTONOMOUS_CHECK(reader.read(levels));
  HARTONOMOUS_CHECK(reader.finish());
  if (!has_unchanged && std::ranges::find(levels, kUnchanged) != levels.end()) {
    return malformed("a block coded as a difference has no valid levels");
  }
  return levels;
}

}  // namespace

Status decode_ulp_delta(Bytes coded, Bytes base, std::span<std::byte> out) {
  Cursor in(coded);
  HARTONOMOUS_TRY(const UlpParameters p, read_parameters(in));
  HARTONOMOUS_TRY(const UlpContexts contexts, read_contexts(in));
  const std::size_t width = std::size_t{1} << p.width_log, numbers = out.size() / width;
  HARTONOMOUS_TRY(const std::vector<std::uint8_t> levels,
                  read_levels(in, (numbers + kSegment - 1) / kSegment, contexts.has_unchanged));
  HARTONOMOUS_TRY(RansDecoder symbols, RansDecoder::open(in, contexts.count()));
  const std::size_t rest = out.size() % width;
  if (in.remaining() < rest) return malformed("a block coded as a difference ends too early");
  BitReader low(*in.take(in.remaining() - rest));
  switch (p.width_log) {
    case 0:
      HARTONOMOUS_CHECK(Decoder<std::uint8_t>(p, contexts).decode(levels, symbols, low, base, out));
      break;
    case 1:
      HARTONOMOUS_CHECK(
          Decoder<std::uint16_t>(p, contexts).decode(levels, symbols, low, base, out));
      break;
    case 2:
      HARTONOMOUS_CHECK(
          Decoder<std::uint32_t>(p, contexts).decode(levels, symbols, low, base, out));
      break;
    default:
      HARTONOMOUS_CHECK(
          Decoder<std::uint64_t>(p, contexts).decode(levels, symbols, low, base, out));
  }
  if (!low.is_at_end()) return malformed("a block coded as a difference has the wrong length");
  const Bytes tail = *in.take(rest);
  std::ranges::copy(tail, out.end() - static_cast<std::ptrdiff_t>(rest));
  return Status::ok();
}

}  // namespace hartonomous::core::block
