// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Support function 11 of the operator class gist_geometry_ops_hilbert: the order in which CREATE
// INDEX packs leaf pages. PostGIS's n-dimensional class has none, so its indexes are built by
// inserting row after row, which is slower and leaves pages whose boxes overlap. The entries
// sorted here are PostGIS's GIDX: a varlena of floats, min and max of each axis.
#include <algorithm>
#include <array>
#include <cstring>

#include "core/space/box_order.hpp"
#include "pg/boundary.hpp"

namespace pg = hartonomous::pg;
namespace space = hartonomous::core::space;

namespace {

space::HilbertKey key_of(Datum entry) noexcept {
  const auto* box = reinterpret_cast<const varlena*>(DatumGetPointer(entry));
  std::array<float, 8> bounds;
  const std::size_t count = std::min(VARSIZE_ANY_EXHDR(box) / sizeof(float), bounds.size());
  std::memcpy(bounds.data(), VARDATA_ANY(box), count * sizeof(float));
  return space::box_key({bounds.data(), count});
}

int compare(Datum a, Datum b, SortSupport) noexcept {
  const auto order = key_of(a) <=> key_of(b);
  return order < 0 ? -1 : order > 0;
}

Datum abbreviate(Datum entry, SortSupport) noexcept { return UInt64GetDatum(key_of(entry).high); }

// The key's high half tells nearly all boxes apart and is never worth giving up.
bool keep_abbreviating(int, SortSupport) noexcept { return false; }

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_geometry_gist_sortsupport) {
  auto* support = reinterpret_cast<SortSupport>(PG_GETARG_POINTER(0));
  static_assert(sizeof(Datum) == sizeof(std::uint64_t));
  support->comparator = compare;
  support->ssup_extra = nullptr;
  if (support->abbreviate) {
    support->comparator = ssup_datum_unsigned_cmp;
    support->abbrev_converter = abbreviate;
    support->abbrev_abort = keep_abbreviating;
    support->abbrev_full_comparator = compare;
  }
  PG_RETURN_VOID();
}
