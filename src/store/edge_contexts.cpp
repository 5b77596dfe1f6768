// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_contexts.hpp"

#include <limits>

#include "pg/bulk_writer.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"

namespace hartonomous::store {

namespace {

constexpr std::size_t kRowsPerPoll = 1000;
constexpr int kContextId = 0, kSuffixContextId = 1, kWordId = 2;
constexpr char kByKey[] = "edge_context_suffix_context_id_word_id_key";

std::optional<std::int64_t> found_by(pg::IndexProbe& probe, const ContextKey& key) {
  probe.find({Int64GetDatum(key.suffix), Int64GetDatum(key.word)});
  if (!probe.next()) return std::nullopt;
  return DatumGetInt64(probe.value(kContextId));
}

// Takes `count` numbers from the sequence. The lock on the table keeps others away from it.
std::int64_t reserve_ids(std::size_t count) {
  static pg::Statement next("SELECT nextval('hartonomous.edge_context_id_seq')");
  static pg::Statement advance("SELECT setval('hartonomous.edge_context_id_seq', $1)");
  pg::Spi spi;
  const std::int64_t first = spi.execute(next).int8(0, 0);
  spi.execute(advance, pg::Parameters().int8(first + static_cast<std::int64_t>(count) - 1));
  return first;
}

}  // namespace

ContextWriter::ContextWriter() {
  pg::lock_table("hartonomous", "edge_context", ShareRowExclusiveLock);
  const Oid table = pg::relation_oid("hartonomous", "edge_context");
  was_empty_ = pg::call([&] {
    const Relation relation = table_open(table, NoLock);
    const bool empty = RelationGetNumberOfBlocks(relation) == 0;
    table_close(relation, NoLock);
    return empty;
  });
  first_new_ = std::numeric_limits<std::int64_t>::max();
  if (!was_empty_) probe_.emplace("edge_context", kByKey, pg::IndexProbe::Sees::kLatest);
}

std::optional<std::int64_t> ContextWriter::find(const ContextKey& key) {
  if (was_empty_ || is_new(key.suffix)) return std::nullopt;
  return found_by(*probe_, key);
}

std::vector<std::int64_t> ContextWriter::store(std::span<const ContextKey> keys,
                                               std::int32_t length, core::Checkpoint& checkpoint) {
  std::vector<std::int64_t> ids(keys.size());
  std::size_t missing = 0;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    ids[i] = find(keys[i]).value_or(kEmptyContext);
    missing += ids[i] == kEmptyContext;
    if (i % kRowsPerPoll == 0) checkpoint.reached(0);
  }
  if (missing == 0) return ids;
  std::int64_t next = reserve_ids(missing);
  first_new_ = std::min(first_new_, next);
  pg::BulkWriter rows(pg::relation_oid("hartonomous", "edge_context"));
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (ids[i] != kEmptyContext) continue;
    ids[i] = next++;
    const Datum row[] = {Int64GetDatum(ids[i]), Int64GetDatum(keys[i].suffix),
                         Int64GetDatum(keys[i].word), Int32GetDatum(length)};
    rows.add(row);
    if (i % kRowsPerPoll == 0) checkpoint.reached(0);
  }
  rows.finish();
  pg::call([] { CommandCounterIncrement(); });
  return ids;
}

ContextReader::ContextReader(pg::IndexProbe::Sees sees)
    : sees_(sees), by_key_("edge_context", kByKey, sees) {}

std::optional<std::int64_t> ContextReader::find(const ContextKey& key) {
  return found_by(by_key_, key);
}

ContextKey ContextReader::key_of(std::int64_t context) {
  if (!by_id_) by_id_.emplace("edge_context", "edge_context_pkey", sees_);
  by_id_->find({Int64GetDatum(context)});
  if (!by_id_->next()) {
    pg::raise({core::Code::kCorrupt, "context " + std::to_string(context) + " does not exist"});
  }
  return {DatumGetInt64(by_id_->value(kSuffixContextId)), DatumGetInt64(by_id_->value(kWordId))};
}

}  // namespace hartonomous::store
