// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <random>

#include "core/base/interruptible_sort.hpp"

using namespace hartonomous::core;

namespace {

class Counting final : public Checkpoint {
 public:
  void reached(std::uint64_t) override { ++calls; }
  std::size_t calls = 0;
};

}  // namespace

TEST_CASE("an interruptible sort sorts at every size and reaches its checkpoint") {
  std::mt19937 random(11);
  for (const std::size_t count : {0u, 1u, 2u, 65535u, 65536u, 65537u, 131072u, 300001u}) {
    std::vector<std::uint32_t> values(count);
    for (auto& value : values) value = random() % 100000;
    std::vector<std::uint32_t> expected = values;
    std::sort(expected.begin(), expected.end());
    Counting checkpoint;
    interruptible_sort(values, std::less<>(), checkpoint);
    CHECK((values == expected));
    CHECK(checkpoint.calls >= count / 65536);
  }
}
