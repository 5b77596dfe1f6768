// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
#include "core/network/graph.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <tuple>

#include "core/base/interruptible_sort.hpp"

namespace hartonomous::core::network {
namespace {

struct Header {
  std::uint64_t magic;
  std::uint32_t nodes, edges, arcs, reserved;
};
constexpr std::size_t kTooMany = 1ULL << 31;
constexpr std::uint64_t kMagic = 0x31'68'70'72'67'74'72'68;  // "hrtgrph1"

struct Layout {
  std::size_t node_ids, edge_ids, out_begin, in_begin, out_arcs, in_arcs, size;
};

constexpr std::size_t aligned(std::size_t at) { return (at + 7) / 8 * 8; }

Layout layout_of(const Header& header) {
  const std::size_t begins = aligned((std::size_t{header.nodes} + 1) * sizeof(std::uint32_t));
  Layout at;
  at.node_ids = sizeof(Header);
  at.edge_ids = at.node_ids + std::size_t{header.nodes} * sizeof(std::int64_t);
  at.out_begin = at.edge_ids + std::size_t{header.edges} * sizeof(std::int64_t);
  at.in_begin = at.out_begin + begins;
  at.out_arcs = at.in_begin + begins;
  at.in_arcs = at.out_arcs + std::size_t{header.arcs} * sizeof(Arc);
  at.size = at.in_arcs + std::size_t{header.arcs} * sizeof(Arc);
  return at;
}

template <class T>
std::span<T> place(std::span<std::byte> image, std::size_t at, std::size_t count) {
  return {reinterpret_cast<T*>(image.data() + at), count};
}

template <class T>
std::span<const T> view(std::span<const std::byte> image, std::size_t at, std::size_t count) {
  return {reinterpret_cast<const T*>(image.data() + at), count};
}

// An edge whose ends are numbers already.
struct Link {
  Node from, to;
  double cost;
  std::uint32_t edge;
};

// The ids of both ends of all edges, and the number of each: by a table where they lie close
// together, else by bisection.
class Numbering {
 public:
  Numbering(std::span<const Edge> edges, Checkpoint& checkpoint) {
    std::int64_t low = INT64_MAX, high = INT64_MIN;
    for (const Edge& edge : edges) {
      low = std::min({low, edge.source, edge.target});
      high = std::max({high, edge.source, edge.target});
    }
    const std::uint64_t range = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
    checkpoint.reached(0);
    if (!edges.empty() && range < 8 * edges.size() + 1024) {
      number_by_table(edges, low, range + 1);
    } else {
      number_by_sorting(edges, checkpoint);
    }
    checkpoint.reached(0);
  }
  std::span<const std::int64_t> ids() const noexcept { return ids_; }
  // REQUIRES: an id of the list.
  Node operator()(std::int64_t id) const noexcept {
    if (!table_.empty()) {
      return table_[static_cast<std::uint64_t>(id) - static_cast<std::uint64_t>(ids_[0])];
    }
    return static_cast<Node>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
  }

 private:
  void number_by_table(std::span<const Edge> edges, std::int64_t low, std::uint64_t size) {
    table_.assign(size, kNoNode);
    const auto place = [&](std::int64_t id) -> Node& {
      return table_[static_cast<std::uint64_t>(id) - static_cast<std::uint64_t>(low)];
    };
    for (const Edge& edge : edges) place(edge.source) = place(edge.target) = 0;
    for (std::uint64_t i = 0; i < size; ++i) {
      if (table_[i] == kNoNode) continue;
      table_[i] = static_cast<Node>(ids_.size());
      ids_.push_back(static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + i));
    }
  }
  void number_by_sorting(std::span<const Edge> edges, Checkpoint& checkpoint) {
    ids_.reserve(2 * edges.size());
    for (const Edge& edge : edges) {
      ids_.push_back(edge.source);
      ids_.push_back(edge.target);
    }
    interruptible_sort(ids_, std::less<>{}, checkpoint);
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
  }

  std::vector<std::int64_t> ids_;
  std::vector<Node> table_;
};

// Lists arcs by one end, those of a node by (other end, cost, edge).
void fill(std::span<const Link> links, Node Link::*near, Node Link::*far,
          std::span<std::uint32_t> begin, std::span<Arc> arcs, Checkpoint& checkpoint) {
  for (const Link& link : links) ++begin[link.*near + 1];
  for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  checkpoint.reached(0);
  std::vector<std::uint32_t> next(begin.begin(), begin.end() - 1);
  for (const Link& link : links) arcs[next[link.*near]++] = {link.cost, link.*far, link.edge};
  checkpoint.reached(0);
  for (std::size_t i = 0; i + 1 < begin.size(); ++i) {
    std::sort(arcs.begin() + begin[i], arcs.begin() + begin[i + 1], [](const Arc& a, const Arc& b) {
      return std::tie(a.node, a.cost, a.edge) < std::tie(b.node, b.cost, b.edge);
    });
    if (i % 65536 == 0) checkpoint.reached(0);
  }
}

// The edges by (source, target, cost, id), as links whose `edge` says where each stood.
std::vector<Link> ordered_links(std::span<const Edge> edges, const Numbering& number,
                                Checkpoint& checkpoint) {
  std::vector<std::uint32_t> begin(number.ids().size() + 1);
  for (const Edge& edge : edges) ++begin[number(edge.source) + 1];
  for (std::size_t i = 1; i < begin.size(); ++i) begin[i] += begin[i - 1];
  checkpoint.reached(0);
  std::vector<Link> links(edges.size());
  for (std::uint32_t i = 0; i < edges.size(); ++i) {
    const Edge& edge = edges[i];
    const Node from = number(edge.source);
    links[begin[from]++] = {from, number(edge.target), edge.cost, i};
  }
  checkpoint.reached(0);
  std::size_t at = 0;
  for (std::size_t node = 0; node + 1 < begin.size(); at = begin[node++]) {
    std::sort(links.begin() + static_cast<std::ptrdiff_t>(at), links.begin() + begin[node],
              [&](const Link& a, const Link& b) {
                return std::tie(a.to, a.cost, edges[a.edge].id) <
                       std::tie(b.to, b.cost, edges[b.edge].id);
              });
    if (node % 65536 == 0) checkpoint.reached(0);
  }
  return links;
}

Status check(std::span<const Edge> edges, Direction direction) {
  const std::size_t arcs = direction == Direction::kDirected ? edges.size() : 2 * edges.size();
  if (arcs >= kTooMany) return {Code::kLimitExceeded, "too many edges for one graph"};
  for (const Edge& edge : edges) {
    if (edge.cost >= 0 && std::isfinite(edge.cost)) continue;
    return Status(Code::kInvalidArgument,
                  "edge " + std::to_string(edge.id) + " has a cost that is no length")
        .with_hint("Costs must be finite and not negative.");
  }
  return Status::ok();
}

}  // namespace

Node Graph::find(std::int64_t id) const noexcept {
  const auto at = std::lower_bound(node_ids.begin(), node_ids.end(), id);
  return at == node_ids.end() || *at != id ? kNoNode : static_cast<Node>(at - node_ids.begin());
}

Result<std::vector<std::byte>> build_graph(std::span<const Edge> edges, Direction direction,
                                           Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(check(edges, direction));
  const Numbering number(edges, checkpoint);
  const std::span<const std::int64_t> ids = number.ids();
  if (ids.size() >= kTooMany) return Status(Code::kLimitExceeded, "too many nodes for one graph");
  std::vector<Link> links = ordered_links(edges, number, checkpoint);
  std::vector<std::int64_t> edge_ids;
  edge_ids.reserve(edges.size());
  for (Link& link : links) {
    edge_ids.push_back(edges[link.edge].id);
    link.edge = static_cast<std::uint32_t>(edge_ids.size() - 1);
  }
  if (direction == Direction::kUndirected) {
    for (std::size_t i = 0; i < edge_ids.size(); ++i) {
      const Link link = links[i];
      if (link.from != link.to) links.push_back({link.to, link.from, link.cost, link.edge});
    }
  }

  const Header header{kMagic, static_cast<std::uint32_t>(ids.size()),
                      static_cast<std::uint32_t>(edge_ids.size()),
                      static_cast<std::uint32_t>(links.size()), 0};
  const Layout at = layout_of(header);
  std::vector<std::byte> image(at.size);
  std::memcpy(image.data(), &header, sizeof header);
  std::copy(ids.begin(), ids.end(), place<std::int64_t>(image, at.node_ids, ids.size()).begin());
  std::copy(edge_ids.begin(), edge_ids.end(),
            place<std::int64_t>(image, at.edge_ids, edge_ids.size()).begin());
  fill(links, &Link::from, &Link::to, place<std::uint32_t>(image, at.out_begin, ids.size() + 1),
       place<Arc>(image, at.out_arcs, links.size()), checkpoint);
  fill(links, &Link::to, &Link::from, place<std::uint32_t>(image, at.in_begin, ids.size() + 1),
       place<Arc>(image, at.in_arcs, links.size()), checkpoint);
  return image;
}

Result<Graph> open_graph(std::span<const std::byte> image) {
  const Status corrupt(Code::kCorrupt, "the bytes of the graph are damaged");
  Header header;
  if (image.size() < sizeof header) return corrupt;
  std::memcpy(&header, image.data(), sizeof header);
  if (header.magic != kMagic || header.nodes >= kTooMany || header.arcs >= kTooMany) return corrupt;
  const Layout at = layout_of(header);
  if (at.size != image.size()) return corrupt;
  const auto arcs = [&](std::size_t begin, std::size_t list) {
    return Arcs{view<std::uint32_t>(image, begin, std::size_t{header.nodes} + 1),
                view<Arc>(image, list, header.arcs)};
  };
  const Graph graph{view<std::int64_t>(image, at.node_ids, header.nodes),
                    view<std::int64_t>(image, at.edge_ids, header.edges),
                    arcs(at.out_begin, at.out_arcs), arcs(at.in_begin, at.in_arcs)};
  for (const Arcs* side : {&graph.out, &graph.in}) {
    if (side->begin.front() != 0 || side->begin.back() != header.arcs ||
        !std::is_sorted(side->begin.begin(), side->begin.end())) {
      return corrupt;
    }
    for (const Arc& arc : side->arcs) {
      if (arc.node >= header.nodes || arc.edge >= header.edges || !(arc.cost >= 0)) return corrupt;
    }
  }
  return graph;
}

}  // namespace hartonomous::core::network
