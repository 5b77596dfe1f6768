// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Many 32-byte hashes looked up in a B-tree at once, and the rows then visited in heap order.
#pragma once

#include <optional>

#include "core/base/checkpoint.hpp"
#include "pg/boundary.hpp"

namespace hartonomous::store {

inline constexpr std::size_t kHashBytes = 32;

struct HashProbe {
  const std::byte* hash;
  std::uint32_t tag;  // the caller's
};

// A row version by heap position; what an index gives before the heap has been asked.
struct RowPointer {
  ItemPointerData tid;
  std::uint32_t tag;  // of the probe, or the caller's own
};
bool is_in_heap_order(std::span<const RowPointer> pointers) noexcept;
void in_heap_order(std::vector<RowPointer>& pointers);

// A B-tree on (bytea hash), or on (bigint, bytea hash) if `prefix` is set: then only entries with
// that first column are looked at.
struct HashIndex {
  Relation table, index;
  std::optional<std::int64_t> prefix;
};

// The entries of the index that equal a probe; there may be none or several for each. Few probes
// descend one by one, many are merged with an ordered scan of the index, at about a twentieth of
// the cost each. REQUIRES: probes ascend by hash, each hash once.
std::vector<RowPointer> look_up(const HashIndex& index, std::span<const HashProbe> probes,
                                Snapshot snapshot, core::Checkpoint& checkpoint);

// Calls `row(tag, slot)` under a guard for each pointer whose row `snapshot` sees, in the order of
// `pointers`.
template <class F>
void visit_rows(Relation table, std::span<const RowPointer> pointers, Snapshot snapshot,
                core::Checkpoint& checkpoint, F&& row) {
  constexpr std::size_t kBatch = 1024;
  TupleTableSlot* slot = nullptr;
  IndexFetchTableData* fetch = nullptr;
  pg::call([&] {
    slot = table_slot_create(table, nullptr);
    fetch = table_index_fetch_begin(table);
  });
  for (std::size_t at = 0; at < pointers.size(); at += kBatch) {
    pg::call([&] {
      for (const RowPointer& pointer : pointers.subspan(at).first(
               pointers.size() - at < kBatch ? pointers.size() - at : kBatch)) {
        ItemPointerData tid = pointer.tid;
        bool again = false;
        if (!table_index_fetch_tuple(fetch, &tid, snapshot, slot, &again, nullptr)) continue;
        row(pointer.tag, slot);
      }
    });
    checkpoint.reached(0);
  }
  pg::call([&] {
    table_index_fetch_end(fetch);
    ExecDropSingleTupleTableSlot(slot);
  });
}

}  // namespace hartonomous::store
