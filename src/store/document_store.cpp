// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/document_store.hpp"

#include "core/hash/sha256.hpp"
#include "core/text/document_builder.hpp"
#include "core/text/expansion.hpp"
#include "pg/spi.hpp"
#include "store/atom_reader.hpp"
#include "store/atom_writer.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using pg::Parameters;

constexpr std::uint64_t kMaxText = MaxAllocSize - VARHDRSZ;

Status no_such_document(std::int64_t document_id) {
  return {Code::kNotFound, "document " + std::to_string(document_id) + " does not exist"};
}

// What was built must be what came in: the one promise that no test can make for every text.
Status check_lossless(const core::text::AtomGraph& graph, core::text::NodeIndex root,
                      std::string_view content, core::Checkpoint& checkpoint) {
  std::vector<char> again(content.size());
  const Status expanded = core::text::expand(graph.view(), root, again, checkpoint);
  if (expanded.is_ok() && std::memcmp(again.data(), content.data(), content.size()) == 0) {
    return Status::ok();
  }
  return {Code::kCorrupt, "text does not survive atomizing"};
}

core::hash::Sha256Digest sha256_of(std::string_view content, core::Checkpoint& checkpoint) {
  constexpr std::size_t kPiece = 1 << 20;
  core::hash::Sha256 hasher;
  for (std::size_t at = 0; at < content.size(); at += kPiece) {
    hasher.update(core::as_bytes(content.substr(at, kPiece)));
    checkpoint.reached(0);
  }
  return hasher.finish();
}

Datum text_of(const LoadedDag& dag, std::uint64_t length, core::Checkpoint& checkpoint) {
  auto* out = pg::call([&] { return static_cast<text*>(palloc(VARHDRSZ + length)); });
  SET_VARSIZE(out, VARHDRSZ + length);
  pg::check(core::text::expand(dag.view(), 0, {VARDATA(out), length}, checkpoint));
  return PointerGetDatum(out);
}

}  // namespace

std::int64_t ingest_text(std::string_view content, std::string_view title) {
  pg::PollCheckpoint checkpoint;
  core::text::AtomGraph graph;
  auto builder = pg::check(core::text::DocumentBuilder::open(graph));
  pg::check(builder.append(content, checkpoint));
  const core::text::NodeIndex root = builder.finish();
  pg::check(check_lossless(graph, root, content, checkpoint));
  const core::hash::Sha256Digest digest = sha256_of(content, checkpoint);
  const StoredAtoms atoms = store_atoms(graph, checkpoint);

  static pg::Statement insert(
      "INSERT INTO hartonomous.document (atom_id, title, byte_length, sha256, segmentation) "
      "VALUES ($1, $2, $3, $4, $5) RETURNING document_id");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(insert, Parameters()
                                                .int8(atoms.ids[root])
                                                .text(title)
                                                .int8(static_cast<std::int64_t>(content.size()))
                                                .bytea(digest)
                                                .text(core::text::segmentation()));
  return rows.int8(0, 0);
}

Datum document_text(std::int64_t document_id) {
  std::int64_t atom_id = 0, length = 0;
  {
    static pg::Statement find(
        "SELECT atom_id, byte_length FROM hartonomous.document WHERE document_id = $1");
    pg::Spi spi;
    const pg::Rows rows = spi.query(find, Parameters().int8(document_id));
    if (rows.count() == 0) pg::raise(no_such_document(document_id));
    atom_id = rows.int8(0, 0);
    length = rows.int8(0, 1);
  }
  pg::PollCheckpoint checkpoint;
  const LoadedDag dag = load_dag(atom_id, static_cast<std::size_t>(length) / 2, checkpoint);
  return text_of(dag, static_cast<std::uint64_t>(length), checkpoint);
}

Datum atom_text(std::int64_t atom_id) {
  pg::PollCheckpoint checkpoint;
  const LoadedDag dag = load_dag(atom_id, 0, checkpoint);
  const std::uint64_t length =
      pg::check(core::text::expanded_length(dag.view(), 0, kMaxText, checkpoint));
  return text_of(dag, length, checkpoint);
}

void delete_document(std::int64_t document_id) {
  static pg::Statement remove("DELETE FROM hartonomous.document WHERE document_id = $1");
  pg::Spi spi;
  if (spi.execute(remove, Parameters().int8(document_id)).count() == 0) {
    pg::raise(no_such_document(document_id));
  }
}

}  // namespace hartonomous::store
