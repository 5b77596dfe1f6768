// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/analysis/neighbor_index.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
// It writes to stderr before it throws bad_alloc.
#define fprintf(...) static_cast<void>(0)
#include <nanoflann.hpp>
#undef fprintf

namespace hartonomous::core::analysis {

// What nanoflann compares: squares of Euclidean distances, and of distances on the unit sphere for
// kCosine, which are twice the cosine distance.
struct NeighborIndex::Tree {
  virtual ~Tree() = default;
  virtual std::vector<Neighbor> nearest(std::span<const double> query, std::size_t k) const = 0;
  virtual std::vector<Neighbor> within(std::span<const double> query, double radius) const = 0;
};

namespace {

double above(double value) {
  return std::nextafter(value, std::numeric_limits<double>::infinity());
}

bool before(const Neighbor& a, const Neighbor& b) noexcept {
  return a.distance < b.distance || (a.distance == b.distance && a.index < b.index);
}

// What nanoflann compared as the metric's distance.
double in_metric(double compared, Metric metric) noexcept {
  if (metric == Metric::kEuclidean) return std::sqrt(compared);
  return metric == Metric::kCosine ? compared / 2 : compared;
}

// The k best so far. nanoflann offers what is nearer than worstDist(), which is told a little too
// high, so that of equally far points the first can be kept.
class Nearest {
 public:
  explicit Nearest(std::size_t k) : k_(k) {}
  std::size_t size() const { return found_.size(); }
  bool full() const { return found_.size() == k_; }
  double worstDist() const {
    return full() ? above(found_.front().distance) : std::numeric_limits<double>::max();
  }
  bool addPoint(double distance, std::uint32_t index) {
    const Neighbor candidate{index, distance};
    if (full()) {
      if (!before(candidate, found_.front())) return true;
      std::pop_heap(found_.begin(), found_.end(), before);
      found_.back() = candidate;
    } else {
      found_.push_back(candidate);
    }
    std::push_heap(found_.begin(), found_.end(), before);
    return true;
  }
  std::vector<Neighbor> take() {
    std::sort_heap(found_.begin(), found_.end(), before);
    return std::move(found_);
  }

 private:
  std::size_t k_;
  std::vector<Neighbor> found_;  // a heap, the worst in front
};

// All whose distance, as it will be reported, is at most the radius.
class Within {
 public:
  Within(double radius, Metric metric) : radius_(radius), metric_(metric) {
    largest_ = metric == Metric::kEuclidean ? radius * radius
               : metric == Metric::kCosine  ? 2 * radius
                                            : radius;
    largest_ += largest_ * 1e-15;  // what rounding may add
  }
  std::size_t size() const { return found_.size(); }
  bool full() const { return true; }
  double worstDist() const { return above(largest_); }
  bool addPoint(double distance, std::uint32_t index) {
    const double reported = in_metric(distance, metric_);
    if (reported <= radius_) found_.push_back({index, reported});
    return true;
  }
  std::vector<Neighbor> take() {
    std::sort(found_.begin(), found_.end(),
              [](const Neighbor& a, const Neighbor& b) { return a.index < b.index; });
    return std::move(found_);
  }

 private:
  double radius_, largest_;
  Metric metric_;
  std::vector<Neighbor> found_;
};

std::vector<double> on_unit_sphere(std::span<const double> rows, std::size_t dimensions) {
  std::vector<double> unit(rows.begin(), rows.end());
  for (std::size_t at = 0; at < unit.size(); at += dimensions) {
    double square = 0;
    for (std::size_t i = 0; i < dimensions; ++i) square += unit[at + i] * unit[at + i];
    for (std::size_t i = 0; i < dimensions; ++i) unit[at + i] /= std::sqrt(square);
  }
  return unit;
}

template <class Distance, int kDimensions>
class TreeOf final : public NeighborIndex::Tree {
 public:
  TreeOf(const Points& points, Metric metric)
      : metric_(metric),
        unit_(metric == Metric::kCosine ? on_unit_sphere(points.values, points.dimensions)
                                        : std::vector<double>()),
        rows_{metric == Metric::kCosine ? Points{unit_, points.dimensions} : points},
        tree_(static_cast<int>(points.dimensions), rows_,
              nanoflann::KDTreeSingleIndexAdaptorParams(16)) {}

  std::vector<Neighbor> nearest(std::span<const double> query, std::size_t k) const override {
    Nearest found(k);
    if (k > 0) ask(query, found);
    std::vector<Neighbor> neighbors = found.take();
    for (Neighbor& neighbor : neighbors) neighbor.distance = in_metric(neighbor.distance, metric_);
    return neighbors;
  }
  std::vector<Neighbor> within(std::span<const double> query, double radius) const override {
    Within found(radius, metric_);
    ask(query, found);
    return found.take();
  }

 private:
  struct Rows {
    Points points;
    std::size_t kdtree_get_point_count() const { return points.size(); }
    double kdtree_get_pt(std::size_t i, std::size_t axis) const {
      return points.values[i * points.dimensions + axis];
    }
    template <class Box>
    bool kdtree_get_bbox(Box&) const {
      return false;
    }
  };

  template <class Results>
  void ask(std::span<const double> query, Results& results) const {
    const std::vector<double> unit =
        metric_ == Metric::kCosine ? on_unit_sphere(query, query.size()) : std::vector<double>();
    tree_.findNeighbors(results, unit.empty() ? query.data() : unit.data(), {});
  }
  Metric metric_;
  std::vector<double> unit_;
  Rows rows_;
  nanoflann::KDTreeSingleIndexAdaptor<typename Distance::template traits<double, Rows>::distance_t,
                                      Rows, kDimensions, std::uint32_t>
      tree_;
};

template <class Distance>
std::unique_ptr<NeighborIndex::Tree> tree_of(const Points& points, Metric metric) {
  switch (points.dimensions) {
    case 2:
      return std::make_unique<TreeOf<Distance, 2>>(points, metric);
    case 3:
      return std::make_unique<TreeOf<Distance, 3>>(points, metric);
    case 4:
      return std::make_unique<TreeOf<Distance, 4>>(points, metric);
    default:
      return std::make_unique<TreeOf<Distance, -1>>(points, metric);
  }
}

Status check_directions(const Points& points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (std::ranges::all_of(points[i], [](double value) { return value == 0; })) {
      return Status(Code::kInvalidArgument, "row " + std::to_string(i + 1) + " is zero")
          .with_hint("A zero vector has no direction: leave it out, or use another metric.");
    }
  }
  return Status::ok();
}

}  // namespace

NeighborIndex::NeighborIndex(std::unique_ptr<Tree> tree) : tree_(std::move(tree)) {}
NeighborIndex::NeighborIndex(NeighborIndex&&) noexcept = default;
NeighborIndex::~NeighborIndex() = default;

Result<NeighborIndex> NeighborIndex::build(const Points& points, Metric metric) {
  HARTONOMOUS_CHECK(check(points));
  if (metric == Metric::kCosine) HARTONOMOUS_CHECK(check_directions(points));
  return NeighborIndex(metric == Metric::kManhattan
                           ? tree_of<nanoflann::metric_L1>(points, metric)
                           : tree_of<nanoflann::metric_L2_Simple>(points, metric));
}

std::vector<Neighbor> NeighborIndex::nearest(std::span<const double> query, std::size_t k) const {
  return tree_->nearest(query, k);
}

std::vector<Neighbor> NeighborIndex::within(std::span<const double> query, double radius) const {
  return tree_->within(query, radius);
}

}  // namespace hartonomous::core::analysis
