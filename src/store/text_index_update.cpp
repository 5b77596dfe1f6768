// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which documents are in the index is one number: all up to it. That holds because numbers come
// from a sequence that is asked while the ingest holds its lock on hartonomous.document: once all
// who hold that lock now have ended, no number drawn so far can still turn up.
#include <unordered_map>

#include "core/text/inversion.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "store/atom_reader.hpp"
#include "store/text_index.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::text::Inversion;
using core::text::NodeIndex;
using pg::Parameters;

constexpr std::uint64_t kBytesPerForest = 16 << 20;  // bounds memory: about ten times as much
constexpr std::size_t kChunkBytes = 1 << 20;
constexpr std::size_t kRowsPerInsert = 4096;

struct Document {
  std::int64_t document_id, atom_id;
  std::uint64_t byte_length;
};

std::int64_t last_indexed() {
  static pg::Statement last(
      "SELECT coalesce(max(last_document_id), 0) FROM hartonomous.text_index_batch");
  pg::Spi spi;
  return spi.execute(last).int8(0, 0);
}

// The highest document_id drawn so far, when all transactions that may have drawn it have ended.
std::int64_t settled_document_id() {
  static pg::Statement drawn("SELECT last_value FROM hartonomous.document_document_id_seq");
  std::int64_t last = 0;
  {
    pg::Spi spi;
    last = spi.execute(drawn).int8(0, 0);
  }
  const Oid table = pg::relation_oid("hartonomous", "document");
  pg::call([&] {
    LOCKTAG tag;
    SET_LOCKTAG_RELATION(tag, MyDatabaseId, table);
    WaitForLockers(tag, ShareLock, false);
  });
  return last;
}

// The next documents that make a forest, at least one if there is any.
std::vector<Document> next_forest(std::int64_t after, std::int64_t last) {
  static pg::Statement page(
      "SELECT document_id, atom_id, byte_length FROM hartonomous.document "
      "WHERE document_id > $1 AND document_id <= $2 ORDER BY document_id LIMIT 10000");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(page, Parameters().int8(after).int8(last));
  std::vector<Document> forest;
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < rows.count() && bytes < kBytesPerForest; ++i) {
    forest.push_back(
        {rows.int8(i, 0), rows.int8(i, 1), static_cast<std::uint64_t>(rows.int8(i, 2))});
    bytes += forest.back().byte_length;
  }
  return forest;
}

// Which nodes are not in the index yet. What is in it is a root or stands in something.
std::vector<bool> new_nodes(const LoadedDag& dag, core::Checkpoint& checkpoint) {
  static pg::Statement known(
      "SELECT child_id FROM hartonomous.text_index_reference WHERE child_id = ANY ($1) "
      "UNION SELECT atom_id FROM hartonomous.text_index_root WHERE atom_id = ANY ($1)");
  std::unordered_map<std::int64_t, NodeIndex> node_of;
  for (NodeIndex node = 0; node < dag.ids.size(); ++node) node_of[dag.ids[node]] = node;
  std::vector<bool> is_new(dag.ids.size(), true);
  for (std::size_t at = 0; at < dag.ids.size(); at += kRowsPerInsert) {
    const std::size_t count = std::min(kRowsPerInsert, dag.ids.size() - at);
    pg::Spi spi;
    const pg::Rows rows =
        spi.execute(known, Parameters().int8s(std::span(dag.ids).subspan(at, count)));
    for (std::size_t i = 0; i < rows.count(); ++i) is_new[node_of.at(rows.int8(i, 0))] = false;
    checkpoint.reached(0);
  }
  return is_new;
}

std::int64_t add_batch(std::span<const Document> forest) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.text_index_batch (last_document_id, byte_length) VALUES ($1, $2) "
      "RETURNING batch");
  std::uint64_t bytes = 0;
  for (const Document& document : forest) bytes += document.byte_length;
  pg::Spi spi;
  return spi
      .execute(insert,
               Parameters().int8(forest.back().document_id).int8(static_cast<std::int64_t>(bytes)))
      .int8(0, 0);
}

void add_references(std::int64_t batch, const Inversion& inversion, const LoadedDag& dag,
                    core::Checkpoint& checkpoint) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.text_index_reference (child_id, batch, byte_length, postings) "
      "SELECT child, $1, bytes, postings "
      "FROM unnest($2, $3, $4) AS added (child, bytes, postings)");
  for (std::size_t at = 0; at < inversion.entries.size(); at += kRowsPerInsert) {
    std::vector<std::int64_t> children, lengths;
    std::vector<core::Bytes> postings;
    for (const Inversion::Entry& entry :
         std::span(inversion.entries)
             .subspan(at, std::min(kRowsPerInsert, inversion.entries.size() - at))) {
      children.push_back(dag.ids[entry.child]);
      lengths.push_back(static_cast<std::int64_t>(inversion.lengths[entry.child]));
      postings.push_back(core::as_bytes(entry.postings));
    }
    pg::Spi spi;
    spi.execute(insert, Parameters().int8(batch).int8s(children).int8s(lengths).byteas(postings));
    checkpoint.reached(0);
  }
}

void add_words(std::int64_t batch, const Inversion& inversion) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.text_index_word (batch, chunk, spellings, starts, atom_ids) "
      "VALUES ($1, $2, $3, $4, $5)");
  std::int32_t number = 0;
  for (const core::text::WordChunk& chunk : inversion.words) {
    pg::Spi spi;
    spi.execute(insert, Parameters()
                            .int8(batch)
                            .int4(number++)
                            .bytea(core::as_bytes(chunk.spellings))
                            .bytea(std::as_bytes(std::span(chunk.starts)))
                            .bytea(std::as_bytes(std::span(chunk.atoms))));
  }
}

void add_roots(std::span<const Document> forest) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.text_index_root SELECT unnest($1) ON CONFLICT DO NOTHING");
  std::vector<std::int64_t> roots;
  for (const Document& document : forest) roots.push_back(document.atom_id);
  pg::Spi spi;
  spi.execute(insert, Parameters().int8s(roots));
}

void index_forest(std::span<const Document> forest, core::Checkpoint& checkpoint) {
  std::vector<std::int64_t> roots;
  std::uint64_t bytes = 0;
  for (const Document& document : forest) {
    roots.push_back(document.atom_id);
    bytes += document.byte_length;
  }
  const LoadedDag dag = load_dags(roots, bytes / 2, checkpoint);
  const Inversion inversion = pg::check(
      core::text::invert(dag.view(), dag.ids, new_nodes(dag, checkpoint), kChunkBytes, checkpoint));
  const std::int64_t batch = add_batch(forest);
  add_references(batch, inversion, dag, checkpoint);
  add_words(batch, inversion);
  add_roots(forest);
}

}  // namespace

std::int64_t update_text_index(std::optional<std::int64_t> max_bytes) {
  if (max_bytes && *max_bytes < 0) {
    pg::raise({Code::kInvalidArgument, "max_bytes must not be negative"});
  }
  if (IsolationUsesXactSnapshot()) {
    pg::raise(core::Status{Code::kWrongState, "the text index needs a fresh snapshot"}.with_hint(
        "Call update_text_index in a transaction of READ COMMITTED."));
  }
  pg::PollCheckpoint checkpoint;
  const pg::OwnerRights rights;
  pg::lock_table("hartonomous", "text_index_batch", ShareRowExclusiveLock);
  const std::int64_t last = settled_document_id();
  std::uint64_t left = max_bytes ? static_cast<std::uint64_t>(*max_bytes) : ~std::uint64_t{0};
  std::int64_t done = 0, after = last_indexed();
  while (left > 0) {
    std::vector<Document> forest = next_forest(after, last);
    std::size_t count = 0;
    while (count < forest.size() && left > 0) {
      left -= std::min(left, std::max<std::uint64_t>(forest[count++].byte_length, 1));
    }
    if (count == 0) break;
    forest.resize(count);
    index_forest(forest, checkpoint);
    after = forest.back().document_id;
    done += static_cast<std::int64_t>(count);
  }
  return done;
}

void drop_text_index() {
  static pg::Statement empty(
      "TRUNCATE hartonomous.text_index_batch, hartonomous.text_index_reference, "
      "hartonomous.text_index_word, hartonomous.text_index_root");
  const pg::OwnerRights rights;
  pg::Spi spi;
  spi.execute(empty);
}

}  // namespace hartonomous::store
