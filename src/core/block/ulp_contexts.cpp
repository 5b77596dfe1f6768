// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/block/ulp_contexts.hpp"

#include <numeric>

namespace hartonomous::core::block {

namespace {

constexpr std::uint32_t kHalfOctave = 1U << 15;  // in log2_fixed's units
// A table takes about a byte for each symbol that occurs; in 2^-16 bits.
constexpr std::uint64_t kCostPerEntry = std::uint64_t{9} << 16;

// Bits that ideal coding takes, in 2^-16 bit, and the table.
std::uint64_t cost_of(const SymbolCounts& counts) noexcept {
  std::uint64_t total = 0, logs = 0, entries = 0;
  for (const std::uint32_t count : counts) {
    if (count == 0) continue;
    total += count;
    logs += std::uint64_t{count} * log2_fixed(count);
    ++entries;
  }
  if (total == 0) return 0;
  return total * log2_fixed(static_cast<std::uint32_t>(total)) - logs + entries * kCostPerEntry;
}

SymbolCounts sum_of(const SymbolCounts& a, const SymbolCounts& b) noexcept {
  SymbolCounts sum;
  for (unsigned s = 0; s < kSymbols; ++s) sum[s] = a[s] + b[s];
  return sum;
}

// A context in the making.
struct Group {
  SymbolCounts counts;
  std::uint64_t cost;
  std::int64_t gain;  // of joining it with the next; the last group's is not used
  std::uint8_t run;
};

void weigh(std::vector<Group>& groups, std::size_t i) noexcept {
  if (i + 1 >= groups.size()) return;
  const std::uint64_t joined = cost_of(sum_of(groups[i].counts, groups[i + 1].counts));
  groups[i].gain = static_cast<std::int64_t>(groups[i].cost + groups[i + 1].cost) -
                   static_cast<std::int64_t>(joined);
}

}  // namespace

unsigned UlpContexts::expectations() const noexcept {
  return std::accumulate(runs.begin(), runs.end(), 0U);
}

std::array<std::uint8_t, kMaxExpectations> UlpContexts::map() const noexcept {
  std::array<std::uint8_t, kMaxExpectations> map{};
  std::size_t at = 0;
  for (std::size_t context = 0; context < runs.size(); ++context) {
    for (unsigned i = 0; i < runs[context]; ++i) map[at++] = static_cast<std::uint8_t>(context);
  }
  return map;
}

void append_contexts(const UlpContexts& contexts, std::vector<std::byte>& out) {
  const auto origin = static_cast<std::uint16_t>(contexts.origin);
  out.push_back(static_cast<std::byte>(origin & 255));
  out.push_back(static_cast<std::byte>(origin >> 8));
  out.push_back(static_cast<std::byte>(contexts.has_unchanged));
  out.push_back(static_cast<std::byte>(contexts.runs.size()));
  for (const std::uint8_t run : contexts.runs) out.push_back(static_cast<std::byte>(run));
}

Result<UlpContexts> read_contexts(Cursor& in) {
  const Status broken(Code::kMalformed, "a block coded as a difference has no valid contexts");
  const auto origin = in.read<std::int16_t>();
  const auto has_unchanged = in.read<std::uint8_t>();
  const auto count = in.read<std::uint8_t>();
  if (!origin || !has_unchanged || *has_unchanged > 1 || !count || *count == 0) return broken;
  const auto runs = in.take(*count);
  if (!runs) return broken;
  UlpContexts contexts;
  contexts.origin = *origin;
  contexts.has_unchanged = *has_unchanged == 1;
  for (const std::byte run : *runs) contexts.runs.push_back(std::to_integer<std::uint8_t>(run));
  if (contexts.count() > kMaxContexts || contexts.expectations() > kMaxExpectations ||
      std::ranges::count(contexts.runs, 0) != 0) {
    return broken;
  }
  return contexts;
}

std::vector<std::uint8_t> levels_of(std::span<const std::uint32_t> log_changes) {
  std::vector<std::uint8_t> levels(log_changes.size(), kMiddleLevel);
  std::vector<std::uint32_t> changed;
  for (const std::uint32_t change : log_changes) {
    if (change != 0) changed.push_back(change);
  }
  if (!changed.empty()) {
    const auto middle = changed.begin() + static_cast<std::ptrdiff_t>(changed.size() / 2);
    std::nth_element(changed.begin(), middle, changed.end());
    const auto median = static_cast<std::int64_t>(*middle);
    std::size_t far = 0;
    for (std::size_t i = 0; i < levels.size(); ++i) {
      if (log_changes[i] == 0) continue;
      const std::int64_t halves =
          (static_cast<std::int64_t>(log_changes[i]) - median + kHalfOctave / 2) >> 15;
      far += halves < -1 || halves > 1;
      levels[i] = static_cast<std::uint8_t>(
          std::clamp<std::int64_t>(kMiddleLevel + halves, kUnchanged + 1, 255));
    }
    if (far * 16 < changed.size()) std::ranges::fill(levels, kMiddleLevel);
  }
  for (std::size_t i = 0; i < levels.size(); ++i) {
    if (log_changes[i] == 0) levels[i] = kUnchanged;
  }
  return levels;
}

std::vector<std::uint8_t> group_expectations(std::vector<SymbolCounts> counts, unsigned limit) {
  std::vector<Group> groups;
  for (const SymbolCounts& of_one : counts) groups.push_back({of_one, cost_of(of_one), 0, 1});
  for (std::size_t i = 0; i < groups.size(); ++i) weigh(groups, i);
  while (groups.size() > 1) {
    std::size_t best = 0;
    for (std::size_t i = 1; i + 1 < groups.size(); ++i) {
      if (groups[i].gain > groups[best].gain) best = i;
    }
    if (groups[best].gain < 0 && groups.size() <= limit) break;
    Group& into = groups[best];
    into.counts = sum_of(into.counts, groups[best + 1].counts);
    into.cost = cost_of(into.counts);
    into.run = static_cast<std::uint8_t>(into.run + groups[best + 1].run);
    groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(best) + 1);
    weigh(groups, best);
    if (best > 0) weigh(groups, best - 1);
  }
  std::vector<std::uint8_t> runs;
  for (const Group& group : groups) runs.push_back(group.run);
  return runs;
}

}  // namespace hartonomous::core::block
