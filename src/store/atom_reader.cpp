// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/atom_reader.hpp"

#include <algorithm>

#include "core/base/utf8.hpp"
#include "store/hash_lookup.hpp"
#include "store/atom_table.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::text::ChildRun;
using core::text::NodeShape;

constexpr std::size_t kBatch = 1024;           // index entries or rows under one guard
constexpr std::int64_t kEntriesPerProbe = 24;  // as in hash_lookup.cpp

// Atom ids (positive) to nodes: pages of 64 neighbouring ids, found by open addressing. A
// document's ids are dense, so this is almost an array; for scattered ids it costs 256 bytes each.
class NodeOfId {
 public:
  static constexpr NodeIndex kNone = 0xffffffff;

  // The node of `id`, or kNone.
  NodeIndex find(std::int64_t id) const noexcept {
    const std::uint64_t page = static_cast<std::uint64_t>(id) / kPage;
    std::size_t at = page & (slots_.size() - 1);
    while (slots_[at].page != page) {
      if (slots_[at].page == kFree) return kNone;
      at = (at + 1) & (slots_.size() - 1);
    }
    return nodes_[slots_[at].first + static_cast<std::uint64_t>(id) % kPage];
  }
  // The place for the node of `id`, kNone at first. Valid until the next call.
  NodeIndex& operator[](std::int64_t id) {
    const std::uint64_t page = static_cast<std::uint64_t>(id) / kPage;
    std::size_t at = page & (slots_.size() - 1);
    while (slots_[at].page != page) {
      if (slots_[at].page == kFree) {
        at = add(page);
        break;
      }
      at = (at + 1) & (slots_.size() - 1);
    }
    return nodes_[slots_[at].first + static_cast<std::uint64_t>(id) % kPage];
  }

 private:
  static constexpr std::uint64_t kPage = 64;
  static constexpr std::uint64_t kFree = ~std::uint64_t{0};
  struct Slot {
    std::uint64_t page = kFree;
    std::size_t first = 0;  // of the page's 64 places in nodes_
  };

  std::size_t place(const Slot& slot) noexcept {
    std::size_t at = slot.page & (slots_.size() - 1);
    while (slots_[at].page != kFree) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
    return at;
  }
  std::size_t add(std::uint64_t page) {
    const std::size_t first = nodes_.size();
    nodes_.resize(first + kPage, kNone);
    if ((first / kPage + 1) * 2 > slots_.size()) {
      std::vector<Slot> old(slots_.size() * 2);
      old.swap(slots_);
      for (const Slot& slot : old) {
        if (slot.page != kFree) place(slot);
      }
    }
    return place({page, first});
  }

  std::vector<Slot> slots_ = std::vector<Slot>(256);
  std::vector<NodeIndex> nodes_;
};

// The packed elements of a stored one-dimensional array without NULLs; nothing if it is not one.
// Reads short varlena headers in place, where deconstruct_array would copy.
template <class T>
std::optional<std::span<const char>> array_elements(Datum datum, Oid element) {
  const auto* packed = pg_detoast_datum_packed(reinterpret_cast<struct varlena*>(datum));
  const char* body = VARDATA_ANY(packed);
  const std::size_t size = VARSIZE_ANY_EXHDR(packed);
  const auto word = [&](std::size_t i) {
    std::int32_t value;
    std::memcpy(&value, body + 4 * i, 4);
    return value;
  };
  // ndim, dataoffset, elemtype, then the dimension and its lower bound.
  if (size < 12 || word(1) != 0 || static_cast<Oid>(word(2)) != element) return std::nullopt;
  if (word(0) == 0) return std::span<const char>{};
  constexpr std::size_t kHeader = ARR_OVERHEAD_NONULLS(1) - VARHDRSZ;
  if (word(0) != 1 || size < kHeader || word(3) < 0) return std::nullopt;
  const auto count = static_cast<std::size_t>(word(3));
  if (size != kHeader + count * sizeof(T)) return std::nullopt;
  return std::span<const char>(body + kHeader, count * sizeof(T));
}

template <class T>
T element_at(std::span<const char> elements, std::size_t i) noexcept {
  T value;
  std::memcpy(&value, elements.data() + i * sizeof(T), sizeof(T));
  return value;
}

enum class Depth { kCharacters, kTexts };

class DagLoader {
 public:
  DagLoader(const AtomTable& table, Snapshot snapshot, Depth depth, core::Checkpoint& checkpoint)
      : table_(table), snapshot_(snapshot), depth_(depth), checkpoint_(checkpoint) {}

  LoadedDag load(std::span<const std::int64_t> roots, std::size_t expected_runs) {
    dag_.runs.reserve(std::min(expected_runs, kMostReserved));
    open();
    for (const std::int64_t root : roots) dag_.roots.push_back(node_of(root));
    std::size_t done = 0;
    while (done < dag_.nodes.size()) {
      const std::size_t end = dag_.nodes.size();
      load_level(done, end);
      if (rows_loaded_ != end) raise_missing(done, end);
      done = end;
    }
    close();
    return std::move(dag_);
  }

 private:
  void open() {
    pg::call([&] {
      slot_ = table_slot_create(table_.relation, nullptr);
      fetch_ = table_index_fetch_begin(table_.relation);
      scratch_ =
          AllocSetContextCreate(table_.context, "hartonomous atom rows", ALLOCSET_DEFAULT_SIZES);
    });
  }
  void close() {
    pg::call([&] {
      table_index_fetch_end(fetch_);
      ExecDropSingleTupleTableSlot(slot_);
    });
  }

  NodeIndex node_of(std::int64_t id) {
    const NodeIndex known = node_of_id_.find(id);
    return known != NodeOfId::kNone ? known : add_node(id);
  }

  [[gnu::noinline]] NodeIndex add_node(std::int64_t id) {
    NodeIndex& node = node_of_id_[id];
    node = static_cast<NodeIndex>(dag_.nodes.size());
    dag_.nodes.push_back({.first_child = kNotLoaded});
    dag_.ids.push_back(id);
    return node;
  }

  void load_level(std::size_t begin, std::size_t end) {
    const auto level = std::span<const std::int64_t>(dag_.ids).subspan(begin, end - begin);
    const auto [low, high] = std::ranges::minmax(level);
    rows_.clear();
    if ((high - low) / kEntriesPerProbe <= static_cast<std::int64_t>(level.size())) {
      step_through(low, high, static_cast<NodeIndex>(begin));
    } else {
      probe(begin, end);
    }
    if (!is_in_heap_order(rows_)) in_heap_order(rows_);
    for (std::size_t at = 0; at < rows_.size(); at += kBatch) {
      pg::call([&] { load_rows(at, std::min(at + kBatch, rows_.size())); });
      checkpoint_.reached(0);
    }
  }

  // The heap positions of all nodes from `first` on whose ids are in a stretch of the index.
  void step_through(std::int64_t low, std::int64_t high, NodeIndex first) {
    IndexScanDesc scan = pg::call([&] {
      IndexScanDesc opened = index_beginscan(table_.relation, table_.by_id, snapshot_, 2, 0);
      opened->xs_want_itup = true;
      ScanKeyData range[2];
      ScanKeyInit(&range[0], 1, BTGreaterEqualStrategyNumber, F_INT8GE, Int64GetDatum(low));
      ScanKeyInit(&range[1], 1, BTLessEqualStrategyNumber, F_INT8LE, Int64GetDatum(high));
      index_rescan(opened, range, 2, nullptr, 0);
      return opened;
    });
    while (pg::call([&] { return step_batch(scan, first); })) checkpoint_.reached(0);
    pg::call([&] { index_endscan(scan); });
  }

  // Whether there may be more.
  bool step_batch(IndexScanDesc scan, NodeIndex first) {
    for (std::size_t i = 0; i < kBatch; ++i) {
      const ItemPointer tid = index_getnext_tid(scan, ForwardScanDirection);
      if (tid == nullptr) return false;
      bool is_null;
      const NodeIndex node = node_of_id_.find(
          DatumGetInt64(index_getattr(scan->xs_itup, 1, RelationGetDescr(table_.by_id), &is_null)));
      if (node != NodeOfId::kNone && node >= first) rows_.push_back({*tid, node});
    }
    return true;
  }

  void probe(std::size_t begin, std::size_t end) {
    wanted_.clear();
    for (std::size_t i = begin; i < end; ++i) wanted_.push_back(static_cast<NodeIndex>(i));
    std::ranges::sort(wanted_, {}, [&](NodeIndex node) { return dag_.ids[node]; });
    IndexScanDesc scan = pg::call([&] {
      IndexScanDesc opened = index_beginscan(table_.relation, table_.by_id, snapshot_, 1, 0);
      opened->xs_want_itup = true;
      return opened;
    });
    std::size_t at = 0;
    while (pg::call([&] { return probe_batch(scan, at); })) checkpoint_.reached(0);
    pg::call([&] { index_endscan(scan); });
  }

  bool probe_batch(IndexScanDesc scan, std::size_t& at) {
    const std::size_t end = std::min(at + kBatch, wanted_.size());
    for (; at < end; ++at) {
      ScanKeyData equal;
      ScanKeyInit(&equal, 1, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(dag_.ids[wanted_[at]]));
      index_rescan(scan, &equal, 1, nullptr, 0);
      while (const ItemPointer tid = index_getnext_tid(scan, ForwardScanDirection)) {
        rows_.push_back({*tid, wanted_[at]});
      }
    }
    return at < wanted_.size();
  }

  void load_rows(std::size_t begin, std::size_t end) {
    const MemoryContext caller = MemoryContextSwitchTo(scratch_);
    PageRows next = look_ahead(begin, end);
    PageRows after = look_ahead(next.end, end);
    for (std::size_t i = begin; i < end; ++i) {
      if (i == next.begin) {
        prefetch_rows(after);
        next = after;
        after = look_ahead(next.end, end);
      }
      ItemPointerData tid = rows_[i].tid;
      bool again = false;
      if (!table_index_fetch_tuple(fetch_, &tid, snapshot_, slot_, &again, nullptr)) continue;
      slot_getsomeattrs(slot_, kValue + 1);
      if (!load_row(rows_[i].tag)) raise_malformed(rows_[i].tag);
      ++rows_loaded_;
    }
    MemoryContextSwitchTo(caller);
    MemoryContextReset(scratch_);
  }

  // Rows that share a page, and the page. Rows are short and scattered, so most of their cost is
  // waiting for memory: while one page is worked on, the rows of the next and the line pointers of
  // the one after are on their way. The pages are looked at unlocked and unpinned, for hints only.
  struct PageRows {
    std::size_t begin, end;
    const char* page;
  };
  static constexpr std::size_t kCacheLine = 64;

  PageRows look_ahead(std::size_t begin, std::size_t end) {
    if (begin == end) return {begin, end, nullptr};
    const BlockNumber block = ItemPointerGetBlockNumberNoCheck(&rows_[begin].tid);
    const Buffer buffer = ReadBuffer(table_.relation, block);
    PageRows next{begin, begin, reinterpret_cast<const char*>(BufferGetPage(buffer))};
    ReleaseBuffer(buffer);
    while (next.end < end && ItemPointerGetBlockNumberNoCheck(&rows_[next.end].tid) == block) {
      ++next.end;
    }
    __builtin_prefetch(next.page);
    return next;
  }
  void prefetch_rows(const PageRows& next) const {
    constexpr std::size_t kMost = 12 * kCacheLine;
    for (std::size_t i = next.begin; i < next.end; ++i) {
      const auto offset = ItemPointerGetOffsetNumberNoCheck(&rows_[i].tid);
      const ItemId item = PageGetItemId(const_cast<char*>(next.page), offset);
      const char* row = next.page + ItemIdGetOffset(item);
      const std::size_t length = std::min<std::size_t>(ItemIdGetLength(item), kMost);
      for (std::size_t at = 0; at < length; at += kCacheLine) __builtin_prefetch(row + at);
    }
  }

  // False if the row breaks the table's rules.
  bool load_row(NodeIndex node) {
    const Datum* values = slot_->tts_values;
    const bool* nulls = slot_->tts_isnull;
    if (dag_.nodes[node].first_child != kNotLoaded) return false;
    const auto kind = DatumGetObjectId(values[kKind]);
    if (kind == table_.codepoint_kind || kind == table_.byte_kind) {
      if (nulls[kValue]) return false;
      const auto* value =
          pg_detoast_datum_packed(reinterpret_cast<struct varlena*>(values[kValue]));
      const std::string_view bytes(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
      if (kind == table_.byte_kind) {
        if (bytes.size() != 1 || (bytes[0] & 0x80) == 0) return false;
        dag_.nodes[node] = {0, 0, core::text::raw_byte(static_cast<std::uint8_t>(bytes[0]))};
        return true;
      }
      const core::utf8::Decoded decoded = core::utf8::decode(bytes);
      if (decoded.length == 0 || decoded.length != bytes.size()) return false;
      dag_.nodes[node] = {0, 0, decoded.codepoint};
      return true;
    }
    if (kind != table_.composition_kind || nulls[kRefs] || nulls[kMultiplicities]) return false;
    if (depth_ == Depth::kTexts && !nulls[kValue]) {
      const auto* value =
          pg_detoast_datum_packed(reinterpret_cast<struct varlena*>(values[kValue]));
      const std::size_t length = VARSIZE_ANY_EXHDR(value);
      dag_.nodes[node] = {dag_.texts.size(), static_cast<std::uint32_t>(length), NodeShape::kText};
      dag_.texts.insert(dag_.texts.end(), VARDATA_ANY(value), VARDATA_ANY(value) + length);
      return true;
    }
    const auto refs = array_elements<std::int64_t>(values[kRefs], INT8OID);
    const auto times = array_elements<std::int32_t>(values[kMultiplicities], INT4OID);
    if (!refs || !times || refs->size() / 8 != times->size() / 4) return false;
    const std::size_t count = times->size() / 4;
    dag_.nodes[node].first_child = dag_.runs.size();
    dag_.nodes[node].child_count = static_cast<std::uint32_t>(count);
    dag_.runs.resize(dag_.runs.size() + count);
    ChildRun* run = dag_.runs.data() + dag_.nodes[node].first_child;
    for (std::size_t i = 0; i < count; ++i) {
      const auto multiplicity = element_at<std::int32_t>(*times, i);
      const auto id = element_at<std::int64_t>(*refs, i);
      if (multiplicity < 1 || id < 1) return false;
      *run++ = {node_of(id), static_cast<std::uint32_t>(multiplicity)};
    }
    return true;
  }

  [[noreturn]] void raise_malformed(NodeIndex node) const {
    pg::raise({Code::kCorrupt, "atom " + std::to_string(dag_.ids[node]) + " is malformed"});
  }
  [[noreturn]] void raise_missing(std::size_t begin, std::size_t end) const {
    std::size_t node = begin;
    while (node + 1 < end && dag_.nodes[node].first_child != kNotLoaded) ++node;
    pg::raise({begin == 0 ? Code::kNotFound : Code::kCorrupt,
               "atom " + std::to_string(dag_.ids[node]) + " does not exist"});
  }

  static constexpr std::uint64_t kNotLoaded = ~std::uint64_t{0};
  static constexpr std::size_t kMostReserved = 1 << 24;  // address space; pages come when touched

  const AtomTable& table_;
  Snapshot snapshot_;
  Depth depth_;
  core::Checkpoint& checkpoint_;
  LoadedDag dag_;
  NodeOfId node_of_id_;
  std::vector<NodeIndex> wanted_;  // of a level that is probed, in id order
  std::vector<RowPointer> rows_;
  std::size_t rows_loaded_ = 0;
  TupleTableSlot* slot_ = nullptr;
  IndexFetchTableData* fetch_ = nullptr;
  MemoryContext scratch_ = nullptr;
};

LoadedDag load(std::span<const std::int64_t> roots, std::size_t expected_runs, Depth depth,
               core::Checkpoint& checkpoint) {
  for (const std::int64_t root : roots) {
    if (root >= 1) continue;
    pg::raise({Code::kNotFound, "atom " + std::to_string(root) + " does not exist"});
  }
  const AtomTable table = AtomTable::open(AccessShareLock);
  const Snapshot snapshot = pg::call([] { return RegisterSnapshot(GetLatestSnapshot()); });
  LoadedDag dag = DagLoader(table, snapshot, depth, checkpoint).load(roots, expected_runs);
  pg::call([&] { UnregisterSnapshot(snapshot); });
  table.close();
  return dag;
}

}  // namespace

LoadedDag load_dag(std::int64_t root, std::size_t expected_runs, core::Checkpoint& checkpoint) {
  return load_dags({&root, 1}, expected_runs, checkpoint);
}

LoadedDag load_dags(std::span<const std::int64_t> roots, std::size_t expected_runs,
                    core::Checkpoint& checkpoint) {
  return load(roots, expected_runs, Depth::kCharacters, checkpoint);
}

LoadedDag load_texts(std::span<const std::int64_t> roots, core::Checkpoint& checkpoint) {
  return load(roots, 0, Depth::kTexts, checkpoint);
}

}  // namespace hartonomous::store
