// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <bit>
#include <memory>

#include "core/block/rans.hpp"

namespace hartonomous::core::block {

namespace {

constexpr std::uint32_t kLowest = 1U << 16;  // of the interval that states stay in

std::vector<RansStep> steps_of(const RansModel& model) {
  std::vector<RansStep> steps(std::size_t{model.context_count()} * kSymbols);
  for (unsigned c = 0; c < model.context_count(); ++c) {
    const Frequencies& frequencies = model.frequencies(c);
    for (std::uint32_t s = 0, start = 0; s < kSymbols; ++s) {
      const std::uint32_t f = frequencies[s];
      if (f == 0) continue;
      const auto log = static_cast<std::uint32_t>(std::bit_width(f)) - 1;
      const std::uint64_t exact = (std::uint64_t{1} << (32 + log)) / f;
      const auto below = static_cast<std::uint32_t>(std::min<std::uint64_t>(exact, UINT32_MAX));
      steps[c * kSymbols + s] = {below, f | start << 12 | log << 24};
      start += f;
    }
  }
  return steps;
}

// Codes symbols [first, last), which begin at lane 0, from the last to the first.
std::uint16_t* code(const RansStep* steps, const std::uint8_t* symbols,
                    const std::uint8_t* contexts, std::size_t first, std::size_t last,
                    unsigned table_log, std::uint32_t* __restrict lanes,
                    std::uint16_t* __restrict next) noexcept {
  for (std::size_t i = last; i-- > first;) {
    const std::size_t context = contexts == nullptr ? 0 : contexts[i];
    const RansStep step = steps[context * kSymbols + symbols[i]];
    const std::uint32_t frequency = step.packed & 0xfff;
    std::uint32_t x = lanes[i % kLanes];
    const unsigned full = x >> (32 - table_log) >= frequency;
    next[-1] = static_cast<std::uint16_t>(x);
    next -= full;
    x >>= 16 * full;
    auto quotient = static_cast<std::uint32_t>(std::uint64_t{x} * step.reciprocal >> 32);
    quotient >>= step.packed >> 24;
    const unsigned short_by = x - quotient * frequency >= frequency;
    quotient += short_by;
    lanes[i % kLanes] =
        (quotient << table_log) + (x - quotient * frequency) + (step.packed >> 12 & 0xfff);
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
                 std::span<const std::uint8_t> contexts, std::vector<std::byte>& out,
                 RansEncodeKernel kernel) {
  // A kernel writes eight words at a time, of which one counts at least.
  constexpr std::size_t kSlack = 8;
  out.push_back(static_cast<std::byte>(model.table_log()));
  for (unsigned c = 0; c < model.context_count(); ++c) {
    append_frequencies(model.frequencies(c), out);
  }
  const std::vector<RansStep> steps = steps_of(model);
  const std::uint8_t* const context = contexts.empty() ? nullptr : contexts.data();
  std::uint32_t lanes[kLanes];
  std::ranges::fill(lanes, kLowest);
  // A symbol puts out one word at most; they come last first.
  const std::size_t room = symbols.size() + kSlack;
  const auto words = std::make_unique_for_overwrite<std::uint16_t[]>(room);
  std::uint16_t* const end = words.get() + room;
  const std::size_t groups = kernel == nullptr ? 0 : symbols.size() / kLanes;
  std::uint16_t* next = code(steps.data(), symbols.data(), context, groups * kLanes, symbols.size(),
                             model.table_log(), lanes, end);
  if (groups > 0) {
    next = kernel(steps.data(), symbols.data(), context, groups, model.table_log(), lanes, next);
  }
  const auto count = static_cast<std::uint32_t>(end - next);
  append_number(count, out);
  for (const std::uint32_t lane : lanes) append_number(lane, out);
  const auto* bytes = reinterpret_cast<const std::byte*>(next);
  out.insert(out.end(), bytes, bytes + std::size_t{count} * 2);
}

}  // namespace hartonomous::core::block
