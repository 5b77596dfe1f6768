// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/atom_finder.hpp"

#include <algorithm>
#include <bit>

#include "core/base/interruptible_sort.hpp"

namespace hartonomous::store {

namespace {

using core::hash::ContentHash;

constexpr std::size_t kBatch = 1024;  // index entries or rows under one guard
// Stepping to the next index entry costs about a thirtieth of a descent; measured.
constexpr double kEntriesPerProbe = 24;
constexpr double kEntriesPerPage = 140;

int compare(const ContentHash& a, const ContentHash& b) noexcept {
  return std::memcmp(a.bytes.data(), b.bytes.data(), a.bytes.size());
}

std::uint64_t heap_position(const RowPointer& p) noexcept {
  return std::uint64_t{ItemPointerGetBlockNumberNoCheck(&p.tid)} << 16 |
         ItemPointerGetOffsetNumberNoCheck(&p.tid);
}

class Matcher {
 public:
  Matcher(const AtomTable& table, const AtomGraph& graph, std::span<const NodeIndex> nodes)
      : table_(table), graph_(graph), nodes_(nodes) {}

  std::vector<RowPointer> match(core::Checkpoint& checkpoint, Snapshot snapshot) {
    const double entries = kEntriesPerPage * pg::call([&] {
                             return static_cast<double>(RelationGetNumberOfBlocks(table_.by_hash));
                           });
    const bool merging = entries < kEntriesPerProbe * static_cast<double>(nodes_.size());
    scan_ = pg::call([&] {
      IndexScanDesc scan =
          index_beginscan(table_.relation, table_.by_hash, snapshot, merging ? 0 : 1, 0);
      scan->xs_want_itup = true;
      if (merging) index_rescan(scan, nullptr, 0, nullptr, 0);
      return scan;
    });
    bool more = !nodes_.empty();
    while (more) {
      more = pg::call([&] { return merging ? merge_batch() : probe_batch(); });
      checkpoint.reached(0);
    }
    pg::call([&] { index_endscan(scan_); });
    return std::move(found_);
  }

 private:
  // Both return whether there is more to do.
  bool probe_batch() {
    union {
      std::int32_t header;
      char bytes[VARHDRSZ + 32];
    } key;
    SET_VARSIZE(&key, sizeof key);
    const std::size_t end = std::min(at_ + kBatch, nodes_.size());
    for (; at_ < end; ++at_) {
      std::memcpy(key.bytes + VARHDRSZ, graph_.hash(nodes_[at_]).bytes.data(), 32);
      ScanKeyData equal;
      ScanKeyInit(&equal, 1, BTEqualStrategyNumber, F_BYTEAEQ, PointerGetDatum(&key));
      index_rescan(scan_, &equal, 1, nullptr, 0);
      while (const ItemPointer tid = index_getnext_tid(scan_, ForwardScanDirection)) {
        found_.push_back({*tid, nodes_[at_]});
      }
    }
    return at_ < nodes_.size();
  }

  bool merge_batch() {
    for (std::size_t i = 0; i < kBatch; ++i) {
      const ItemPointer tid = index_getnext_tid(scan_, ForwardScanDirection);
      if (tid == nullptr) return false;
      bool is_null;
      const Datum key =
          index_getattr(scan_->xs_itup, 1, RelationGetDescr(table_.by_hash), &is_null);
      const char* stored = VARDATA_ANY(DatumGetPointer(key));
      int order = -1;
      while (at_ < nodes_.size() &&
             (order = std::memcmp(graph_.hash(nodes_[at_]).bytes.data(), stored, 32)) < 0) {
        ++at_;
      }
      if (at_ == nodes_.size()) return false;
      if (order == 0) found_.push_back({*tid, nodes_[at_]});
    }
    return true;
  }

  const AtomTable& table_;
  const AtomGraph& graph_;
  std::span<const NodeIndex> nodes_;
  IndexScanDesc scan_ = nullptr;
  std::size_t at_ = 0;
  std::vector<RowPointer> found_;
};

void fetch_ids(const AtomTable& table, std::span<const RowPointer> rows,
               std::span<std::int64_t> ids, Snapshot snapshot, core::Checkpoint& checkpoint) {
  TupleTableSlot* slot = nullptr;
  IndexFetchTableData* fetch = nullptr;
  pg::call([&] {
    slot = table_slot_create(table.relation, nullptr);
    fetch = table_index_fetch_begin(table.relation);
  });
  for (std::size_t at = 0; at < rows.size(); at += kBatch) {
    pg::call([&] {
      for (const RowPointer& row : rows.subspan(at, std::min(kBatch, rows.size() - at))) {
        ItemPointerData tid = row.tid;
        bool again = false;
        if (!table_index_fetch_tuple(fetch, &tid, snapshot, slot, &again, nullptr)) continue;
        bool is_null;
        ids[row.tag] = DatumGetInt64(slot_getattr(slot, kAtomId + 1, &is_null));
      }
    });
    checkpoint.reached(0);
  }
  pg::call([&] {
    table_index_fetch_end(fetch);
    ExecDropSingleTupleTableSlot(slot);
  });
}

}  // namespace

std::vector<NodeIndex> in_hash_order(const AtomGraph& graph, core::Checkpoint& checkpoint) {
  struct Keyed {
    std::uint64_t prefix;
    NodeIndex node;
  };
  std::vector<Keyed> keyed(graph.size());
  for (NodeIndex i = 0; i < keyed.size(); ++i) {
    keyed[i] = {__builtin_bswap64(graph.hash(i).prefix()), i};
  }
  const auto less = [&](const Keyed& a, const Keyed& b) {
    if (a.prefix != b.prefix) return a.prefix < b.prefix;
    return compare(graph.hash(a.node), graph.hash(b.node)) < 0;
  };
  core::interruptible_sort(keyed, less, checkpoint);
  std::vector<NodeIndex> nodes(keyed.size());
  std::ranges::transform(keyed, nodes.begin(), &Keyed::node);
  return nodes;
}

bool is_in_heap_order(std::span<const RowPointer> pointers) noexcept {
  return std::ranges::is_sorted(pointers, {}, heap_position);
}

void in_heap_order(std::vector<RowPointer>& pointers) {
  std::ranges::sort(pointers, {}, heap_position);
}

void find_atoms(const AtomTable& table, const AtomGraph& graph, std::span<const NodeIndex> nodes,
                std::span<std::int64_t> ids, core::Checkpoint& checkpoint) {
  const Snapshot snapshot = pg::call([] { return RegisterSnapshot(GetLatestSnapshot()); });
  std::vector<RowPointer> rows = Matcher(table, graph, nodes).match(checkpoint, snapshot);
  in_heap_order(rows);
  fetch_ids(table, rows, ids, snapshot, checkpoint);
  pg::call([&] { UnregisterSnapshot(snapshot); });
}

}  // namespace hartonomous::store
