// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/analysis/hull.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <new>
#include <string>

extern "C" {
#include <libqhull_r/qhull_ra.h>
}

namespace hartonomous::core::analysis {
namespace {

Status check_geometry(const Points& points) {
  HARTONOMOUS_CHECK(check(points));
  if (points.dimensions < 2 || points.dimensions > 4) {
    return Status(Code::kInvalidArgument,
                  "points of " + std::to_string(points.dimensions) + " dimensions")
        .with_hint("Hulls are computed in 2, 3 and 4 dimensions; project the points first.");
  }
  if (points.size() > points.dimensions) return Status::ok();
  return {Code::kInvalidArgument, "at least " + std::to_string(points.dimensions + 1) +
                                      " points are needed in " + std::to_string(points.dimensions) +
                                      " dimensions"};
}

// One run of Qhull. Its messages go to a stream in memory, which nobody reads.
class Run {
 public:
  Run() : messages_(open_memstream(&text_, &length_)) {
    if (messages_ == nullptr) throw std::bad_alloc();
    qh_zero(&qhull_, messages_);
  }
  Run(const Run&) = delete;
  Run& operator=(const Run&) = delete;
  ~Run() {
    qh_freeqhull(&qhull_, qh_ALL);
    std::fclose(messages_);
    std::free(text_);
  }

  Status start(const Points& points, const char* command) {
    copy_.assign(points.values.begin(), points.values.end());
    std::string options(command);
    const int code =
        qh_new_qhull(&qhull_, static_cast<int>(points.dimensions), static_cast<int>(points.size()),
                     copy_.data(), False, options.data(), messages_, messages_);
    if (code == qh_ERRnone) return Status::ok();
    if (code == qh_ERRmem) return {Code::kOutOfMemory, "out of memory for the hull"};
    return Status(Code::kInvalidArgument, "the points lie in fewer dimensions than they have")
        .with_hint("Points on one line or in one plane have no volume: leave a dimension out.");
  }
  qhT* get() noexcept { return &qhull_; }
  // The number of a vertex's point; as large as the number of points for Qhull's own at infinity.
  std::uint32_t number_of(const vertexT* vertex) {
    return static_cast<std::uint32_t>(qh_pointid(&qhull_, vertex->point));
  }

 private:
  char* text_ = nullptr;
  std::size_t length_ = 0;
  std::FILE* messages_;
  std::vector<double> copy_;
  qhT qhull_;
};

// The points of a facet, ascending.
std::vector<std::uint32_t> corners_of(Run& run, const facetT* facet) {
  std::vector<std::uint32_t> corners;
  vertexT *vertex, **vertexp;
  FOREACHvertex_(facet->vertices) corners.push_back(run.number_of(vertex));
  std::ranges::sort(corners);
  return corners;
}

std::vector<std::uint32_t> flattened(std::vector<std::vector<std::uint32_t>> simplices) {
  std::ranges::sort(simplices);
  std::vector<std::uint32_t> all;
  for (const auto& simplex : simplices) all.insert(all.end(), simplex.begin(), simplex.end());
  return all;
}

}  // namespace

bool Hull::contains(std::span<const double> point) const noexcept {
  constexpr double kTolerance = 1e-12;
  for (std::size_t at = 0; at < planes.size(); at += dimensions + 1) {
    double height = planes[at + dimensions];
    for (std::size_t i = 0; i < dimensions; ++i) height += planes[at + i] * point[i];
    if (!(height <= kTolerance * scale)) return false;
  }
  return true;
}

Result<Hull> convex_hull(const Points& points) {
  HARTONOMOUS_CHECK(check_geometry(points));
  Run run;
  HARTONOMOUS_CHECK(run.start(points, "qhull Qt Pp"));
  qhT* const qh = run.get();
  Hull hull;
  hull.dimensions = points.dimensions;
  for (const double value : points.values) hull.scale = std::max(hull.scale, std::abs(value));
  qh_getarea(qh, qh->facet_list);
  hull.volume = qh->totvol;
  hull.area = qh->totarea;
  std::vector<std::vector<std::uint32_t>> facets;
  const facetT* facet;
  FORALLfacets {
    facets.push_back(corners_of(run, facet));
    hull.planes.insert(hull.planes.end(), facet->normal, facet->normal + points.dimensions);
    hull.planes.push_back(facet->offset);
  }
  hull.facets = flattened(std::move(facets));
  hull.vertices = hull.facets;
  std::ranges::sort(hull.vertices);
  hull.vertices.erase(std::unique(hull.vertices.begin(), hull.vertices.end()), hull.vertices.end());
  return hull;
}

Result<std::vector<std::uint32_t>> delaunay(const Points& points) {
  HARTONOMOUS_CHECK(check_geometry(points));
  Run run;
  HARTONOMOUS_CHECK(run.start(points, "qhull d Qt Qbb Qc Qz Pp"));
  qhT* const qh = run.get();
  std::vector<std::vector<std::uint32_t>> simplices;
  const facetT* facet;
  FORALLfacets {
    if (!facet->upperdelaunay) simplices.push_back(corners_of(run, facet));
  }
  return flattened(std::move(simplices));
}

Result<Voronoi> voronoi(const Points& points) {
  HARTONOMOUS_CHECK(check_geometry(points));
  Run run;
  HARTONOMOUS_CHECK(run.start(points, "qhull v Qbb Qc Qz Pp"));
  qhT* const qh = run.get();
  Voronoi result;
  result.regions.resize(points.size());
  result.is_bounded.assign(points.size(), true);
  qh_setvoronoi_all(qh);
  std::vector<const facetT*> cells;  // one for each vertex of the diagram
  facetT* facet;
  FORALLfacets {
    if (facet->upperdelaunay) {
      vertexT *vertex, **vertexp;
      FOREACHvertex_(facet->vertices) {
        if (const auto number = run.number_of(vertex); number < points.size()) {
          result.is_bounded[number] = false;
        }
      }
    } else {
      cells.push_back(facet);
    }
  }
  std::ranges::sort(cells, [&](const facetT* a, const facetT* b) {
    return std::lexicographical_compare(a->center, a->center + points.dimensions, b->center,
                                        b->center + points.dimensions);
  });
  for (std::uint32_t i = 0; i < cells.size(); ++i) {
    result.vertices.insert(result.vertices.end(), cells[i]->center,
                           cells[i]->center + points.dimensions);
    for (const std::uint32_t corner : corners_of(run, cells[i])) {
      if (corner < points.size()) result.regions[corner].push_back(i);
    }
  }
  return result;
}

Result<std::vector<double>> barycentric(const Points& corners, std::span<const double> point) {
  HARTONOMOUS_CHECK(check(corners));
  const auto size = static_cast<Eigen::Index>(corners.dimensions);
  if (corners.size() != corners.dimensions + 1 || point.size() != corners.dimensions) {
    return Status(Code::kInvalidArgument, "a simplex has one corner more than dimensions");
  }
  Eigen::MatrixXd edges(size, size);
  Eigen::VectorXd target(size);
  for (Eigen::Index d = 0; d < size; ++d) {
    const auto axis = static_cast<std::size_t>(d);
    target(d) = point[axis] - corners[0][axis];
    for (Eigen::Index c = 0; c < size; ++c) {
      edges(d, c) = corners[static_cast<std::size_t>(c) + 1][axis] - corners[0][axis];
    }
  }
  const Eigen::FullPivLU<Eigen::MatrixXd> lu(edges);
  if (!lu.isInvertible()) {
    return Status(Code::kInvalidArgument, "the corners of the simplex span no volume");
  }
  const Eigen::VectorXd rest = lu.solve(target);
  std::vector<double> weights{1 - rest.sum()};
  weights.insert(weights.end(), rest.data(), rest.data() + rest.size());
  return weights;
}

}  // namespace hartonomous::core::analysis
