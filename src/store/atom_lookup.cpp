// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/atom_lookup.hpp"

namespace hartonomous::store {

namespace {

using core::text::AtomContent;

// Copies the children of a composition. False if the row breaks the table's rules. Plain memory
// only: runs under a guard.
struct ChildArrays {
  const std::int64_t* refs;
  const std::int32_t* times;
  std::size_t count;
};

bool child_arrays(Datum refs_datum, Datum times_datum, ChildArrays& out) {
  ArrayType* refs = DatumGetArrayTypeP(refs_datum);
  ArrayType* times = DatumGetArrayTypeP(times_datum);
  const auto is_plain = [](const ArrayType* array, Oid element) {
    return ARR_ELEMTYPE(array) == element && ARR_NDIM(array) <= 1 && !ARR_HASNULL(array);
  };
  if (!is_plain(refs, INT8OID) || !is_plain(times, INT4OID)) return false;
  const int count = ArrayGetNItems(ARR_NDIM(refs), ARR_DIMS(refs));
  if (count != ArrayGetNItems(ARR_NDIM(times), ARR_DIMS(times))) return false;
  out = {reinterpret_cast<const std::int64_t*>(ARR_DATA_PTR(refs)),
         reinterpret_cast<const std::int32_t*>(ARR_DATA_PTR(times)),
         static_cast<std::size_t>(count)};
  return true;
}

}  // namespace

AtomLookup::AtomLookup() : table_(AtomTable::open(AccessShareLock)) {
  pg::call([&] {
    snapshot_ = RegisterSnapshot(GetLatestSnapshot());
    scan_ = index_beginscan(table_.relation, table_.by_id, snapshot_, 1, 0);
    slot_ = table_slot_create(table_.relation, nullptr);
    scratch_ = AllocSetContextCreate(table_.context, "hartonomous atom row", ALLOCSET_SMALL_SIZES);
  });
}

AtomLookup::~AtomLookup() {
  if (std::uncaught_exceptions() > exceptions_) return;  // the abort closes everything
  try {
    pg::call([&] {
      ExecDropSingleTupleTableSlot(slot_);
      index_endscan(scan_);
      UnregisterSnapshot(snapshot_);
    });
    table_.close();
  } catch (const pg::Error&) {  // as above
  }
}

bool AtomLookup::read(std::int64_t id, AtomContent& content) {
  const struct varlena* value = nullptr;
  ChildArrays children{};
  bool is_found = false, is_sound = true;
  pg::call([&] {
    MemoryContextReset(scratch_);
    const MemoryContext caller = MemoryContextSwitchTo(scratch_);
    ScanKeyData equal;
    ScanKeyInit(&equal, 1, BTEqualStrategyNumber, F_INT8EQ, Int64GetDatum(id));
    index_rescan(scan_, &equal, 1, nullptr, 0);
    is_found = index_getnext_slot(scan_, ForwardScanDirection, slot_);
    if (is_found) {
      slot_getsomeattrs(slot_, kValue + 1);
      const Datum* values = slot_->tts_values;
      const bool* nulls = slot_->tts_isnull;
      content.is_constant = DatumGetBool(values[kIsConstant]);
      if (content.is_constant) {
        is_sound = !nulls[kValue];
        if (is_sound) {
          value = pg_detoast_datum_packed(reinterpret_cast<struct varlena*>(values[kValue]));
        }
      } else {
        is_sound = !nulls[kRefs] && !nulls[kMultiplicities] &&
                   child_arrays(values[kRefs], values[kMultiplicities], children);
      }
    }
    MemoryContextSwitchTo(caller);
  });
  for (std::size_t i = 0; is_sound && i < children.count; ++i) {
    is_sound = children.times[i] >= 1;
    content.children.push_back({children.refs[i], static_cast<std::uint32_t>(children.times[i])});
  }
  if (!is_sound) {
    pg::raise({core::Code::kCorrupt, "atom " + std::to_string(id) + " is malformed"});
  }
  if (value != nullptr) content.bytes.assign(VARDATA_ANY(value), VARSIZE_ANY_EXHDR(value));
  return is_found;
}

const AtomContent* AtomLookup::find(std::int64_t id) {
  const auto known = known_.find(id);
  if (known != known_.end()) return known->second ? &*known->second : nullptr;
  auto& entry = known_[id];
  AtomContent content;
  if (read(id, content)) entry = std::move(content);
  return entry ? &*entry : nullptr;
}

}  // namespace hartonomous::store
