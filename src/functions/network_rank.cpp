// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/72_network: what a network says of its nodes as a whole.
#include "core/network/components.hpp"
#include "core/network/rank.hpp"
#include "pg/result_set.hpp"
#include "pg/session.hpp"
#include "pg/settings.hpp"
#include "serve/open_network.hpp"

using namespace hartonomous;

namespace {

using core::Code;
using core::Status;
using core::network::Graph;
using GraphNode = core::network::Node;  // PostgreSQL has a Node of its own

core::network::WalkOptions walk_options(double damping, std::string_view weight) {
  core::network::WalkOptions options{.damping = damping};
  if (!(damping >= 0 && damping < 1)) {
    pg::raise({Code::kInvalidArgument, "damping must be at least 0 and below 1"});
  }
  if (weight == "cost") {
    options.weight = core::network::ArcWeight::kCost;
  } else if (weight == "likelihood") {
    options.weight = core::network::ArcWeight::kLikelihood;
  } else if (weight != "equal") {
    pg::raise(Status(Code::kInvalidArgument, "unknown weight " + core::quoted(weight))
                  .with_hint("Use equal, cost or likelihood."));
  }
  return options;
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_components) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  const auto network = serve::open_network(arguments.text(0));
  const Graph& graph = network->graph();
  pg::PollCheckpoint checkpoint;
  const std::vector<GraphNode> component = arguments.boolean(1)
                                               ? core::network::strong_components(graph, checkpoint)
                                               : core::network::weak_components(graph, checkpoint);
  for (GraphNode node = 0; node < graph.nodes(); ++node) {
    out.row(Int64GetDatum(graph.node_ids[node]), Int64GetDatum(graph.node_ids[component[node]]));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_page_rank) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  const auto options = walk_options(DatumGetFloat8(arguments.datum(1)), arguments.text(2));
  const double tolerance = DatumGetFloat8(arguments.datum(3));
  if (!(tolerance > 0)) pg::raise({Code::kInvalidArgument, "tolerance must be above 0"});
  if (arguments.int4(4) < 1) pg::raise({Code::kInvalidArgument, "max_iterations must be positive"});
  const auto network = serve::open_network(arguments.text(0));
  const Graph& graph = network->graph();
  pg::PollCheckpoint checkpoint;
  const auto ranks = core::network::page_rank(
      graph, options, tolerance, static_cast<std::uint32_t>(arguments.int4(4)), checkpoint);
  if (!ranks.converged) {
    pg::warning("page_rank stopped after " + std::to_string(ranks.iterations) + " iterations",
                "Raise max_iterations or tolerance.");
  }
  for (GraphNode node = 0; node < graph.nodes(); ++node) {
    out.row(Int64GetDatum(graph.node_ids[node]), Float8GetDatum(ranks.scores[node]));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_personalized_page_rank) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  const auto options = walk_options(DatumGetFloat8(arguments.datum(2)), arguments.text(3));
  const double epsilon = DatumGetFloat8(arguments.datum(4));
  if (!(epsilon > 0)) pg::raise({Code::kInvalidArgument, "epsilon must be above 0"});
  const auto network = serve::open_network(arguments.text(0));
  const Graph& graph = network->graph();
  std::vector<GraphNode> seeds;
  for (const std::int64_t id : pg::int8_array(arguments.datum(1))) {
    if (const GraphNode node = graph.find(id); node != core::network::kNoNode)
      seeds.push_back(node);
  }
  if (seeds.empty()) return out.done();
  pg::PollCheckpoint checkpoint;
  const core::network::SearchBudget budget{
      static_cast<std::uint64_t>(pg::settings.max_expanded_nodes)};
  const auto scores = pg::check(
      core::network::personalized_page_rank(graph, seeds, options, epsilon, budget, checkpoint));
  for (const core::network::Score& score : scores) {
    out.row(Int64GetDatum(graph.node_ids[score.node]), Float8GetDatum(score.score));
  }
  return out.done();
}
