// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Passes: the low bits that no number uses; symbols, low bits and each segment's size of change,
// which make the levels; what to expect of each number and how often each symbol comes there, which
// make the contexts; the coder, from the last symbol to the first.
#include <bit>

#include "core/block/bit_stream.hpp"
#include "core/block/byte_stream.hpp"
#include "core/block/rans.hpp"
#include "core/block/ulp_contexts.hpp"
#include "core/block/ulp_delta.hpp"
#include "core/block/ulp_numbers.hpp"

namespace hartonomous::core::block {

namespace {

// Of the numbers that a look at expectations samples.
constexpr std::size_t kStride = 16;

template <class Word>
unsigned unused_low_bits(Bytes raw, Bytes base) noexcept {
  Word used = 0;
  const std::byte *one = raw.data(), *other = base.data();
  for (std::size_t i = 0; i < raw.size() / sizeof(Word) * sizeof(Word); i += sizeof(Word)) {
    used = static_cast<Word>(used | load_little_endian<Word>(one + i) |
                             load_little_endian<Word>(other + i));
  }
  return used == 0 ? 0 : static_cast<unsigned>(std::countr_zero(used));
}

// Symbols and magnitudes of `count` differences.
template <class Word>
HARTONOMOUS_LOOP void split(UlpNumbers<Word> numbers, UlpSymbols alphabet, const std::byte* raw,
                            const std::byte* base, std::size_t count,
                            std::uint8_t* __restrict symbols,
                            Wide<Word>* __restrict magnitudes) noexcept {
  using W = Wide<Word>;
  for (std::size_t i = 0; i < count; ++i) {
    const W to = numbers.load(load_little_endian<Word>(raw + i * sizeof(Word)));
    const W from = numbers.load(load_little_endian<Word>(base + i * sizeof(Word)));
    const W difference = numbers.difference(to, from);
    const W negative = (difference & numbers.sign_bit()) != 0 ? ~W{0} : W{0};
    const W magnitude = ((difference ^ negative) - negative) & numbers.all_bits();
    magnitudes[i] = magnitude;
    symbols[i] = alphabet.symbol(magnitude, negative != 0);
  }
}

// Holds the sum of a segment's changes, weighted by up to 2^16.
template <class Word>
using ChangeSum = std::conditional_t<(sizeof(Word) > 4), unsigned __int128, std::uint64_t>;

// The sum of changes in units of 2^-16 ULPs of exponent `high`; those of exponents 16 and more
// below count as of the 16th.
template <class Word>
HARTONOMOUS_LOOP ChangeSum<Word> weigh_changes(UlpNumbers<Word> numbers, const std::byte* base,
                                               const Wide<Word>* magnitudes, std::size_t count,
                                               unsigned high) noexcept {
  ChangeSum<Word> sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const auto exponent = static_cast<int>(
        numbers.exponent(numbers.load(load_little_endian<Word>(base + i * sizeof(Word)))));
    const int weight = std::clamp(16 - static_cast<int>(high) + exponent, 0, 16);
    sum += static_cast<ChangeSum<Word>>(magnitudes[i]) << weight;
  }
  return sum;
}

template <class Word>
class Encoder {
 public:
  Encoder(const UlpParameters& p, Bytes raw, Bytes base)
      : p_(p),
        numbers_(p),
        alphabet_(p.width_log),
        count_(raw.size() / sizeof(Word)),
        raw_(raw),
        base_(base),
        symbols_(count_) {}

  std::optional<std::vector<std::byte>> encode(std::size_t limit) {
    take_differences();
    levels_ = levels_of(log_changes_);
    choose_contexts();
    const RansModel model(counts_);
    std::vector<std::byte> out;
    append_header(out);
    const Bytes rest = raw_.subspan(count_ * sizeof(Word));
    const std::size_t others = out.size() + low_bits_.byte_count() + rest.size();
    if (model.estimated_bytes() + others >= limit) return std::nullopt;
    out.reserve(others + model.estimated_bytes() + model.estimated_bytes() / 64 + 64);
    rans_encode(model, symbols_, contexts_, out);
    const Bytes low = low_bits_.bytes();
    out.insert(out.end(), low.begin(), low.end());
    out.insert(out.end(), rest.begin(), rest.end());
    if (out.size() >= limit) return std::nullopt;
    return out;
  }

 private:
  using W = Wide<Word>;
  using Sum = ChangeSum<Word>;

  W base_at(std::size_t i) const noexcept {
    return numbers_.load(load_little_endian<Word>(base_.data() + i * sizeof(Word)));
  }
  W raw_at(std::size_t i) const noexcept {
    return numbers_.load(load_little_endian<Word>(raw_.data() + i * sizeof(Word)));
  }

  // Exponents from here on count a change in full; each below, half as much.
  unsigned high_exponent() const noexcept {
    W high = 0;
    for (std::size_t i = 0; i < count_; i += kStride) {
      high = std::max(high, numbers_.exponent(base_at(i)));
    }
    return static_cast<unsigned>(high);
  }

  void take_differences() {
    const unsigned high = high_exponent();
    std::uint8_t low_count[kSymbols];
    for (unsigned s = 0; s < kSymbols; ++s) {
      low_count[s] = static_cast<std::uint8_t>(alphabet_.low_bits(s, p_.bits()));
    }
    W magnitudes[kSegment];
    for (std::size_t from = 0; from < count_; from += kSegment) {
      const std::size_t length = std::min(kSegment, count_ - from);
      std::uint8_t* const symbols = symbols_.data() + from;
      vectorized<split<Word>>(numbers_, alphabet_, raw_.data() + from * sizeof(Word),
                              base_.data() + from * sizeof(Word), length, symbols, magnitudes);
      low_bits_.reserve(length * p_.bits());
      if constexpr (sizeof(Word) > 4) {
        for (std::size_t i = 0; i < length; ++i) {
          const unsigned bits = low_count[symbols[i]];
          low_bits_.put(magnitudes[i] & ((W{1} << bits) - 1), bits);
        }
      } else {
        low_bits_.put_run<kAtOnce<Word>>(length, [&](std::size_t i) {
          const unsigned bits = low_count[symbols[i]];
          return std::pair(magnitudes[i] & ((W{1} << bits) - 1), bits);
        });
      }
      log_changes_.push_back(log_change(from, {magnitudes, length}, high));
    }
  }

  // 0 for no change; else one more than the logarithm of the sum of all changes, in the units of
  // log2_fixed, where a change counts as many as it is in ULPs of the highest exponent.
  std::uint32_t log_change(std::size_t from, std::span<const W> magnitudes, unsigned high) const {
    Sum sum = vectorized<weigh_changes<Word>>(numbers_, base_.data() + from * sizeof(Word),
                                              magnitudes.data(), magnitudes.size(), high);
    if (sum == 0) return 0;
    unsigned shift = 0;
    for (; sum >> 32 != 0; sum >>= 8) shift += 8;
    return 1 + (shift << 16) + log2_fixed(static_cast<std::uint32_t>(sum));
  }

  int expectation(std::size_t i, std::uint8_t level) const noexcept {
    return level - 2 * static_cast<int>(numbers_.exponent(base_at(i)));
  }

  // Sets origin and returns how many expectations there are to tell apart: from the least that is
  // not rare to the largest that is not.
  unsigned choose_range() {
    constexpr int kLowest = 2 * 2048;  // exponents have 11 bits at most
    std::vector<std::uint32_t> seen(kLowest + 256);
    std::size_t total = 0;
    for (std::size_t i = 0; i < count_; i += kStride) {
      const std::uint8_t level = levels_[i / kSegment];
      if (level == kUnchanged) continue;
      ++seen[static_cast<std::size_t>(expectation(i, level) + kLowest)];
      ++total;
    }
    if (total == 0) return 1;
    const std::size_t rare = std::max<std::size_t>(total / 1024, 1);
    std::size_t first = 0, last = seen.size() - 1;
    for (std::size_t sum = seen[first]; sum < rare; sum += seen[++first]) {
    }
    for (std::size_t sum = seen[last]; sum < rare; sum += seen[--last]) {
    }
    origin_ = kLowest - static_cast<int>(first);
    if (last < first) return 1;
    return static_cast<unsigned>(std::min<std::size_t>(last - first + 1, kMaxExpectations));
  }

  void choose_contexts() {
    const unsigned range = choose_range();
    std::vector<SymbolCounts> counts(range + 1, SymbolCounts{});  // the last: unchanged
    contexts_.resize(count_);
    for (std::size_t from = 0; from < count_; from += kSegment) {
      const std::size_t length = std::min(kSegment, count_ - from);
      const std::uint8_t level = levels_[from / kSegment];
      std::uint8_t* const expected = contexts_.data() + from;
      const std::uint8_t* const symbols = symbols_.data() + from;
      if (level == kUnchanged) {
        std::fill_n(expected, length, static_cast<std::uint8_t>(range));
        counts[range][0] += static_cast<std::uint32_t>(length);
        continue;
      }
      vectorized<expect_ulps<Word>>(numbers_, origin_ + level, static_cast<int>(range) - 1,
                                    base_.data() + from * sizeof(Word), length, expected);
      std::uint32_t* const of = counts.data()->data();
      for (std::size_t i = 0; i < length; ++i) ++of[expected[i] * kSymbols + symbols[i]];
    }
    grouped_.origin = origin_;
    grouped_.has_unchanged = counts[range][0] != 0;
    group(counts, range);
  }

  void group(std::vector<SymbolCounts>& counts, unsigned range) {
    const SymbolCounts unchanged = counts.back();
    counts.pop_back();
    grouped_.runs = group_expectations(counts, kMaxContexts - grouped_.has_unchanged);
    std::array<std::uint8_t, 256> context{};
    std::ranges::copy(grouped_.map(), context.begin());
    counts_.assign(grouped_.count(), SymbolCounts{});
    for (unsigned i = 0; i < range; ++i) {
      for (unsigned s = 0; s < kSymbols; ++s) counts_[context[i]][s] += counts[i][s];
    }
    context[range] = static_cast<std::uint8_t>(grouped_.runs.size());
    if (grouped_.has_unchanged) counts_.back() = unchanged;
    for (std::uint8_t& of_number : contexts_) of_number = context[of_number];
  }

  void append_header(std::vector<std::byte>& out) const {
    for (const unsigned value :
         {p_.width_log, unsigned{p_.is_float}, p_.dropped, p_.mantissa_bits}) {
      out.push_back(static_cast<std::byte>(value));
    }
    append_contexts(grouped_, out);
    append_byte_stream(levels_, out);
  }

  UlpParameters p_;
  UlpNumbers<Word> numbers_;
  UlpSymbols alphabet_;
  std::size_t count_;
  Bytes raw_, base_;
  std::vector<std::uint8_t> symbols_, contexts_, levels_;
  std::vector<std::uint32_t> log_changes_;
  BitWriter low_bits_;
  int origin_ = 0;
  UlpContexts grouped_;
  std::vector<SymbolCounts> counts_;
};

template <class Word>
std::optional<std::vector<std::byte>> encode(const ElementLayout& layout, Bytes raw, Bytes base,
                                             std::size_t limit) {
  UlpParameters p{static_cast<unsigned>(std::countr_zero(sizeof(Word))), layout.is_float,
                  unused_low_bits<Word>(raw, base), layout.mantissa_bits};
  if (p.is_float) p.dropped = std::min(p.dropped, p.mantissa_bits);
  return Encoder<Word>(p, raw, base).encode(limit);
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
