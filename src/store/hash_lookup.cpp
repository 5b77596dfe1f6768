// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/hash_lookup.hpp"

#include <algorithm>

namespace hartonomous::store {

namespace {

constexpr std::size_t kBatch = 1024;  // index entries or probes under one guard
// Stepping to the next index entry costs about a thirtieth of a descent; measured.
constexpr double kEntriesPerProbe = 24;
constexpr double kEntriesPerPage = 140;

std::uint64_t heap_position(const RowPointer& p) noexcept {
  return std::uint64_t{ItemPointerGetBlockNumberNoCheck(&p.tid)} << 16 |
         ItemPointerGetOffsetNumberNoCheck(&p.tid);
}

class Matcher {
 public:
  Matcher(const HashIndex& index, std::span<const HashProbe> probes)
      : index_(index), probes_(probes) {}

  std::vector<RowPointer> match(core::Checkpoint& checkpoint, Snapshot snapshot) {
    if (probes_.empty()) return {};
    const bool merging = pg::call([&] {
      const double entries = kEntriesPerPage * RelationGetNumberOfBlocks(index_.index);
      const bool merge = entries < kEntriesPerProbe * static_cast<double>(probes_.size());
      scan_ =
          index_beginscan(index_.table, index_.index, snapshot, (merge ? 0 : 1) + prefixes(), 0);
      scan_->xs_want_itup = true;
      if (merge) rescan(nullptr);
      return merge;
    });
    bool more = true;
    while (more) {
      more = pg::call([&] { return merging ? merge_batch() : probe_batch(); });
      checkpoint.reached(0);
    }
    pg::call([&] { index_endscan(scan_); });
    return std::move(found_);
  }

 private:
  int prefixes() const noexcept { return index_.prefix ? 1 : 0; }

  // For entries with the prefix and, unless it is null, with the hash.
  void rescan(const void* hash) {
    ScanKeyData keys[2];
    int count = 0;
    if (index_.prefix) {
      ScanKeyInit(&keys[count++], 1, BTEqualStrategyNumber, F_INT8EQ,
                  Int64GetDatum(*index_.prefix));
    }
    if (hash != nullptr) {
      ScanKeyInit(&keys[count], static_cast<AttrNumber>(count + 1), BTEqualStrategyNumber,
                  F_BYTEAEQ, PointerGetDatum(hash));
      ++count;
    }
    index_rescan(scan_, keys, count, nullptr, 0);
  }

  // Both return whether there is more to do.
  bool probe_batch() {
    union {
      std::int32_t header;
      char bytes[VARHDRSZ + kHashBytes];
    } key;
    SET_VARSIZE(&key, sizeof key);
    const std::size_t end = std::min(at_ + kBatch, probes_.size());
    for (; at_ < end; ++at_) {
      std::memcpy(key.bytes + VARHDRSZ, probes_[at_].hash, kHashBytes);
      rescan(&key);
      while (const ItemPointer tid = index_getnext_tid(scan_, ForwardScanDirection)) {
        found_.push_back({*tid, probes_[at_].tag});
      }
    }
    return at_ < probes_.size();
  }

  bool merge_batch() {
    const auto column = static_cast<AttrNumber>(prefixes() + 1);
    for (std::size_t i = 0; i < kBatch; ++i) {
      const ItemPointer tid = index_getnext_tid(scan_, ForwardScanDirection);
      if (tid == nullptr) return false;
      bool is_null;
      const Datum key =
          index_getattr(scan_->xs_itup, column, RelationGetDescr(index_.index), &is_null);
      const char* stored = VARDATA_ANY(DatumGetPointer(key));
      int order = -1;
      while (at_ < probes_.size() &&
             (order = std::memcmp(probes_[at_].hash, stored, kHashBytes)) < 0) {
        ++at_;
      }
      if (at_ == probes_.size()) return false;
      if (order == 0) found_.push_back({*tid, probes_[at_].tag});
    }
    return true;
  }

  const HashIndex& index_;
  std::span<const HashProbe> probes_;
  IndexScanDesc scan_ = nullptr;
  std::size_t at_ = 0;
  std::vector<RowPointer> found_;
};

}  // namespace

bool is_in_heap_order(std::span<const RowPointer> pointers) noexcept {
  return std::ranges::is_sorted(pointers, {}, heap_position);
}

void in_heap_order(std::vector<RowPointer>& pointers) {
  std::ranges::sort(pointers, {}, heap_position);
}

std::vector<RowPointer> look_up(const HashIndex& index, std::span<const HashProbe> probes,
                                Snapshot snapshot, core::Checkpoint& checkpoint) {
  return Matcher(index, probes).match(checkpoint, snapshot);
}

}  // namespace hartonomous::store
