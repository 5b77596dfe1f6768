// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/72_network: making graphs of edges, and finding ways in them.
#include <algorithm>

#include "core/network/k_shortest.hpp"
#include "pg/result_set.hpp"
#include "pg/settings.hpp"
#include "serve/open_network.hpp"

using namespace hartonomous;

namespace {

using core::Code;
using core::Status;
using core::network::Found;
using core::network::Graph;
using core::network::kNoNode;
using GraphNode = core::network::Node;  // PostgreSQL has a Node of its own
using GraphPath = core::network::Path;
using serve::OpenNetwork;

core::network::SearchBudget budget() {
  return {static_cast<std::uint64_t>(pg::settings.max_expanded_nodes)};
}

// Both ends of a way; nothing if the network lacks one.
struct Ends {
  GraphNode source, target;
  bool are_there() const noexcept { return source != kNoNode && target != kNoNode; }
};
Ends ends(const Graph& graph, const pg::Arguments& arguments) {
  return {graph.find(arguments.int8(1)), graph.find(arguments.int8(2))};
}

Found search_forwards(OpenNetwork& network, const Ends& ends, const core::network::Bound& bound) {
  const Graph& graph = network.graph();
  pg::PollCheckpoint checkpoint;
  return pg::check(core::network::search(
      graph.out, graph.nodes(), ends.source, [&](GraphNode node) { return node == ends.target; },
      bound, budget(), network.spaces().forward, checkpoint));
}

Found search_from_both_ends(OpenNetwork& network, const Ends& ends) {
  pg::PollCheckpoint checkpoint;
  return pg::check(core::network::search_both_ways(network.graph(), ends.source, ends.target,
                                                   budget(), network.spaces(), checkpoint));
}

Found search_by_landmarks(OpenNetwork& network, const Ends& ends) {
  if (network.landmarks() == nullptr) {
    pg::raise(Status(Code::kWrongState, "the network has no landmarks")
                  .with_hint("Make it anew with landmarks, or use another method."));
  }
  return search_forwards(
      network, ends, core::network::landmark_bound(*network.landmarks(), ends.source, ends.target));
}

Found find_way(OpenNetwork& network, const Ends& ends, std::string_view method) {
  if (method == "auto") method = network.landmarks() ? "landmarks" : "bidirectional";
  if (method == "landmarks") return search_by_landmarks(network, ends);
  if (method == "bidirectional") return search_from_both_ends(network, ends);
  if (method == "dijkstra") {
    return search_forwards(network, ends, [](GraphNode) { return 0.0; });
  }
  pg::raise(Status(Code::kInvalidArgument, "unknown method " + core::quoted(method))
                .with_hint("Use auto, dijkstra, bidirectional or landmarks."));
}

double cost_of(const Graph& graph, const GraphPath& path, std::size_t step) {
  for (const core::network::Arc& arc : graph.out.of(path.nodes[step])) {
    if (arc.edge == path.edges[step] && arc.node == path.nodes[step + 1]) return arc.cost;
  }
  return 0;  // not reached: the path is one of the graph
}

// Calls row(step, node, edge, cost, total) for each node of a path; the last has no edge.
template <class Row>
void put_path(const Graph& graph, const GraphPath& path, Row&& row) {
  double total = 0;
  for (std::size_t i = 0; i < path.nodes.size(); ++i) {
    const Datum step = Int32GetDatum(static_cast<std::int32_t>(i));
    const Datum node = Int64GetDatum(graph.node_ids[path.nodes[i]]);
    std::optional<Datum> edge, cost;
    const double so_far = total;
    if (i < path.edges.size()) {
      edge = Int64GetDatum(graph.edge_ids[path.edges[i]]);
      const double arc_cost = cost_of(graph, path, i);
      cost = Float8GetDatum(arc_cost);
      total += arc_cost;
    }
    row(step, node, edge, cost, Float8GetDatum(so_far));
  }
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_create_network) {
  const pg::Arguments arguments(fcinfo);
  constexpr const char* kNames[] = {"name", "query", "directed", "landmarks", "replace"};
  for (int i = 0; i < 5; ++i) arguments.require(i, kNames[i]);
  store::NetworkRequest request{.name = arguments.text(0),
                                .query = arguments.text(1),
                                .direction = arguments.boolean(2)
                                                 ? core::network::Direction::kDirected
                                                 : core::network::Direction::kUndirected,
                                .landmarks = arguments.int4(3),
                                .replaces = arguments.boolean(4),
                                .tenant = std::nullopt};
  if (!arguments.is_null(5)) request.tenant = arguments.text(5);
  const store::NetworkSize size = store::create_network(request);
  const std::optional<Datum> row[] = {Int64GetDatum(size.nodes), Int64GetDatum(size.edges),
                                      Int32GetDatum(size.landmarks), Int64GetDatum(size.bytes)};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_delete_network) {
  store::delete_network(pg::Arguments(fcinfo).text(0));
  PG_RETURN_VOID();
}

HARTONOMOUS_FUNCTION(hartonomous_shortest_path) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  const auto network = serve::open_network(arguments.text(0));
  const Ends between = ends(network->graph(), arguments);
  if (!between.are_there()) return out.done();
  const Found found = find_way(*network, between, arguments.text(3));
  if (found.reached) {
    put_path(network->graph(), found.path, [&](auto... values) { out.row(values...); });
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_path_cost) {
  const pg::Arguments arguments(fcinfo);
  const auto network = serve::open_network(arguments.text(0));
  const Ends between = ends(network->graph(), arguments);
  Found found;
  if (between.are_there()) found = find_way(*network, between, arguments.text(3));
  std::optional<Datum> row[3];
  if (found.reached) {
    row[0] = Float8GetDatum(found.path.cost);
    row[1] = Int32GetDatum(static_cast<std::int32_t>(found.path.edges.size()));
  }
  row[2] = Int64GetDatum(static_cast<std::int64_t>(found.expanded));
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_k_shortest_paths) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  const auto network = serve::open_network(arguments.text(0));
  const Graph& graph = network->graph();
  const Ends between = ends(graph, arguments);
  if (arguments.int4(3) < 0) pg::raise({Code::kInvalidArgument, "k must not be negative"});
  if (!between.are_there()) return out.done();
  pg::PollCheckpoint checkpoint;
  const auto paths = pg::check(core::network::k_shortest_paths(
      graph, between.source, between.target, static_cast<std::size_t>(arguments.int4(3)), budget(),
      checkpoint));
  std::int32_t number = 0;
  for (const GraphPath& path : paths) {
    ++number;
    put_path(graph, path, [&](auto... values) { out.row(Int32GetDatum(number), values...); });
    pg::poll();
  }
  return out.done();
}

namespace {

std::size_t most_nodes(const pg::Arguments& arguments, int i) {
  if (arguments.is_null(i)) return SIZE_MAX;
  if (arguments.int8(i) < 0) pg::raise({Code::kInvalidArgument, "max_nodes must not be negative"});
  return static_cast<std::size_t>(arguments.int8(i));
}

void put_reached(pg::ResultSet& out, const Graph& graph,
                 std::span<const core::network::Reached> reached) {
  for (const core::network::Reached& node : reached) {
    out.row(Int64GetDatum(graph.node_ids[node.node]),
            Int32GetDatum(static_cast<std::int32_t>(node.hops)), Float8GetDatum(node.cost));
  }
}

// Arguments 0 and 1 are the network and the source, 3 is max_nodes, 4 is reverse; the rest is
// find(arcs, nodes, source, most, space, checkpoint).
template <class Find>
Datum nodes_around(FunctionCallInfo fcinfo, Find&& find) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  for (const int i : {0, 1, 2, 4}) {
    if (arguments.is_null(i)) return out.done();
  }
  const auto network = serve::open_network(arguments.text(0));
  const Graph& graph = network->graph();
  const GraphNode source = graph.find(arguments.int8(1));
  const std::size_t most = most_nodes(arguments, 3);
  if (source == kNoNode || most == 0) return out.done();
  pg::PollCheckpoint checkpoint;
  put_reached(out, graph,
              pg::check(find(arguments.boolean(4) ? graph.in : graph.out, graph.nodes(), source,
                             most, network->spaces().forward, checkpoint)));
  return out.done();
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_nodes_within_cost) {
  return nodes_around(fcinfo, [&](const auto& arcs, GraphNode nodes, GraphNode source,
                                  std::size_t most, auto& space, auto& checkpoint) {
    const double max_cost = DatumGetFloat8(pg::Arguments(fcinfo).datum(2));
    return core::network::nearest(arcs, nodes, source, max_cost, most, budget(), space, checkpoint);
  });
}

HARTONOMOUS_FUNCTION(hartonomous_nodes_within_hops) {
  return nodes_around(fcinfo, [&](const auto& arcs, GraphNode nodes, GraphNode source,
                                  std::size_t most, auto& space, auto& checkpoint) {
    const std::int32_t hops = std::max(pg::Arguments(fcinfo).int4(2), 0);
    return core::network::within_hops(arcs, nodes, source, static_cast<std::uint32_t>(hops), most,
                                      budget(), space, checkpoint);
  });
}
