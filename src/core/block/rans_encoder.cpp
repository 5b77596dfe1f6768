// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <memory>

#include "core/block/rans.hpp"
#include "core/block/vectorized.hpp"

namespace hartonomous::core::block {

namespace {

constexpr std::uint32_t kLowest = 1U << 16;  // of the interval that states stay in

// What coding one symbol takes. The division by the frequency is a product: with
// m = ceil(2^44 / f), x * m >> 44 is x / f for all x < 2^32 and f < 2^12, since the error of m is
// below f <= 2^12 and adds less than 2^44 to the product.
struct Step {
  std::uint64_t reciprocal;
  std::uint32_t frequency;
  std::uint32_t start;
};

std::vector<Step> steps_of(const RansModel& model) {
  std::vector<Step> steps(std::size_t{model.context_count()} * kSymbols);
  for (unsigned c = 0; c < model.context_count(); ++c) {
    const Frequencies& frequencies = model.frequencies(c);
    for (std::uint32_t s = 0, start = 0; s < kSymbols; ++s) {
      const std::uint32_t f = frequencies[s];
      if (f == 0) continue;
      steps[c * kSymbols + s] = {((std::uint64_t{1} << 44) + f - 1) / f, f, start};
      start += f;
    }
  }
  return steps;
}

// Codes symbols from the last to the first, puts words before `next`, returns the first of them.
template <bool HasContexts>
HARTONOMOUS_LOOP std::uint16_t* code(const Step* steps, const std::uint8_t* symbols,
                                     const std::uint8_t* contexts, std::size_t count,
                                     unsigned table_log, std::uint32_t* __restrict lanes,
                                     std::uint16_t* __restrict next) noexcept {
  for (std::size_t i = count; i-- > 0;) {
    const Step& step = steps[(HasContexts ? contexts[i] * kSymbols : 0) + symbols[i]];
    std::uint32_t x = lanes[i % kLanes];
    const unsigned full = x >> (32 - table_log) >= step.frequency;
    next[-1] = static_cast<std::uint16_t>(x);
    next -= full;
    x >>= 16 * full;
    const auto quotient =
        static_cast<std::uint32_t>(static_cast<unsigned __int128>(x) * step.reciprocal >> 44);
    lanes[i % kLanes] = (quotient << table_log) + (x - quotient * step.frequency) + step.start;
  }
  return next;
}

template <class T>
void append_number(T value, std::vector<std::byte>& out) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&value);
  out.insert(out.end(), bytes, bytes + sizeof value);
}

// Few contexts can afford precise tables; many must stay small to stay in cache, and 11 bits cost
// them a thousandth.
unsigned table_log_for(std::size_t contexts) noexcept { return contexts <= 2 ? 12 : 11; }

}  // namespace

RansModel::RansModel(std::span<const SymbolCounts> counts)
    : table_log_(table_log_for(counts.size())) {
  std::uint64_t cost = 0;
  std::vector<std::byte> stored;
  for (const SymbolCounts& of_context : counts) {
    tables_.push_back(normalized(of_context, table_log_));
    cost += coded_cost(of_context, tables_.back(), table_log_);
    append_frequencies(tables_.back(), stored);
  }
  estimated_bytes_ = (cost >> 19) + stored.size() + 5 + 4 * kLanes;
}

void rans_encode(const RansModel& model, std::span<const std::uint8_t> symbols,
                 std::span<const std::uint8_t> contexts, std::vector<std::byte>& out) {
  out.push_back(static_cast<std::byte>(model.table_log()));
  for (unsigned c = 0; c < model.context_count(); ++c) {
    append_frequencies(model.frequencies(c), out);
  }
  const std::vector<Step> all = steps_of(model);
  const Step* const steps = all.data();
  const std::uint8_t* const symbol = symbols.data();
  const std::uint8_t* const context = contexts.empty() ? nullptr : contexts.data();
  const unsigned table_log = model.table_log();
  std::uint32_t lanes[kLanes];
  std::ranges::fill(lanes, kLowest);
  // A symbol puts out one word at most; they come last first. One place more, as each step writes a
  // word and then decides whether to keep it.
  const auto words = std::make_unique_for_overwrite<std::uint16_t[]>(symbols.size() + 1);
  std::uint16_t* const end = words.get() + symbols.size() + 1;
  const std::uint16_t* const next =
      context == nullptr
          ? vectorized<code<false>>(steps, symbol, context, symbols.size(), table_log, +lanes, end)
          : vectorized<code<true>>(steps, symbol, context, symbols.size(), table_log, +lanes, end);
  const auto count = static_cast<std::uint32_t>(end - next);
  append_number(count, out);
  for (const std::uint32_t lane : lanes) append_number(lane, out);
  const auto* bytes = reinterpret_cast<const std::byte*>(next);
  out.insert(out.end(), bytes, bytes + std::size_t{count} * 2);
}

}  // namespace hartonomous::core::block
