// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Networks: graphs made from a user's query, kept as tensors of bytes.
#pragma once

#include <optional>
#include <string_view>

#include "core/network/graph.hpp"
#include "store/tensor_writer.hpp"

namespace hartonomous::store {

struct NetworkRequest {
  std::string_view name;
  std::string_view query;  // of four columns: id, source, target, cost
  core::network::Direction direction;
  std::int32_t landmarks;
  bool replaces;  // one of that name
  std::optional<std::string_view> tenant;
};

struct NetworkSize {
  std::int64_t nodes, edges;
  std::int32_t landmarks;
  std::int64_t bytes;
};

// Runs the query with the caller's rights. Memory: 72 bytes an edge, 104 if undirected, and 8 a
// node and landmark. kOutOfMemory over hartonomous.session_memory; kInvalidArgument for another
// number or type of columns, a NULL, a cost that is none, or a name that is taken. REQUIRES: called
// as the caller.
NetworkSize create_network(const NetworkRequest& request);

// Its bytes go back to the quota at once; the tensors stay until garbage is collected. kNotFound if
// the caller sees none of that name. REQUIRES: called as the caller.
void delete_network(std::string_view name);

// Where a network's arrays are.
struct NetworkKey {
  StoredTensor graph;
  std::optional<StoredTensor> landmarks;
};
// As the caller sees it; errors as delete_network().
NetworkKey find_network(std::string_view name);

}  // namespace hartonomous::store
