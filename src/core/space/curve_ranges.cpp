// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The curve's cells form a tree of 16 children each, and a cell is one range of keys. Level by
// level, every cell that the box cuts is replaced by those of its children that the box touches,
// in curve order, until there are enough: cells wholly inside stay, neighbours on the curve join.
// Refining whole levels keeps the surplus volume small for boxes of any shape, because all cells
// that still hold surplus have the same size. It stops when the cut cells are a few times more than
// the ranges asked for; then the narrowest gaps between ranges are closed until the budget is met.
//
// (The key of the box's least corner is not where the first range starts: the curve may enter the
// box anywhere.)
#include "core/space/curve_ranges.hpp"

#include <algorithm>

#include "core/space/hilbert_machine.hpp"

namespace hartonomous::core::space {

namespace {

using Machine = HilbertMachine<4>;
using Key = Machine::Key;

// Refinement stops at this many cut cells per range asked for, and not below the least. One level
// more costs about eight times the time.
constexpr std::size_t kCellsPerRange = 4;
constexpr std::size_t kLeastCells = 256;

constexpr std::uint64_t kCheckEvery = 4096;  // cells, each with its 16 children: about 1 ms

struct Cell {
  Key prefix;            // of the key, at this cell's level
  Cell4 corner;          // least cell number on each axis, at the finest level
  Machine::State state;  // of the curve inside
  bool is_cut;           // partly outside the box; never refined otherwise
  unsigned level;        // 0 is the whole cube
};

enum class Overlap { kNone, kPart, kAll };

Overlap overlap(const CellBox& box, const Cell4& corner, std::uint64_t side) noexcept {
  bool is_inside = true;
  for (std::size_t axis = 0; axis < 4; ++axis) {
    const std::uint64_t low = corner[axis], high = low + side - 1;
    if (high < box.low[axis] || low > box.high[axis]) return Overlap::kNone;
    is_inside &= low >= box.low[axis] && high <= box.high[axis];
  }
  return is_inside ? Overlap::kAll : Overlap::kPart;
}

class Descent {
 public:
  Descent(const CellBox& box, unsigned levels, Checkpoint& checkpoint) noexcept
      : box_(box), levels_(levels), checkpoint_(checkpoint) {}

  std::vector<CurveRange> ranges(std::size_t max_ranges) {
    const Overlap whole = overlap(box_, {}, std::uint64_t{1} << levels_);
    if (whole == Overlap::kNone) return {};
    cells_.push_back({0, {}, {}, whole == Overlap::kPart, 0});
    std::size_t cut = 1;
    const std::size_t enough = std::max(kLeastCells, kCellsPerRange * max_ranges);
    for (unsigned level = 0; level < levels_ && cut > 0 && cut < enough; ++level) cut = refine();
    join();
    close_gaps(max_ranges);
    std::vector<CurveRange> out;
    for (const Span& s : spans_) out.push_back({narrow(s.low), narrow(s.high)});
    return out;
  }

 private:
  struct Span {
    Key low, high;
  };

  static HilbertKey narrow(Key key) noexcept {
    return {static_cast<std::uint64_t>(key >> 64), static_cast<std::uint64_t>(key)};
  }

  // Replaces every cut cell by its children that touch the box; returns how many of those are cut.
  std::size_t refine() {
    std::vector<Cell> finer;
    finer.reserve(cells_.size() * 4);
    std::size_t cut = 0;
    for (const Cell& cell : cells_) {
      if (!cell.is_cut) {
        finer.push_back(cell);
        continue;
      }
      const unsigned child_level = cell.level + 1;
      const unsigned shift = levels_ - child_level;
      if (++looked_at_ % kCheckEvery == 0) checkpoint_.reached(kCheckEvery);
      for (std::uint32_t child = 0; child < Machine::kCorners; ++child) {
        const std::uint32_t digit = Machine::digit(cell.state, child);
        Cell4 corner = cell.corner;
        for (unsigned axis = 0; axis < 4; ++axis)
          corner[axis] |= (digit >> (3 - axis) & 1) << shift;
        const Overlap part = overlap(box_, corner, std::uint64_t{1} << shift);
        if (part == Overlap::kNone) continue;
        cut += part == Overlap::kPart;
        finer.push_back({cell.prefix << 4 | child, corner, Machine::next(cell.state, child),
                         part == Overlap::kPart, child_level});
      }
    }
    cells_ = std::move(finer);
    return cut;
  }

  // Cells to ranges of full keys; those that follow each other on the curve become one.
  void join() {
    for (const Cell& cell : cells_) {
      const unsigned shift = 4 * (levels_ - cell.level);
      const Key below = shift == 128 ? ~Key{0} : (Key{1} << shift) - 1;
      const Key low = shift == 128 ? 0 : cell.prefix << shift;
      if (!spans_.empty() && spans_.back().high + 1 == low) {
        spans_.back().high = low | below;
      } else {
        spans_.push_back({low, low | below});
      }
    }
  }

  void close_gaps(std::size_t max_ranges) {
    if (spans_.size() <= max_ranges) return;
    std::vector<Key> gaps;
    for (std::size_t i = 1; i < spans_.size(); ++i) gaps.push_back(gap_before(i));
    // The widest max_ranges - 1 gaps stay open. Equal ones: the first on the curve.
    const auto narrower = gaps.begin() + static_cast<std::ptrdiff_t>(max_ranges - 1);
    std::nth_element(gaps.begin(), narrower, gaps.end(), std::greater<>());
    const Key limit = *narrower;  // the widest gap that need not stay open
    auto equal_left = static_cast<std::size_t>(std::count(gaps.begin(), narrower, limit));
    std::vector<Span> joined{spans_.front()};
    for (std::size_t i = 1; i < spans_.size(); ++i) {
      const Key gap = gap_before(i);
      const bool stays = gap > limit || (gap == limit && equal_left > 0);
      if (stays && gap == limit) --equal_left;
      if (stays) {
        joined.push_back(spans_[i]);
      } else {
        joined.back().high = spans_[i].high;
      }
    }
    spans_ = std::move(joined);
  }

  Key gap_before(std::size_t i) const noexcept { return spans_[i].low - spans_[i - 1].high; }

  const CellBox& box_;
  unsigned levels_;
  Checkpoint& checkpoint_;
  std::uint64_t looked_at_ = 0;
  std::vector<Cell> cells_;  // in curve order
  std::vector<Span> spans_;
};

}  // namespace

std::vector<CurveRange> curve_ranges(const CellBox& box, std::size_t max_ranges,
                                     Checkpoint& checkpoint, unsigned levels) {
  for (std::size_t axis = 0; axis < 4; ++axis) {
    if (box.low[axis] > box.high[axis]) return {};
  }
  return Descent(box, levels, checkpoint).ranges(max_ranges);
}

}  // namespace hartonomous::core::space
