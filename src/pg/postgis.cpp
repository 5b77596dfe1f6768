// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/postgis.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/base/cursor.hpp"
#include "pg/boundary.hpp"

extern "C" {
#include "catalog/pg_extension.h"
#include "utils/inval.h"
}

namespace hartonomous::pg {

namespace {

constexpr std::uint8_t kHasZ = 0x01, kHasM = 0x02, kHasBox = 0x04, kGeodetic = 0x08,
                       kExtended = 0x10, kVersion2 = 0x40;
constexpr std::size_t kHeaderBytes = 8;  // varlena header, srid, flags

// The nearest floats that do not lie inside [low, high]: a box in single precision must contain
// what it bounds.
float float_below(double value) noexcept {
  if (value > FLT_MAX) return FLT_MAX;
  if (value <= -FLT_MAX) return -FLT_MAX;
  const auto nearest = static_cast<float>(value);
  return nearest <= value ? nearest : std::nextafterf(nearest, -FLT_MAX);
}
float float_above(double value) noexcept {
  if (value >= FLT_MAX) return FLT_MAX;
  if (value < -FLT_MAX) return -FLT_MAX;
  const auto nearest = static_cast<float>(value);
  return nearest >= value ? nearest : std::nextafterf(nearest, FLT_MAX);
}

template <class T>
std::byte* put(std::byte* to, const T& value) noexcept {
  std::memcpy(to, &value, sizeof value);
  return to + sizeof value;
}

std::byte* put_header(std::byte* to, std::size_t size, std::uint8_t flags) noexcept {
  SET_VARSIZE(to, size);
  to = put(to + VARHDRSZ, std::array<std::uint8_t, 3>{});  // SRID 0
  return put(to, static_cast<std::uint8_t>(kVersion2 | flags));
}

std::byte* put_box(std::byte* to, std::span<const double> xyzm) noexcept {
  for (std::size_t axis = 0; axis < 4; ++axis) {
    double low = xyzm[axis], high = xyzm[axis];
    for (std::size_t i = axis + 4; i < xyzm.size(); i += 4) {
      low = std::min(low, xyzm[i]);
      high = std::max(high, xyzm[i]);
    }
    to = put(put(to, float_below(low)), float_above(high));
  }
  return to;
}

[[noreturn]] void raise_cut_short() {
  raise(core::Status(core::Code::kCorrupt, "geometry value is cut short"));
}

// Widens `extent` by all vertices of the geometry that starts at `cursor`, and passes it.
// Types by number: 1 point, 2 line, 3 polygon, 8 circular string, 14 triangle; the others hold
// members, whole geometries each.
class ExtentWalk {
 public:
  ExtentWalk(bool has_z, bool has_m) noexcept
      : axes_(2u + has_z + has_m), m_axis_(has_m ? axes_ - 1 : 4), has_z_(has_z) {
    extent_.low.fill(std::numeric_limits<double>::infinity());
    extent_.high.fill(-std::numeric_limits<double>::infinity());
  }

  void walk(core::Cursor& cursor, int depth = 0) {
    constexpr int kDeepest = 64;
    const std::uint32_t type = number(cursor);
    const std::uint32_t count = number(cursor);
    if (depth > kDeepest) raise_cut_short();
    if (type == 1 || type == 2 || type == 8 || type == 14) {
      vertices(cursor, count);
    } else if (type == 3) {
      rings(cursor, count);
    } else {
      for (std::uint32_t i = 0; i < count; ++i) walk(cursor, depth + 1);
    }
  }

  std::optional<Extent> extent() const noexcept {
    if (!seen_) return std::nullopt;
    Extent all = extent_;
    for (std::size_t axis = 2; axis < 4; ++axis) {
      if (axis == 2 ? has_z_ : m_axis_ < 4) continue;
      all.low[axis] = -std::numeric_limits<double>::infinity();
      all.high[axis] = std::numeric_limits<double>::infinity();
    }
    return all;
  }

 private:
  static std::uint32_t number(core::Cursor& cursor) {
    const auto value = cursor.read<std::uint32_t>();
    if (!value) raise_cut_short();
    return *value;
  }

  void vertices(core::Cursor& cursor, std::uint32_t count) {
    const auto bytes = cursor.take(std::uint64_t{count} * axes_ * sizeof(double));
    if (!bytes) raise_cut_short();
    core::Cursor coordinates(*bytes);
    for (std::uint32_t i = 0; i < count; ++i) {
      for (std::size_t k = 0; k < axes_; ++k) {
        const double value = *coordinates.read<double>();
        const std::size_t axis = k == m_axis_ ? 3 : k;
        extent_.low[axis] = std::min(extent_.low[axis], value);
        extent_.high[axis] = std::max(extent_.high[axis], value);
      }
      seen_ = true;
    }
  }

  // The ring sizes come first, padded to eight bytes, then all rings' vertices.
  void rings(core::Cursor& cursor, std::uint32_t count) {
    const auto sizes = cursor.take(std::uint64_t{count} * 4 + (count % 2) * 4);
    if (!sizes) raise_cut_short();
    core::Cursor ring(*sizes);
    for (std::uint32_t i = 0; i < count; ++i) vertices(cursor, *ring.read<std::uint32_t>());
  }

  std::size_t axes_;
  std::size_t m_axis_;
  bool has_z_;
  bool seen_ = false;
  Extent extent_;
};

struct PostgisIds {
  Oid schema = InvalidOid, geometry = InvalidOid;
};
PostgisIds session_ids;  // InvalidOid until first needed and after pg_type changed

Oid extension_schema(Oid extension) {
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ,
              ObjectIdGetDatum(extension));
  Relation catalogue = table_open(ExtensionRelationId, AccessShareLock);
  SysScanDesc scan = systable_beginscan(catalogue, ExtensionOidIndexId, true, nullptr, 1, &key);
  const HeapTuple row = systable_getnext(scan);
  const Oid schema = HeapTupleIsValid(row)
                         ? reinterpret_cast<Form_pg_extension>(GETSTRUCT(row))->extnamespace
                         : InvalidOid;
  systable_endscan(scan);
  table_close(catalogue, AccessShareLock);
  return schema;
}

const PostgisIds& ids() {
  if (OidIsValid(session_ids.geometry)) return session_ids;
  call([] {
    static bool is_watching = false;
    if (!is_watching) {
      CacheRegisterSyscacheCallback(
          TYPEOID, [](Datum, int, uint32) { session_ids = PostgisIds{}; }, 0);
      is_watching = true;
    }
    const Oid schema = extension_schema(get_extension_oid("postgis", false));
    const Oid geometry = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("geometry"),
                                         ObjectIdGetDatum(schema));
    if (!OidIsValid(geometry)) {
      ereport(ERROR,
              (errcode(ERRCODE_UNDEFINED_OBJECT),
               errmsg("type \"geometry\" not found in the schema of extension \"postgis\"")));
    }
    session_ids = {schema, geometry};
  });
  return session_ids;
}

}  // namespace

void write_point_zm(std::byte* to, std::span<const double> xyzm) noexcept {
  to = put_header(to, kPointZmBytes, kHasZ | kHasM);
  to = put(put(to, Geometry::kPoint), std::uint32_t{1});
  std::memcpy(to, xyzm.data(), 4 * sizeof(double));
}

void write_line_zm(std::byte* to, std::span<const double> xyzm) noexcept {
  const std::size_t vertices = xyzm.size() / 4;
  const bool has_box = vertices > 2;
  to = put_header(to, line_zm_bytes(vertices), kHasZ | kHasM | (has_box ? kHasBox : 0));
  if (has_box) to = put_box(to, xyzm);
  to = put(put(to, Geometry::kLineString), static_cast<std::uint32_t>(vertices));
  std::memcpy(to, xyzm.data(), xyzm.size_bytes());
}

Datum make_point_zm(std::span<const double> xyzm) {
  auto* to = static_cast<std::byte*>(call([] { return palloc(kPointZmBytes); }));
  write_point_zm(to, xyzm);
  return PointerGetDatum(to);
}

Datum make_line_zm(std::span<const double> xyzm) {
  const std::size_t size = line_zm_bytes(xyzm.size() / 4);
  auto* to = static_cast<std::byte*>(call([&] { return palloc(size); }));
  write_line_zm(to, xyzm);
  return PointerGetDatum(to);
}

Geometry::Geometry(Datum datum) {
  const auto* raw = reinterpret_cast<varlena*>(DatumGetPointer(datum));
  if (VARATT_IS_EXTENDED(raw))
    raw = call([&] { return pg_detoast_datum(const_cast<varlena*>(raw)); });
  const std::span bytes(reinterpret_cast<const std::byte*>(raw), VARSIZE(raw));
  if (bytes.size() < kHeaderBytes) raise_cut_short();
  const auto flags = std::to_integer<std::uint8_t>(bytes[kHeaderBytes - 1]);
  has_z_ = (flags & kHasZ) != 0;
  has_m_ = (flags & kHasM) != 0;
  std::size_t start = kHeaderBytes;
  if ((flags & kVersion2) && (flags & kExtended)) start += 8;
  if (flags & kHasBox) {
    const std::size_t axes = (flags & kGeodetic) ? 3 : 2u + has_z_ + has_m_;
    start += axes * 2 * sizeof(float);
  }
  if (bytes.size() < start + 8) raise_cut_short();
  body_ = bytes.subspan(start);
  type_ = core::load_little_endian<std::uint32_t>(body_.data());
}

std::optional<std::array<double, 4>> Geometry::point() const noexcept {
  core::Cursor cursor(body_);
  const auto type = cursor.read<std::uint32_t>();
  const auto count = cursor.read<std::uint32_t>();
  if (type != kPoint || count != 1u) return std::nullopt;
  std::array<double, 4> xyzm{};
  const std::size_t axes = 2u + has_z_ + has_m_;
  if (cursor.remaining() < axes * sizeof(double)) return std::nullopt;
  for (std::size_t k = 0; k < axes; ++k) {
    xyzm[has_m_ && k == axes - 1 ? 3 : k] = *cursor.read<double>();
  }
  return xyzm;
}

std::optional<Extent> Geometry::extent() const {
  core::Cursor cursor(body_);
  ExtentWalk walk(has_z_, has_m_);
  walk.walk(cursor);
  return walk.extent();
}

Oid geometry_type() { return ids().geometry; }
Oid postgis_schema() { return ids().schema; }

}  // namespace hartonomous::pg
