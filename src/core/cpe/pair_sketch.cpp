// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/pair_sketch.hpp"

namespace hartonomous::core::cpe {

namespace {

constexpr unsigned kLeastBits = 16, kMostBits = 24;
constexpr std::size_t kCellsPerCheck = 1 << 20;
constexpr std::size_t kAhead = 64;

// Four sizes to the octave, in order of counts.
std::size_t size_class(std::uint32_t count) noexcept {
  if (count < 4) return count;
  const auto width = static_cast<unsigned>(std::bit_width(count));
  return 4 * (width - 2) + (count >> (width - 3) & 3);
}
std::uint64_t least_of_class(std::size_t size) noexcept {
  return size < 4 ? size : (4 + size % 4) << (size / 4 - 1);
}

}  // namespace

PairSketch::PairSketch(const CorpusCells& corpus, Checkpoint& checkpoint) : corpus_(corpus) {
  const std::vector<Cell>& cells = corpus.cells;
  // A counter for two to four cells: there are fewer distinct pairs than that in a real text.
  const auto width = static_cast<unsigned>(std::bit_width(cells.size() / 4));
  const unsigned bits = std::clamp(width, kLeastBits, kMostBits);
  shift_ = 64 - bits;
  counters_.resize(std::size_t{1} << bits);
  std::array<std::uint32_t, kAhead> slots;
  for (std::size_t begin = 0; begin + 1 < cells.size(); begin += kAhead) {
    if (begin % kCellsPerCheck == 0) checkpoint.reached(0);
    const std::size_t count = std::min(kAhead, cells.size() - 1 - begin);
    for (std::size_t i = 0; i < count; ++i) {
      slots[i] =
          static_cast<std::uint32_t>(slot_of(cells[begin + i].symbol, cells[begin + i + 1].symbol));
      __builtin_prefetch(&counters_[slots[i]], 1);
    }
    for (std::size_t i = 0; i < count; ++i) {
      // A boundary weighs nothing.
      const std::uint64_t weight =
          cells[begin + i + 1].symbol == kBoundary ? 0 : corpus.weight(begin + i);
      std::uint32_t& counter = counters_[slots[i]];
      counter = static_cast<std::uint32_t>(std::min(counter + weight, kMost));
    }
  }
  for (const std::uint32_t counter : counters_) ++of_size_[size_class(counter)];
  occupied_ = counters_.size() - of_size_[0];
}

std::uint64_t PairSketch::count_reached_by(std::size_t wanted) const noexcept {
  std::size_t size = of_size_.size() - 1;
  for (std::size_t above = of_size_[size]; size > 1 && above < wanted;) above += of_size_[--size];
  return least_of_class(size);
}

std::vector<std::uint64_t> PairSketch::reached_by(std::uint64_t threshold) const {
  const auto lowest = static_cast<std::uint32_t>(std::min(threshold, kMost));
  std::vector<std::uint64_t> reached((counters_.size() + 63) / 64);
  for (std::size_t i = 0; i < counters_.size(); ++i) {
    reached[i / 64] |= std::uint64_t{counters_[i] >= lowest} << i % 64;
  }
  return reached;
}

}  // namespace hartonomous::core::cpe
