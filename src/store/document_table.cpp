// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/document_table.hpp"

#include <algorithm>

#include "core/base/cursor.hpp"
#include "core/base/interruptible_sort.hpp"
#include "core/text/segmenter.hpp"
#include "pg/relation.hpp"
#include "store/hash_lookup.hpp"
#include "store/ordered_insert.hpp"

namespace hartonomous::store {

namespace {

// Positions of the columns, from 0.
enum Column : int {
  kDocumentId,
  kTenantId,
  kAtom,
  kTitle,
  kByteLength,
  kSha256,
  kSegmentation,
  kCreatedBy,
  kCreatedAt,
  kVocabularyId,
  kColumns,
};

Datum varlena_datum(const void* data, std::size_t size) {
  auto* value = static_cast<bytea*>(palloc(VARHDRSZ + size));
  SET_VARSIZE(value, VARHDRSZ + size);
  if (size > 0) std::memcpy(VARDATA(value), data, size);
  return PointerGetDatum(value);
}

std::string_view stored_text(TupleTableSlot* slot, Column column) {
  bool is_null;
  const Datum value = slot_getattr(slot, column + 1, &is_null);
  const auto* packed = pg_detoast_datum_packed(reinterpret_cast<struct varlena*>(value));
  return {VARDATA_ANY(packed), VARSIZE_ANY_EXHDR(packed)};
}

std::int64_t stored_int8(TupleTableSlot* slot, Column column) {
  bool is_null;
  return DatumGetInt64(slot_getattr(slot, column + 1, &is_null));
}

// A document of a vocabulary's tokens is the same text and other atoms.
bool is_of_characters(TupleTableSlot* slot) {
  bool is_null;
  slot_getattr(slot, kVocabularyId + 1, &is_null);
  return is_null;
}

// What all rows of one call have in common.
struct Constants {
  std::int64_t tenant;
  Datum segmentation, author, now;
};

struct RowFill {
  std::span<const TextRow> rows;
  std::span<const std::int64_t> ids;
  const Constants& constants;

  void operator()(TupleTableSlot* slot, std::uint32_t row, unsigned wanted) const {
    const TextRow& text = rows[row];
    const auto wants = [&](Column column) { return (wanted >> column & 1) != 0; };
    ExecClearTuple(slot);
    std::fill_n(slot->tts_isnull, kColumns, false);
    Datum* values = slot->tts_values;
    values[kDocumentId] = Int64GetDatum(ids[row]);
    values[kTenantId] = Int64GetDatum(constants.tenant);
    values[kAtom] = Int64GetDatum(text.atom_id);
    values[kByteLength] = Int64GetDatum(static_cast<std::int64_t>(text.content.size()));
    values[kSegmentation] = constants.segmentation;
    values[kCreatedBy] = constants.author;
    values[kCreatedAt] = constants.now;
    slot->tts_isnull[kVocabularyId] = true;
    slot->tts_isnull[kTitle] = !wants(kTitle);
    if (wants(kTitle)) values[kTitle] = varlena_datum(text.title.data(), text.title.size());
    slot->tts_isnull[kSha256] = !wants(kSha256);
    if (wants(kSha256)) values[kSha256] = varlena_datum(text.sha256.data(), text.sha256.size());
    ExecStoreVirtualTuple(slot);
  }
};

std::vector<std::int64_t> new_ids(Relation table, MemoryContext context,
                                  std::span<const std::uint32_t> added, std::size_t rows,
                                  core::Checkpoint& checkpoint) {
  const Oid sequence = pg::call(
      [&] { return get_relname_relid("document_document_id_seq", RelationGetNamespace(table)); });
  std::vector<std::int64_t> ids(rows);
  in_batches(context, added, checkpoint, [&](std::span<const std::uint32_t> batch, std::size_t) {
    for (const std::uint32_t row : batch) ids[row] = nextval_internal(sequence, false);
  });
  return ids;
}

// `added` in the order that suits an index on document.
std::vector<std::uint32_t> in_index_order(Relation index, std::span<const TextRow> rows,
                                          std::span<const std::uint32_t> added,
                                          const RowsByText& by_text) {
  const int2vector& keys = index->rd_index->indkey;
  if (keys.dim1 == 2 && keys.values[1] == kSha256 + 1) {
    std::vector<std::uint32_t> order;
    std::ranges::copy_if(by_text.order, std::back_inserter(order),
                         [&](std::uint32_t row) { return !rows[row].is_stored; });
    return order;
  }
  std::vector<std::uint32_t> order(added.begin(), added.end());
  if (keys.values[0] == kAtom + 1) {
    std::vector<std::pair<std::int64_t, std::uint32_t>> keyed;
    keyed.reserve(added.size());
    for (const std::uint32_t row : added) keyed.emplace_back(rows[row].atom_id, row);
    std::ranges::sort(keyed);
    std::ranges::transform(keyed, order.begin(), [](const auto& k) { return k.second; });
  }
  return order;
}

}  // namespace

RowsByText rows_by_text(std::span<const TextRow> rows, core::Checkpoint& checkpoint) {
  struct Keyed {
    std::uint64_t prefix;
    std::uint32_t row;
  };
  std::vector<Keyed> keyed(rows.size());
  for (std::uint32_t i = 0; i < keyed.size(); ++i) {
    const auto first = core::load_little_endian<std::uint64_t>(rows[i].sha256.data());
    keyed[i] = {__builtin_bswap64(first), i};
  }
  const auto compare = [&](const Keyed& a, const Keyed& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix ? -1 : 1;
    return std::memcmp(rows[a.row].sha256.data(), rows[b.row].sha256.data(), kHashBytes);
  };
  const auto less = [&](const Keyed& a, const Keyed& b) {
    const int order = compare(a, b);
    return order != 0 ? order < 0 : a.row < b.row;
  };
  core::interruptible_sort(keyed, less, checkpoint);
  RowsByText by_text;
  by_text.order.reserve(keyed.size());
  for (std::size_t i = 0; i < keyed.size(); ++i) {
    if (i == 0 || compare(keyed[i - 1], keyed[i]) != 0) {
      by_text.begins.push_back(static_cast<std::uint32_t>(i));
    }
    by_text.order.push_back(keyed[i].row);
  }
  by_text.begins.push_back(static_cast<std::uint32_t>(keyed.size()));
  return by_text;
}

void find_documents(std::int64_t tenant, std::span<TextRow> rows, const RowsByText& by_text,
                    core::Checkpoint& checkpoint) {
  // Copied in order, so that comparing with the index runs through memory.
  std::vector<core::hash::Sha256Digest> digests(by_text.texts());
  std::vector<HashProbe> probes(by_text.texts());
  for (std::uint32_t text = 0; text < probes.size(); ++text) {
    digests[text] = rows[by_text.order[by_text.begins[text]]].sha256;
    probes[text] = {digests[text].data(), text};
  }
  HashIndex by_sha256{nullptr, nullptr, tenant};
  const Oid table = pg::relation_oid("hartonomous", "document");
  const Oid index = pg::relation_oid("hartonomous", "document_tenant_id_sha256_idx");
  const Snapshot snapshot = pg::call([&] {
    by_sha256.table = table_open(table, AccessShareLock);
    by_sha256.index = index_open(index, AccessShareLock);
    return RegisterSnapshot(GetLatestSnapshot());
  });
  std::vector<RowPointer> found = look_up(by_sha256, probes, snapshot, checkpoint);
  in_heap_order(found);
  const std::string rules = core::text::segmentation();
  visit_rows(by_sha256.table, found, snapshot, checkpoint,
             [&](std::uint32_t text, TupleTableSlot* slot) {
               if (!is_of_characters(slot)) return;
               const std::string_view title = stored_text(slot, kTitle);
               const bool same_rules = stored_text(slot, kSegmentation) == rules;
               const std::int64_t atom_id = stored_int8(slot, kAtom);
               for (const std::uint32_t i : by_text.rows_of(text)) {
                 if (rows[i].title == title) rows[i].is_stored = true;
                 if (same_rules) rows[i].atom_id = atom_id;
               }
             });
  pg::call([&] {
    UnregisterSnapshot(snapshot);
    index_close(by_sha256.index, NoLock);
    table_close(by_sha256.table, NoLock);
  });
}

std::size_t add_documents(std::int64_t tenant, std::string_view author,
                          std::span<const TextRow> rows, const RowsByText& by_text,
                          core::Checkpoint& checkpoint) {
  std::vector<std::uint32_t> added;
  for (std::uint32_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].is_stored) added.push_back(i);
  }
  if (added.empty()) return 0;
  const Oid oid = pg::relation_oid("hartonomous", "document");
  const std::string rules = core::text::segmentation();
  Constants constants{tenant, 0, 0, 0};
  MemoryContext context = nullptr;
  const Relation table = pg::call([&] {
    context = AllocSetContextCreate(CurrentMemoryContext, "hartonomous documents",
                                    ALLOCSET_DEFAULT_SIZES);
    const MemoryContext caller = MemoryContextSwitchTo(context);
    constants.segmentation = varlena_datum(rules.data(), rules.size());
    auto* name = static_cast<Name>(palloc0(sizeof(NameData)));
    std::memcpy(NameStr(*name), author.data(),
                std::min<std::size_t>(author.size(), NAMEDATALEN - 1));
    constants.author = NameGetDatum(name);
    constants.now = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
    MemoryContextSwitchTo(caller);
    return table_open(oid, RowExclusiveLock);
  });
  const std::vector<std::int64_t> ids = new_ids(table, context, added, rows.size(), checkpoint);
  OrderedInsert insert(table, context, rows.size(), RowFill{rows, ids, constants}, checkpoint);
  insert.write_heap(added);
  std::vector<std::uint32_t> order;
  insert.write_indexes([&](Relation index) -> std::span<const std::uint32_t> {
    order = in_index_order(index, rows, added, by_text);
    return order;
  });
  pg::call([&] {
    table_close(table, NoLock);
    MemoryContextDelete(context);
    CommandCounterIncrement();
  });
  return added.size();
}

}  // namespace hartonomous::store
