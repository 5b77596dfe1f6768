// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Mean and variance by the parallel form of Welford's recurrence (Chan, Golub, LeVeque 1979):
// blocks of 4096 finite values are reduced in two passes, and blocks are joined pairwise, in the
// order of a binary counter. The error grows with log n, not n, and because the tree hangs on the
// position of a value alone, the way the stream was cut cannot change the result.
#include "core/tensor/statistics.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace hartonomous::core::tensor {

namespace {

constexpr std::size_t kLanes = 8;  // independent sums: lets the compiler use vector registers

template <class F>
double lane_sum(std::span<const float> values, F term) noexcept {
  std::array<double, kLanes> lanes{};
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      lanes[lane] += term(static_cast<double>(values[i + lane]));
    }
  }
  for (; i < values.size(); ++i) lanes[i % kLanes] += term(static_cast<double>(values[i]));
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) +
         ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]));
}

bool all_finite(std::span<const float> values) noexcept {
  std::uint32_t found = 0;
  for (const float x : values) {
    found |= (std::bit_cast<std::uint32_t>(x) & 0x7f800000U) == 0x7f800000U;
  }
  return found == 0;
}

}  // namespace

Statistics::Moments Statistics::moments_of(std::span<const float> finite) noexcept {
  if (finite.empty()) return {};
  const double mean =
      lane_sum(finite, [](double x) { return x; }) / static_cast<double>(finite.size());
  return {finite.size(), mean,
          lane_sum(finite, [mean](double x) { return (x - mean) * (x - mean); }),
          lane_sum(finite, [](double x) { return x * x; })};
}

Statistics::Moments Statistics::joined(const Moments& a, const Moments& b) noexcept {
  if (a.count == 0) return b;
  if (b.count == 0) return a;
  const double na = static_cast<double>(a.count), nb = static_cast<double>(b.count);
  const double n = na + nb, gap = b.mean - a.mean;
  return {a.count + b.count, a.mean + gap * (nb / n),
          a.squared_deviation + b.squared_deviation + gap * gap * (na * nb / n),
          a.sum_of_squares + b.sum_of_squares};
}

void Statistics::carry(Moments block) noexcept {
  std::size_t level = 0;
  for (; (blocks_ >> level & 1) != 0; ++level) block = joined(levels_[level], block);
  levels_[level] = block;
  ++blocks_;
}

void Statistics::add(std::span<const float> values) noexcept {
  count_ += values.size();
  while (!values.empty()) {
    const auto piece = values.first(std::min(values.size(), kBlock));
    if (all_finite(piece)) {
      note_extremes(piece);
      append(piece);
    } else {
      for (const float& x : piece) add_one(x);
    }
    values = values.subspan(piece.size());
  }
}

void Statistics::add_one(const float& x) noexcept {
  if (std::isnan(x)) {
    ++nan_;
  } else if (std::isinf(x)) {
    ++infinite_;
  } else {
    note_extremes({&x, 1});
    append({&x, 1});
  }
}

// REQUIRES: finite values, at least one.
void Statistics::note_extremes(std::span<const float> finite) noexcept {
  std::array<float, kLanes> low, high;
  low.fill(has_finite_ ? min_ : finite[0]);
  high.fill(has_finite_ ? max_ : finite[0]);
  std::size_t i = 0;
  for (; i + kLanes <= finite.size(); i += kLanes) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const float x = finite[i + lane];
      low[lane] = x < low[lane] ? x : low[lane];
      high[lane] = x > high[lane] ? x : high[lane];
    }
  }
  for (; i < finite.size(); ++i) {
    low[0] = std::min(low[0], finite[i]);
    high[0] = std::max(high[0], finite[i]);
  }
  min_ = *std::ranges::min_element(low);
  max_ = *std::ranges::max_element(high);
  has_finite_ = true;
  std::uint32_t zeros = 0;
  for (const float x : finite) zeros += x == 0;
  zeros_ += zeros;
}

// REQUIRES: at most kBlock values, all finite.
void Statistics::append(std::span<const float> finite) noexcept {
  if (pending_count_ == 0 && finite.size() == kBlock) return carry(moments_of(finite));
  const auto fitting = finite.first(std::min(finite.size(), kBlock - pending_count_));
  std::ranges::copy(fitting, pending_.begin() + static_cast<std::ptrdiff_t>(pending_count_));
  pending_count_ += fitting.size();
  if (pending_count_ < kBlock) return;
  carry(moments_of(pending_));
  const auto rest = finite.subspan(fitting.size());
  std::ranges::copy(rest, pending_.begin());
  pending_count_ = rest.size();
}

StatisticsSummary Statistics::summary() const noexcept {
  Moments all = moments_of(std::span(pending_).first(pending_count_));
  for (std::size_t level = 0; level < levels_.size(); ++level) {
    if ((blocks_ >> level & 1) != 0) all = joined(levels_[level], all);
  }
  StatisticsSummary out{count_, zeros_, nan_, infinite_};
  if (all.count == 0) return out;
  // Adding +0 turns -0, which compares equal to +0 and so is a matter of order, into +0.
  out.min = static_cast<double>(min_) + 0.0;
  out.max = static_cast<double>(max_) + 0.0;
  out.mean = all.mean;
  out.stddev = std::sqrt(all.squared_deviation / static_cast<double>(all.count));
  out.l2 = std::sqrt(all.sum_of_squares);
  return out;
}

}  // namespace hartonomous::core::tensor
