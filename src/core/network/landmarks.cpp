// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/network/landmarks.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace hartonomous::core::network {
namespace {

struct Header {
  std::uint64_t magic;
  std::uint32_t nodes, count;
};
constexpr std::uint64_t kMagic = 0x31'6b'6d'6c'67'74'72'68;  // "hrtglmk1"
constexpr float kNever = std::numeric_limits<float>::infinity();
// The least float above one that is finite and not negative: above what was rounded down to it.
float above(float rounded) {
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(rounded) + 1);
}

constexpr std::size_t kActive = 8;  // landmarks that one search asks

float rounded_down(double value) {
  const auto nearest = static_cast<float>(value);
  return static_cast<double>(nearest) <= value ? nearest : std::nextafter(nearest, 0.0F);
}

// Distances of all nodes, in one direction.
void distances(const Arcs& arcs, Node nodes, Node start, SearchSpace& space,
               std::vector<float>& result, Checkpoint& checkpoint) {
  const auto everything = search(
      arcs, nodes, start, [](Node) { return false; }, [](Node) { return 0.0; }, {}, space,
      checkpoint);
  for (Node node = 0; node < nodes; ++node) result[node] = rounded_down(space.distance(node));
}

std::size_t offset_of_distances(std::uint32_t count) {
  return (sizeof(Header) + count * sizeof(Node) + 7) / 8 * 8;
}

std::size_t size_of(std::uint32_t nodes, std::uint32_t count) {
  return offset_of_distances(count) + 2 * std::size_t{nodes} * count * sizeof(float);
}

// What landmark i says of the distance from node to target; 0 if nothing, infinity if there is no
// way.
double bound_by(const Landmarks& marks, std::size_t i, Node node, Node target) {
  const std::size_t count = marks.nodes.size();
  const float from_target = marks.from[target * count + i],
              from_node = marks.from[node * count + i];
  const float to_target = marks.to[target * count + i], to_node = marks.to[node * count + i];
  if ((from_target == kNever && from_node != kNever) ||
      (to_node == kNever && to_target != kNever)) {
    return std::numeric_limits<double>::infinity();
  }
  double bound = 0;
  if (from_node != kNever) bound = double{from_target} - double{above(from_node)};
  if (to_target != kNever) bound = std::max(bound, double{to_node} - double{above(to_target)});
  return std::max(bound, 0.0);
}

}  // namespace

std::vector<std::byte> build_landmarks(const Graph& graph, std::uint32_t count,
                                       Checkpoint& checkpoint) {
  const Node nodes = graph.nodes();
  count = std::min(count, nodes);
  const Header header{kMagic, nodes, count};
  std::vector<std::byte> image(size_of(nodes, count));
  std::memcpy(image.data(), &header, sizeof header);
  const std::span<Node> chosen(reinterpret_cast<Node*>(image.data() + sizeof header), count);
  float* const from = reinterpret_cast<float*>(image.data() + offset_of_distances(count));
  float* const to = from + std::size_t{nodes} * count;

  SearchSpace space;
  std::vector<float> out(nodes), back(nodes), nearest_mark(nodes, kNever);
  Node next = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    chosen[i] = next;
    distances(graph.out, nodes, next, space, out, checkpoint);
    distances(graph.in, nodes, next, space, back, checkpoint);
    for (Node node = 0; node < nodes; ++node) {
      from[std::size_t{node} * count + i] = out[node];
      to[std::size_t{node} * count + i] = back[node];
      nearest_mark[node] = std::min({nearest_mark[node], out[node], back[node]});
    }
    next = static_cast<Node>(std::max_element(nearest_mark.begin(), nearest_mark.end()) -
                             nearest_mark.begin());
  }
  return image;
}

Result<Landmarks> open_landmarks(std::span<const std::byte> image, Node nodes) {
  const Status corrupt(Code::kCorrupt, "the bytes of the landmarks are damaged");
  Header header;
  if (image.size() < sizeof header) return corrupt;
  std::memcpy(&header, image.data(), sizeof header);
  if (header.magic != kMagic || header.nodes != nodes || header.count > nodes ||
      image.size() != size_of(nodes, header.count)) {
    return corrupt;
  }
  const std::size_t values = std::size_t{nodes} * header.count;
  const auto* const from =
      reinterpret_cast<const float*>(image.data() + offset_of_distances(header.count));
  const Landmarks marks{{reinterpret_cast<const Node*>(image.data() + sizeof header), header.count},
                        {from, values},
                        {from + values, values}};
  for (const Node node : marks.nodes) {
    if (node >= nodes) return corrupt;
  }
  return marks;
}

Bound landmark_bound(const Landmarks& marks, Node source, Node target) {
  std::vector<std::pair<double, std::size_t>> best;
  for (std::size_t i = 0; i < marks.nodes.size(); ++i) {
    best.emplace_back(-bound_by(marks, i, source, target), i);
  }
  const auto kept = static_cast<std::ptrdiff_t>(std::min(best.size(), kActive));
  std::partial_sort(best.begin(), best.begin() + kept, best.end());
  best.resize(static_cast<std::size_t>(kept));
  return [marks, target, best = std::move(best)](Node node) {
    double bound = 0;
    for (const auto& [unused, i] : best) bound = std::max(bound, bound_by(marks, i, node, target));
    return bound;
  };
}

}  // namespace hartonomous::core::network
