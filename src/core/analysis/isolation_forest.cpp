// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <cmath>

#include "core/analysis/outliers.hpp"
#include "core/base/random_number.hpp"

namespace hartonomous::core::analysis {
namespace {

// Mean depth at which a search in a random tree of so many points ends.
double usual_depth(std::size_t points) {
  if (points < 2) return 0;
  if (points == 2) return 1;
  constexpr double kEulerGamma = 0.57721566490153286;
  const auto n = static_cast<double>(points);
  return 2 * (std::log(n - 1) + kEulerGamma) - 2 * (n - 1) / n;
}

class Tree {
 public:
  Tree(const Points& points, std::size_t sample, std::uint64_t seed)
      : points_(points), seed_(seed), members_(points.size()) {
    for (std::uint32_t i = 0; i < members_.size(); ++i) members_[i] = i;
    for (std::size_t i = 0; i < sample; ++i) {  // the beginning of a Fisher-Yates shuffle
      std::swap(members_[i], members_[i + below(members_.size() - i)]);
    }
    members_.resize(sample);
    grow(0, sample, static_cast<int>(std::ceil(std::log2(static_cast<double>(sample)))));
  }

  double depth_of(std::span<const double> point) const {
    double depth = 0;
    std::size_t at = 0;
    for (; !nodes_[at].is_leaf; ++depth) {
      at = point[nodes_[at].axis] < nodes_[at].cut ? at + 1 : nodes_[at].right;
    }
    return depth + usual_depth(nodes_[at].points);
  }

 private:
  struct Node {
    bool is_leaf = true;
    std::size_t points = 0;  // of a leaf
    std::size_t axis = 0, right = 0;
    double cut = 0;
  };

  double draw() { return random_number(seed_, drawn_++); }
  std::size_t below(std::size_t count) {
    return static_cast<std::size_t>(draw() * static_cast<double>(count));
  }

  // The left subtree follows its node.
  void grow(std::size_t begin, std::size_t end, int levels) {
    const std::size_t at = nodes_.size();
    nodes_.push_back({true, end - begin, 0, 0, 0});
    if (levels == 0 || end - begin < 2) return;
    // An axis on which they differ, if there is one.
    const std::size_t first = below(points_.dimensions);
    for (std::size_t i = 0; i < points_.dimensions; ++i) {
      const std::size_t axis = (first + i) % points_.dimensions;
      const auto value = [&](std::uint32_t point) { return points_[point][axis]; };
      const auto from = members_.begin() + static_cast<std::ptrdiff_t>(begin);
      const auto to = members_.begin() + static_cast<std::ptrdiff_t>(end);
      const auto [low, high] =
          std::ranges::minmax(std::span(members_).subspan(begin, end - begin), {}, value);
      if (value(low) == value(high)) continue;
      double cut = value(low) + draw() * (value(high) - value(low));
      if (!(cut > value(low))) cut = value(high);
      const auto middle = std::partition(from, to, [&](std::uint32_t p) { return value(p) < cut; });
      grow(begin, static_cast<std::size_t>(middle - members_.begin()), levels - 1);
      nodes_[at] = {false, 0, axis, nodes_.size(), cut};
      grow(static_cast<std::size_t>(middle - members_.begin()), end, levels - 1);
      return;
    }
  }

  const Points& points_;
  std::uint64_t seed_, drawn_ = 0;
  std::vector<std::uint32_t> members_;
  std::vector<Node> nodes_;
};

}  // namespace

Result<std::vector<double>> isolation_scores(const Points& points, const IsolationOptions& options,
                                             Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check(points));
  if (options.trees < 1) return Status(Code::kInvalidArgument, "trees must be at least 1");
  if (options.sample < 2) return Status(Code::kInvalidArgument, "sample must be at least 2");
  const std::size_t sample = std::min(points.size(), static_cast<std::size_t>(options.sample));
  std::vector<double> scores(points.size());
  if (sample < 2) return std::vector<double>(points.size(), 0.5);
  for (std::int64_t t = 0; t < options.trees; ++t) {
    // A seed far from the others': the sequences of near ones run into each other.
    const auto own = static_cast<std::uint64_t>(
        random_number(options.seed, static_cast<std::uint64_t>(t)) * 0x1p53);
    const Tree tree(points, sample, own);
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (i % 4096 == 0) checkpoint.reached(0);
      scores[i] += tree.depth_of(points[i]);
    }
  }
  const double usual = usual_depth(sample) * static_cast<double>(options.trees);
  for (double& score : scores) score = std::exp2(-score / usual);
  return scores;
}

}  // namespace hartonomous::core::analysis
