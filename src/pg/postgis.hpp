// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// PostGIS geometry values, read and built without calling PostGIS: the serialized form (GSERIALIZED
// version 2, version 1 read too) is its documented on-disk format, and a call per row through its
// functions would cost ten times as much. What is built here is byte-identical to the output of
// ST_MakePoint and ST_MakeLine, which test/sql/space.sql proves.
//
// Serialized: varlena header 4 | srid 3 | flags 1 | [extended flags 8] | [box: float min, max per
// axis] | body. Body: type u32, count u32, then coordinates as doubles, or members. PostGIS keeps a
// box on lines of more than two vertices and on no point.
#pragma once

#include <array>
#include <optional>
#include <span>

#include "pg/postgres.hpp"

namespace hartonomous::pg {

// Sizes in bytes of the serialized values below.
inline constexpr std::size_t kPointZmBytes = 48;
constexpr std::size_t line_zm_bytes(std::size_t vertices) noexcept {
  return 16 + (vertices > 2 ? 32 : 0) + 32 * vertices;
}

// Write a PointZM or LineStringZM of SRID 0 at `to`, four doubles x y z m a vertex.
// REQUIRES: `to` is aligned to 8 and has the size told above; finite coordinates; at least one
// vertex (PostGIS itself makes no line of fewer than two).
void write_point_zm(std::byte* to, std::span<const double> xyzm) noexcept;
void write_line_zm(std::byte* to, std::span<const double> xyzm) noexcept;

// The same in memory of the current memory context. May throw pg::Error (out of memory).
Datum make_point_zm(std::span<const double> xyzm);
Datum make_line_zm(std::span<const double> xyzm);

// Least and greatest coordinate on each axis; [-infinity, infinity] on axes the geometry lacks.
struct Extent {
  std::array<double, 4> low, high;
};

// A geometry argument, detoasted if need be into the current memory context. Missing Z and M read
// as 0. Never reads outside the value, whatever is in it.
class Geometry {
 public:
  // Throws pg::Error if detoasting fails, Failure (kCorrupt) if the value is cut short.
  explicit Geometry(Datum datum);

  static constexpr std::uint32_t kPoint = 1, kLineString = 2;
  std::uint32_t type() const noexcept { return type_; }
  bool has_z() const noexcept { return has_z_; }
  bool has_m() const noexcept { return has_m_; }

  // The coordinates of a point that is not empty; nothing for any other geometry.
  std::optional<std::array<double, 4>> point() const noexcept;
  // Nothing for an empty geometry. Throws Failure (kCorrupt) for a malformed one. O(vertices).
  std::optional<Extent> extent() const;

 private:
  std::span<const std::byte> body_;
  std::uint32_t type_ = 0;
  bool has_z_ = false, has_m_ = false;
};

// The geometry type, and the schema PostGIS lives in; looked up once per session and again after
// the catalogue changed. Throw pg::Error if PostGIS is not there.
Oid geometry_type();
Oid postgis_schema();

}  // namespace hartonomous::pg
