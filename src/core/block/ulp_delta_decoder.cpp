// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <cstring>

#include "core/block/bit_stream.hpp"
#include "core/block/rans.hpp"
#include "core/block/ulp_delta.hpp"
#include "core/block/ulp_numbers.hpp"

namespace hartonomous::core::block {

namespace {

// Numbers decoded together: contexts and symbols stay in the first-level cache.
constexpr std::size_t kTile = 4096;

Status malformed(const char* message) { return {Code::kMalformed, message}; }

Result<UlpParameters> read_parameters(Cursor& in) {
  const Status broken = malformed("a block coded as a difference has no valid parameters");
  const auto bytes = in.take(7);
  if (!bytes) return broken;
  const auto at = [&](std::size_t i) { return std::to_integer<unsigned>((*bytes)[i]); };
  UlpParameters p{at(0), at(1) == 1, at(2), at(3), at(4) | at(5) << 8, at(6)};
  if (p.width_log > 3 || at(1) > 1 || p.dropped >= 8U << p.width_log || p.contexts == 0 ||
      p.contexts > kMaxContexts) {
    return broken;
  }
  const bool is_sound =
      p.is_float ? p.dropped <= p.mantissa_bits && p.mantissa_bits < (8U << p.width_log) - 1
                 : p.mantissa_bits == 0 && p.contexts == 1;
  if (!is_sound) return broken;
  return p;
}

template <class Word>
Status decode(const UlpParameters& p, RansDecoder& symbols, BitReader& low, Bytes base,
              std::span<std::byte> out) {
  using W = Wide<Word>;
  const UlpNumbers<Word> numbers(p);
  const auto meanings = UlpSymbols(p.width_log).meanings(p.bits());
  std::array<std::uint8_t, kTile> contexts, tile;
  const std::size_t total = out.size() / sizeof(Word);
  for (std::size_t at = 0; at < total; at += kTile) {
    const std::size_t count = std::min(kTile, total - at);
    const std::byte* const from = base.data() + at * sizeof(Word);
    for (std::size_t i = 0; i < count; ++i) {
      contexts[i] =
          numbers.context(numbers.load(load_little_endian<Word>(from + i * sizeof(Word))));
    }
    HARTONOMOUS_CHECK(symbols.read({contexts.data(), count}, {tile.data(), count}));
    std::byte* const to = out.data() + at * sizeof(Word);
    for (std::size_t i = 0; i < count; ++i) {
      const auto& meaning = meanings[tile[i]];
      const std::uint64_t bits =
          sizeof(Word) <= 4 ? low.take_short(meaning.bits) : low.take(meaning.bits);
      const auto difference =
          static_cast<W>(meaning.difference + ((bits ^ meaning.negative) - meaning.negative));
      const W number = numbers.load(load_little_endian<Word>(from + i * sizeof(Word)));
      const Word word = numbers.store(numbers.moved(number, difference));
      std::memcpy(to + i * sizeof(Word), &word, sizeof(Word));
    }
  }
  return symbols.finish();
}

}  // namespace

Status decode_ulp_delta(Bytes coded, Bytes base, std::span<std::byte> out) {
  Cursor in(coded);
  HARTONOMOUS_TRY(const UlpParameters p, read_parameters(in));
  HARTONOMOUS_TRY(RansDecoder symbols, RansDecoder::open(in, p.contexts));
  const std::size_t rest = out.size() % (std::size_t{1} << p.width_log);
  if (in.remaining() < rest) return malformed("a block coded as a difference ends too early");
  BitReader low(*in.take(in.remaining() - rest));
  switch (p.width_log) {
    case 0:
      HARTONOMOUS_CHECK(decode<std::uint8_t>(p, symbols, low, base, out));
      break;
    case 1:
      HARTONOMOUS_CHECK(decode<std::uint16_t>(p, symbols, low, base, out));
      break;
    case 2:
      HARTONOMOUS_CHECK(decode<std::uint32_t>(p, symbols, low, base, out));
      break;
    default:
      HARTONOMOUS_CHECK(decode<std::uint64_t>(p, symbols, low, base, out));
  }
  if (!low.is_at_end()) return malformed("a block coded as a difference has the wrong length");
  const Bytes tail = *in.take(rest);
  std::ranges::copy(tail, out.end() - static_cast<std::ptrdiff_t>(rest));
  return Status::ok();
}

}  // namespace hartonomous::core::block
