// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

#include "core/tensor/slice.hpp"
#include "core/tensor/statistics.hpp"

using namespace hartonomous::core;
using tensor::Statistics;
using tensor::StatisticsSummary;

namespace {

std::vector<float> ramp(std::size_t count) {
  std::vector<float> values(count);
  std::uint32_t state = 1;
  for (float& x : values) {
    state = state * 1664525 + 1013904223;
    x = static_cast<float>(static_cast<std::int32_t>(state)) * 0x1p-31F + 3;
  }
  return values;
}

StatisticsSummary summary_of(std::span<const float> values, std::size_t piece) {
  Statistics statistics;
  for (std::size_t at = 0; at < values.size(); at += piece) {
    statistics.add(values.subspan(at, std::min(piece, values.size() - at)));
  }
  return statistics.summary();
}

using Shape = std::vector<std::uint64_t>;

// Runs by walking every element of the slice.
std::vector<std::uint64_t> elements_naively(const Shape& shape, const Shape& starts,
                                            const Shape& counts) {
  std::vector<std::uint64_t> found;
  std::uint64_t total = 1;
  for (const auto n : shape) total *= n;
  for (std::uint64_t e = 0; e < total; ++e) {
    std::uint64_t rest = e;
    bool inside = true;
    for (std::size_t i = shape.size(); i-- > 0; rest /= shape[i]) {
      const std::uint64_t at = rest % shape[i];
      inside = inside && at >= starts[i] && at < starts[i] + counts[i];
    }
    if (inside) found.push_back(e);
  }
  return found;
}

}  // namespace

TEST_CASE("statistics agree with a computation in long double") {
  for (const std::size_t count : {1U, 7U, 4095U, 4096U, 4097U, 100'000U}) {
    const auto values = ramp(count);
    long double sum = 0, squares = 0, deviations = 0;
    for (const float x : values) {
      sum += x;
      squares += static_cast<long double>(x) * x;
    }
    const long double mean = sum / count;
    for (const float x : values) deviations += (x - mean) * (x - mean);
    const auto s = summary_of(values, count);
    CHECK(s.count == count);
    CHECK(s.mean == Approx(static_cast<double>(mean)).epsilon(1e-14));
    CHECK(s.stddev == Approx(static_cast<double>(std::sqrt(deviations / count))).epsilon(1e-12));
    CHECK(s.l2 == Approx(static_cast<double>(std::sqrt(squares))).epsilon(1e-14));
    CHECK(s.min == static_cast<double>(*std::ranges::min_element(values)));
    CHECK(s.max == static_cast<double>(*std::ranges::max_element(values)));
  }
}

TEST_CASE("statistics do not depend on how the stream is cut") {
  const auto values = ramp(50'000);
  const auto whole = summary_of(values, values.size());
  for (const std::size_t piece : {1U, 3U, 4096U, 5000U, 49'999U}) {
    const auto cut = summary_of(values, piece);
    CHECK(cut.mean == whole.mean);
    CHECK(cut.stddev == whole.stddev);
    CHECK(cut.l2 == whole.l2);
  }
}

TEST_CASE("statistics count what is not finite and leave it out of the moments") {
  const float inf = std::numeric_limits<float>::infinity();
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const auto s = summary_of(std::vector<float>{nan, 1, -inf, -0.0F, 3, inf, 0, nan}, 8);
  CHECK(s.count == 8);
  CHECK(s.nan == 2);
  CHECK(s.infinite == 2);
  CHECK(s.nonfinite() == 4);
  CHECK(s.zeros == 2);
  CHECK(s.min == 0);
  CHECK_FALSE(std::signbit(s.min));
  CHECK(s.max == 3);
  CHECK(s.mean == 1);
  const auto none = summary_of(std::vector<float>{nan, inf}, 2);
  CHECK(none.count == 2);
  CHECK(none.max == 0);
  CHECK(none.l2 == 0);
  CHECK(Statistics().summary().count == 0);
}

TEST_CASE("statistics neither overflow nor vanish at the ends of float") {
  const float big = std::numeric_limits<float>::max();
  const auto large = summary_of(std::vector<float>(5000, big), 5000);
  CHECK(large.mean == static_cast<double>(big));
  CHECK(large.stddev == 0);
  CHECK(std::isfinite(large.l2));
  const float tiny = std::numeric_limits<float>::denorm_min();
  CHECK(summary_of(std::vector<float>(4, tiny), 4).l2 == 2 * static_cast<double>(tiny));
}

TEST_CASE("slices are the elements that a walk over the tensor finds") {
  const Shape shape = {3, 1, 4, 5};
  Shape starts(4), counts(4);
  std::uint64_t slices = 0;
  for (starts[0] = 0; starts[0] <= 3; ++starts[0])
    for (counts[0] = 0; starts[0] + counts[0] <= 3; ++counts[0])
      for (counts[1] = 0; counts[1] <= 1; ++counts[1])
        for (starts[2] = 0; starts[2] <= 4; ++starts[2])
          for (counts[2] = 0; starts[2] + counts[2] <= 4; ++counts[2])
            for (starts[3] = 0; starts[3] <= 5; ++starts[3])
              for (counts[3] = 0; starts[3] + counts[3] <= 5; ++counts[3]) {
                const auto runs = tensor::slice_runs(shape, starts, counts);
                REQUIRE(runs.is_ok());
                std::vector<std::uint64_t> found;
                std::uint64_t end = UINT64_MAX;
                for (const auto& run : runs.value()) {
                  REQUIRE(run.length > 0);
                  REQUIRE(run.offset != end);  // else two runs should be one
                  end = run.offset + run.length;
                  for (std::uint64_t i = run.offset; i < end; ++i) found.push_back(i);
                }
                REQUIRE(found == elements_naively(shape, starts, counts));
                ++slices;
              }
  CHECK(slices == 10 * 2 * 15 * 21);
}

TEST_CASE("slices that leave the tensor are refused") {
  const Shape shape = {2, 3};
  const auto code = [&](const Shape& starts, const Shape& counts) {
    const auto runs = tensor::slice_runs(shape, starts, counts);
    return runs.is_ok() ? Code::kOk : runs.status().code();
  };
  CHECK(code({0, 0}, {2, 3}) == Code::kOk);
  CHECK(code({2, 3}, {0, 0}) == Code::kOk);
  CHECK(code({0, 0}, {2, 4}) == Code::kInvalidArgument);
  CHECK(code({3, 0}, {0, 3}) == Code::kInvalidArgument);
  CHECK(code({1, 0}, {UINT64_MAX, 3}) == Code::kInvalidArgument);
  CHECK(code({0}, {2, 3}) == Code::kInvalidArgument);
  CHECK(code({0, 0}, {2}) == Code::kInvalidArgument);
}

TEST_CASE("a scalar is one run and too many runs are refused") {
  CHECK(tensor::slice_runs({}, {}, {}).value() == std::vector<tensor::ElementRun>{{0, 1}});
  const Shape shape = {1000, 2}, starts = {0, 0}, counts = {1000, 1};
  CHECK(tensor::slice_runs(shape, starts, counts, 1000).value().size() == 1000);
  CHECK(tensor::slice_runs(shape, starts, counts, 999).status().code() == Code::kLimitExceeded);
}
