// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Three passes: the bits that no number uses and the exponents of the base, which make the
// parameters; symbols, contexts and low bits, and how often each symbol comes; the coder, from the
// last symbol to the first.
#include <numeric>

#include "core/block/bit_stream.hpp"
#include "core/block/rans.hpp"
#include "core/block/ulp_delta.hpp"
#include "core/block/ulp_numbers.hpp"

namespace hartonomous::core::block {

namespace {

// A context is worth its table from about this many numbers on.
constexpr std::size_t kMinPerContext = 512;
// Exponents are counted on every kStride-th number.
constexpr std::size_t kStride = 4;

template <class Word>
unsigned unused_low_bits(Bytes raw, Bytes base) noexcept {
  Word used = 0;
  for (std::size_t i = 0; i + sizeof(Word) <= raw.size(); i += sizeof(Word)) {
    used = static_cast<Word>(used | load_little_endian<Word>(&raw[i]) |
                             load_little_endian<Word>(&base[i]));
  }
  return used == 0 ? 0 : static_cast<unsigned>(std::countr_zero(used));
}

// Chooses the exponents that get a context of their own: from the largest that is not rare down to
// where few numbers are left.
template <class Word>
void choose_contexts(Bytes base, UlpParameters& p) {
  p.top_exponent = 0;
  p.contexts = 1;
  if (!p.is_float) return;
  const UlpNumbers<Word> numbers(p);
  std::vector<std::uint32_t> counts(std::size_t{1} << (p.bits() - 1 - p.mantissa_bits + p.dropped));
  std::size_t left = 0;
  for (std::size_t i = 0; i + sizeof(Word) <= base.size(); i += kStride * sizeof(Word), ++left) {
    ++counts[numbers.exponent(numbers.load(load_little_endian<Word>(&base[i])))];
  }
  const std::size_t enough = std::max(left / 512, kMinPerContext / kStride);
  std::size_t exponent = counts.size() - 1, in_class = 0;
  for (; exponent > 0 && (in_class += counts[exponent]) < enough; --exponent)
    left -= counts[exponent];
  p.top_exponent = static_cast<unsigned>(exponent);
  for (; p.contexts < kMaxContexts && exponent > 0; ++p.contexts) {
    left -= std::min<std::size_t>(left, counts[exponent--]);
    if (left < enough) break;
  }
}

struct Passes {
  std::vector<std::uint8_t> symbols, contexts;
  std::vector<SymbolCounts> counts;
  BitWriter low_bits;
};

template <class Word>
Passes difference(const UlpParameters& p, Bytes raw, Bytes base) {
  using W = Wide<Word>;
  const UlpNumbers<Word> numbers(p);
  const UlpSymbols alphabet(p.width_log);
  const std::size_t count = raw.size() / sizeof(Word);
  Passes passes;
  passes.symbols.resize(count);
  passes.contexts.resize(count);
  passes.counts.resize(p.contexts, SymbolCounts{});
  for (std::size_t i = 0; i < count; ++i) {
    const W from = numbers.load(load_little_endian<Word>(&base[i * sizeof(Word)]));
    const W to = numbers.load(load_little_endian<Word>(&raw[i * sizeof(Word)]));
    const W difference = numbers.difference(to, from);
    const bool is_negative = (difference & numbers.sign_bit()) != 0;
    const W magnitude = is_negative ? (W{0} - difference) & numbers.all_bits() : difference;
    const auto coded = alphabet.code(magnitude, !is_negative && magnitude != 0);
    passes.symbols[i] = coded.symbol;
    passes.contexts[i] = numbers.context(from);
    ++passes.counts[passes.contexts[i]][coded.symbol];
    passes.low_bits.put(coded.low, coded.bits);
  }
  return passes;
}

void append_parameters(const UlpParameters& p, std::vector<std::byte>& out) {
  for (const unsigned value : {p.width_log, unsigned{p.is_float}, p.dropped, p.mantissa_bits,
                               p.top_exponent & 255, p.top_exponent >> 8, p.contexts}) {
    out.push_back(static_cast<std::byte>(value));
  }
}

template <class Word>
std::optional<std::vector<std::byte>> encode(const ElementLayout& layout, Bytes raw, Bytes base,
                                             std::size_t limit) {
  UlpParameters p{static_cast<unsigned>(std::countr_zero(sizeof(Word))),
                  layout.is_float,
                  0,
                  layout.mantissa_bits,
                  0,
                  1};
  p.dropped = unused_low_bits<Word>(raw, base);
  if (p.is_float) p.dropped = std::min(p.dropped, p.mantissa_bits);
  choose_contexts<Word>(base, p);
  Passes passes = difference<Word>(p, raw, base);
  const RansModel model(passes.counts);
  if (model.estimated_bytes() + passes.low_bits.bit_count() / 8 >= limit) return std::nullopt;
  std::vector<std::byte> out;
  append_parameters(p, out);
  rans_encode(model, passes.symbols, passes.contexts, out);
  const std::vector<std::byte> low = std::move(passes.low_bits).finish();
  out.insert(out.end(), low.begin(), low.end());
  const Bytes rest = raw.subspan(raw.size() / sizeof(Word) * sizeof(Word));
  out.insert(out.end(), rest.begin(), rest.end());
  if (out.size() >= limit) return std::nullopt;
  return out;
}

}  // namespace

std::optional<std::vector<std::byte>> encode_ulp_delta(const ElementLayout& layout, Bytes raw,
                                                       Bytes base, std::size_t limit) {
  switch (layout.width) {
    case 1:
      return encode<std::uint8_t>(layout, raw, base, limit);
    case 2:
      return encode<std::uint16_t>(layout, raw, base, limit);
    case 4:
      return encode<std::uint32_t>(layout, raw, base, limit);
    default:
      return encode<std::uint64_t>(layout, raw, base, limit);
  }
}

}  // namespace hartonomous::core::block
