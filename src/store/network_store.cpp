// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/network_store.hpp"

#include <algorithm>

#include "core/network/landmarks.hpp"
#include "pg/cursor.hpp"
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/settings.hpp"
#include "pg/spi.hpp"
#include "store/row_hash.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::network::Direction;
using core::network::Edge;
using pg::Parameters;

constexpr std::size_t kRowsPerFetch = 10'000;
constexpr std::int32_t kMostLandmarks = 256;
constexpr const char* kColumns =
    "The query gives id, source, target and cost: three integers and a number.";

void check_request(const NetworkRequest& request) {
  constexpr std::size_t kMostBytes = 255;
  if (request.name.empty() || request.name.size() > kMostBytes) {
    pg::raise(
        Status(Code::kInvalidArgument, core::quoted(request.name) + " cannot be a network's name")
            .with_detail("A name has 1 to 255 bytes."));
  }
  if (request.landmarks < 0 || request.landmarks > kMostLandmarks) {
    pg::raise(
        {Code::kInvalidArgument, "landmarks must be from 0 to " + std::to_string(kMostLandmarks)});
  }
}

// What the session may take, in bytes.
std::uint64_t memory_limit() {
  return static_cast<std::uint64_t>(pg::settings.session_memory) << 10;
}

void check_memory(std::uint64_t bytes) {
  if (bytes <= memory_limit()) return;
  pg::raise(Status(Code::kOutOfMemory, "the network does not fit into a session's memory")
                .with_detail("It takes more than " + std::to_string(memory_limit() >> 10) + " kB.")
                .with_hint("Raise hartonomous.session_memory, or leave edges or landmarks out."));
}

void check_columns(const pg::Cursor& cursor) {
  const bool fits = cursor.columns() == 4 && cursor.is_integer(0) && cursor.is_integer(1) &&
                    cursor.is_integer(2) && cursor.is_number(3);
  if (!fits) {
    pg::raise(Status(Code::kInvalidArgument, "the query's columns do not describe edges")
                  .with_hint(kColumns));
  }
}

std::vector<Edge> read_edges(pg::Cursor& cursor, Direction direction,
                             core::Checkpoint& checkpoint) {
  const std::uint64_t bytes_an_edge = direction == Direction::kDirected ? 72 : 104;
  std::vector<Edge> edges;
  while (const std::size_t rows = cursor.fetch(kRowsPerFetch)) {
    check_memory((edges.size() + rows) * bytes_an_edge);
    for (std::size_t i = 0; i < rows; ++i) {
      for (int column = 0; column < 4; ++column) {
        if (!cursor.is_null(i, column)) continue;
        pg::raise(Status(Code::kInvalidArgument, "an edge has a NULL").with_hint(kColumns));
      }
      edges.push_back(
          {cursor.int8(i, 0), cursor.int8(i, 1), cursor.int8(i, 2), cursor.float8(i, 3)});
    }
    checkpoint.reached(rows * sizeof(Edge));
  }
  return edges;
}

// A graph with its landmarks, as they will be stored.
struct Images {
  std::vector<std::byte> graph, landmarks;
  NetworkSize size;
};

Images build(const NetworkRequest& request, std::vector<Edge> edges, core::Checkpoint& checkpoint) {
  Images images;
  images.graph = pg::check(core::network::build_graph(edges, request.direction, checkpoint));
  edges = {};
  const auto graph = pg::check(core::network::open_graph(images.graph));
  const auto landmarks = static_cast<std::uint32_t>(
      std::min<std::uint64_t>(graph.nodes(), static_cast<std::uint64_t>(request.landmarks)));
  if (landmarks > 0) {
    check_memory(images.graph.size() + 8ULL * graph.nodes() * landmarks);
    images.landmarks = core::network::build_landmarks(graph, landmarks, checkpoint);
  }
  images.size = {graph.nodes(), graph.edges(), static_cast<std::int32_t>(landmarks),
                 static_cast<std::int64_t>(images.graph.size() + images.landmarks.size())};
  return images;
}

StoredTensor write_bytes(TensorWriter& writer, core::Bytes bytes, core::Checkpoint& checkpoint) {
  constexpr std::size_t kPiece = 1 << 20;
  writer.begin(core::tensor::DType::kU8, {bytes.size()});
  while (!bytes.empty()) {
    const core::Bytes piece = bytes.first(std::min(kPiece, bytes.size()));
    writer.add(piece);
    bytes = bytes.subspan(piece.size());
    checkpoint.reached(0);
  }
  return writer.end();
}

// How many bytes the network of that name had that this one takes the place of; nothing if the name
// is taken.
std::optional<std::int64_t> put_row(const NetworkRequest& request, std::int64_t tenant,
                                    std::string_view author, const NetworkSize& size,
                                    std::int64_t graph, std::optional<std::int64_t> landmarks) {
  static pg::Statement remove(
      "DELETE FROM hartonomous.network WHERE tenant_id = $1 AND name = $2 RETURNING byte_length");
  static pg::Statement insert(
      "INSERT INTO hartonomous.network (tenant_id, name, is_directed, nodes, edges, landmarks, "
      "byte_length, tensor_id, landmark_tensor_id, created_by) VALUES "
      "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::name) ON CONFLICT (tenant_id, name) DO NOTHING");
  pg::Spi spi;
  std::int64_t replaced = 0;
  if (request.replaces) {
    const pg::Rows old = spi.execute(remove, Parameters().int8(tenant).text(request.name));
    if (old.count() == 1) replaced = old.int8(0, 0);
  }
  const pg::Rows inserted =
      spi.execute(insert, Parameters()
                              .int8(tenant)
                              .text(request.name)
                              .boolean(request.direction == Direction::kDirected)
                              .int8(size.nodes)
                              .int8(size.edges)
                              .int4(size.landmarks)
                              .int8(size.bytes)
                              .int8(graph)
                              .int8(landmarks)
                              .text(author));
  if (inserted.count() == 0) return std::nullopt;
  return replaced;
}

[[noreturn]] void name_is_taken(std::string_view name) {
  pg::raise(Status(Code::kInvalidArgument, "network " + core::quoted(name) + " exists already")
                .with_hint("Give replace => true to make it anew."));
}

void require_new_name(const NetworkRequest& request, std::int64_t tenant) {
  static pg::Statement find("SELECT FROM hartonomous.network WHERE tenant_id = $1 AND name = $2");
  if (request.replaces) return;
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(tenant).text(request.name));
  if (rows.count() != 0) name_is_taken(request.name);
}

struct NetworkRow {
  std::int64_t network_id;
  std::int64_t graph;
  std::optional<std::int64_t> landmarks;
};

NetworkRow find_row(std::string_view name) {
  static pg::Statement find(
      "SELECT network_id, tensor_id, landmark_tensor_id FROM hartonomous.network "
      "WHERE name = $1 LIMIT 2");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().text(name));
  if (rows.count() == 0) {
    pg::raise(Status(Code::kNotFound, "network " + core::quoted(name) + " does not exist")
                  .with_hint("SELECT name FROM hartonomous.network lists those you may see."));
  }
  if (rows.count() > 1) {
    pg::raise(Status(Code::kInvalidArgument, "network name " + core::quoted(name) + " is ambiguous")
                  .with_detail("More than one of your tenants has a network of that name.")
                  .with_hint("Use a role that is a member of one of them."));
  }
  NetworkRow row{rows.int8(0, 0), rows.int8(0, 1), std::nullopt};
  if (!rows.is_null(0, 2)) row.landmarks = rows.int8(0, 2);
  return row;
}

// REQUIRES: owner's rights.
StoredTensor tensor_of(std::int64_t tensor_id) {
  static pg::Statement find(
      "SELECT tensor_hash, byte_length FROM hartonomous.tensor WHERE tensor_id = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(tensor_id));
  if (rows.count() == 0) {
    pg::raise({Code::kCorrupt, "tensor " + std::to_string(tensor_id) + " is missing"});
  }
  return {tensor_id, hash_at(rows, 0, 0), static_cast<std::uint64_t>(rows.int8(0, 1))};
}

}  // namespace

NetworkSize create_network(const NetworkRequest& request) {
  check_request(request);
  const std::int64_t tenant = resolve_tenant(request.tenant);
  require_new_name(request, tenant);
  const std::string author = pg::current_user_name();
  Images images;
  {
    pg::Cursor cursor(request.query);
    check_columns(cursor);
    pg::JobProgress progress("create_network", request.name, tenant, cursor.estimated_bytes());
    images = build(request, read_edges(cursor, request.direction, progress), progress);
  }
  check_quota(tenant, static_cast<std::uint64_t>(images.size.bytes));
  pg::PollCheckpoint checkpoint;
  const pg::OwnerRights rights;
  TensorWriter writer;
  const StoredTensor graph = write_bytes(writer, images.graph, checkpoint);
  std::optional<std::int64_t> landmarks;
  if (!images.landmarks.empty()) {
    landmarks = write_bytes(writer, images.landmarks, checkpoint).tensor_id;
  }
  writer.finish();
  const auto replaced = put_row(request, tenant, author, images.size, graph.tensor_id, landmarks);
  if (!replaced) name_is_taken(request.name);
  refund(tenant, static_cast<std::uint64_t>(*replaced));
  charge(tenant, static_cast<std::uint64_t>(images.size.bytes));
  return images.size;
}

void delete_network(std::string_view name) {
  static pg::Statement remove(
      "DELETE FROM hartonomous.network WHERE network_id = $1 RETURNING tenant_id, byte_length");
  const std::int64_t network_id = find_row(name).network_id;
  const pg::OwnerRights rights;
  pg::Spi spi;
  const pg::Rows gone = spi.execute(remove, Parameters().int8(network_id));
  if (gone.count() == 0) return;  // somebody deleted it meanwhile
  refund(gone.int8(0, 0), static_cast<std::uint64_t>(gone.int8(0, 1)));
}

NetworkKey find_network(std::string_view name) {
  const NetworkRow row = find_row(name);
  const pg::OwnerRights rights;
  NetworkKey key{tensor_of(row.graph), std::nullopt};
  if (row.landmarks) key.landmarks = tensor_of(*row.landmarks);
  return key;
}

}  // namespace hartonomous::store
