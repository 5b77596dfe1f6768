// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <vector>

#include "core/space/curve_ranges.hpp"
#include "core/space/hilbert_machine.hpp"

using namespace hartonomous::core;
using space::Cell4;
using space::CellBox;
using space::CurveRange;

namespace {

constexpr unsigned kLevels = 4;  // 16 cells a side, 65 536 in all
constexpr std::uint32_t kSide = 1u << kLevels;

bool contains(const CellBox& box, const Cell4& cell) {
  for (std::size_t axis = 0; axis < 4; ++axis) {
    if (cell[axis] < box.low[axis] || cell[axis] > box.high[axis]) return false;
  }
  return true;
}

bool covered(const std::vector<CurveRange>& ranges, std::uint64_t key) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [&](const CurveRange& r) { return r.low.low <= key && key <= r.high.low; });
}

std::vector<CurveRange> ranges_of(const CellBox& box, std::size_t budget, unsigned levels = 32) {
  NoCheckpoint checkpoint;
  return space::curve_ranges(box, budget, checkpoint, levels);
}

// Ascending, disjoint, not touching.
bool well_formed(const std::vector<CurveRange>& ranges) {
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    if (ranges[i].high < ranges[i].low) return false;
    if (i > 0 && !(ranges[i - 1].high < ranges[i].low)) return false;
    if (i > 0 && ranges[i - 1].high.low + 1 == ranges[i].low.low &&
        ranges[i - 1].high.high == ranges[i].low.high) {
      return false;
    }
  }
  return true;
}

CellBox random_box(std::mt19937& random, std::uint32_t side) {
  CellBox box{};
  for (std::size_t axis = 0; axis < 4; ++axis) {
    const std::uint32_t a = random() % side, b = random() % side;
    box.low[axis] = std::min(a, b);
    box.high[axis] = std::max(a, b);
  }
  return box;
}

const std::vector<Cell4>& all_cells() {
  static const auto cells = [] {
    std::vector<Cell4> out;
    for (std::uint32_t key = 0; key < kSide * kSide * kSide * kSide; ++key) {
      out.push_back(space::HilbertMachine<4>::decode(key, kLevels));
    }
    return out;
  }();
  return cells;
}

}  // namespace

TEST_CASE("ranges hold every cell of the box, whatever the budget") {
  std::mt19937 random(1);
  for (int round = 0; round < 60; ++round) {
    const CellBox box = random_box(random, kSide);
    for (const std::size_t budget : {1u, 2u, 3u, 7u, 16u, 64u, 1000u}) {
      const auto ranges = ranges_of(box, budget, kLevels);
      REQUIRE(ranges.size() <= budget);
      REQUIRE(well_formed(ranges));
      std::size_t missed = 0;
      for (std::uint64_t key = 0; key < all_cells().size(); ++key) {
        missed += contains(box, all_cells()[key]) && !covered(ranges, key);
      }
      REQUIRE(missed == 0);
    }
  }
}

TEST_CASE("with budget to spare ranges hold nothing else") {
  std::mt19937 random(2);
  for (int round = 0; round < 40; ++round) {
    const CellBox box = random_box(random, kSide);
    const auto ranges = ranges_of(box, 100'000, kLevels);
    std::size_t wrong = 0;
    for (std::uint64_t key = 0; key < all_cells().size(); ++key) {
      wrong += contains(box, all_cells()[key]) != covered(ranges, key);
    }
    REQUIRE(wrong == 0);
  }
}

TEST_CASE("a smaller budget never covers less") {
  const CellBox box{{3, 1, 4, 1}, {9, 12, 6, 15}};
  std::vector<CurveRange> finer = ranges_of(box, 40, kLevels);
  for (std::size_t budget = 39; budget >= 1; --budget) {
    const auto coarser = ranges_of(box, budget, kLevels);
    for (const CurveRange& r : finer) {
      REQUIRE(covered(coarser, r.low.low));
      REQUIRE(covered(coarser, r.high.low));
    }
    finer = coarser;
  }
}

TEST_CASE("the whole cube is one range and an empty box none") {
  constexpr std::uint32_t kMost = 0xffffffff;
  constexpr std::uint64_t kMostKey = ~std::uint64_t{0};
  const auto all = ranges_of({{0, 0, 0, 0}, {kMost, kMost, kMost, kMost}}, 64);
  CHECK(all == std::vector<CurveRange>{{{0, 0}, {kMostKey, kMostKey}}});
  CHECK(ranges_of({{5, 5, 5, 5}, {5, 5, 4, 5}}, 64).empty());
}

TEST_CASE("a box of one cell at full order is that cell's key") {
  std::mt19937 random(3);
  for (int round = 0; round < 100; ++round) {
    const Cell4 cell{static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random()),
                     static_cast<std::uint32_t>(random()), static_cast<std::uint32_t>(random())};
    const auto key = space::hilbert_encode(cell);
    REQUIRE(ranges_of({cell, cell}, 1) == std::vector<CurveRange>{{key, key}});
  }
}

TEST_CASE("thin boxes at full order are covered at all their corners") {
  std::mt19937 random(4);
  for (int round = 0; round < 200; ++round) {
    CellBox box;
    for (std::size_t axis = 0; axis < 4; ++axis) {
      const auto low = static_cast<std::uint32_t>(random());
      const auto width = static_cast<std::uint32_t>(random() >> (random() % 32));
      box.low[axis] = low;
      box.high[axis] = low + std::min(width, 0xffffffff - low);
    }
    const auto ranges = ranges_of(box, 64);
    REQUIRE(ranges.size() <= 64);
    REQUIRE(well_formed(ranges));
    for (unsigned corner = 0; corner < 16; ++corner) {
      Cell4 cell;
      for (unsigned axis = 0; axis < 4; ++axis) {
        cell[axis] = corner >> axis & 1 ? box.high[axis] : box.low[axis];
      }
      const auto key = space::hilbert_encode(cell);
      REQUIRE(std::any_of(ranges.begin(), ranges.end(),
                          [&](const CurveRange& r) { return r.low <= key && key <= r.high; }));
    }
  }
}

TEST_CASE("a long search for ranges can be stopped") {
  struct Stop {};
  class Stopper final : public Checkpoint {
   public:
    void reached(std::uint64_t) override { throw Stop{}; }
  };
  Stopper stopper;
  constexpr std::uint32_t kMost = 0xfffffffe;
  CHECK_THROWS_AS(
      space::curve_ranges({{1, 1, 1, 1}, {kMost, kMost, kMost, kMost}}, 10'000, stopper), Stop);
}
