// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <string>
#include <vector>

#include "core/space/curve_ranges.hpp"
#include "core/space/hilbert.hpp"
#include "core/space/hypersphere.hpp"
#include "core/space/morton.hpp"
#include "core/space/quantize.hpp"
#include "core/space/trilateration.hpp"
#include "pg/array.hpp"
#include "pg/datum.hpp"
#include "pg/postgis.hpp"
#include "pg/result_set.hpp"
#include "pg/row_type.hpp"

namespace pg = hartonomous::pg;
namespace core = hartonomous::core;
namespace space = hartonomous::core::space;

namespace {

Datum point_datum(const space::Point4& point) {
  return pg::make_point_zm(space::coordinates({&point, 1}));
}

space::Point4 require_point(const pg::Geometry& geometry) {
  const auto xyzm = geometry.point();
  if (!xyzm) {
    pg::raise(core::Status(core::Code::kInvalidArgument, "geometry must be a point, and not empty")
                  .with_hint("Take one of its points, such as ST_StartPoint(geometry)."));
  }
  return {(*xyzm)[0], (*xyzm)[1], (*xyzm)[2], (*xyzm)[3]};
}

unsigned require_bits(std::int32_t bits) {
  if (bits < 1 || bits > static_cast<std::int32_t>(space::kMaxBits3)) {
    pg::raise({core::Code::kInvalidArgument,
               "bits must be between 1 and 21, not " + std::to_string(bits)});
  }
  return static_cast<unsigned>(bits);
}

std::uint32_t require_coordinate(std::int32_t value, unsigned bits) {
  if (value < 0 || value >= std::int32_t{1} << bits) {
    pg::raise({core::Code::kOutOfRange, "coordinate " + std::to_string(value) +
                                            " does not fit in " + std::to_string(bits) + " bits"});
  }
  return static_cast<std::uint32_t>(value);
}

space::Cell3 require_cell(const pg::Arguments& args, unsigned bits) {
  return {require_coordinate(args.int4(0), bits), require_coordinate(args.int4(1), bits),
          require_coordinate(args.int4(2), bits)};
}

std::uint64_t require_code(std::int64_t code, unsigned bits) {
  const auto value = static_cast<std::uint64_t>(code);
  if (value >> (3 * bits) != 0) {
    pg::raise({core::Code::kOutOfRange, "code " + std::to_string(code) + " does not fit in 3 x " +
                                            std::to_string(bits) + " bits"});
  }
  return value;
}

Datum code_datum(std::uint64_t code) { return Int64GetDatum(static_cast<std::int64_t>(code)); }

Datum cell_datum(FunctionCallInfo fcinfo, const space::Cell3& cell) {
  const auto number = [](std::uint32_t c) { return Int32GetDatum(static_cast<std::int32_t>(c)); };
  return pg::RowType::of_result(fcinfo).make(number(cell.x), number(cell.y), number(cell.z));
}

Datum key_datum(const pg::RowType& type, space::HilbertKey key) {
  const space::StoredKey stored = space::stored(key);
  return type.make(Int64GetDatum(stored.high), Int64GetDatum(stored.low));
}

// The box's cells within the cube from -1 to 1; nothing if they do not meet.
std::optional<space::CellBox> clipped(const pg::Extent& extent) {
  space::CellBox box{};
  for (std::size_t axis = 0; axis < 4; ++axis) {
    const double low = extent.low[axis], high = extent.high[axis];
    if (!(low <= 1 && high >= -1)) return std::nullopt;
    box.low[axis] = space::quantize_coordinate(std::max(low, -1.0));
    box.high[axis] = space::quantize_coordinate(std::min(high, 1.0));
  }
  return box;
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_character_point) {
  const std::int32_t codepoint = pg::Arguments(fcinfo).int4(0);
  if (codepoint < 0 || static_cast<std::uint32_t>(codepoint) >= space::kCharacterPlaces) {
    pg::raise({core::Code::kOutOfRange,
               "codepoint " + std::to_string(codepoint) + " is not between 0 and 1114111"});
  }
  return point_datum(space::character_point(static_cast<char32_t>(codepoint)));
}

HARTONOMOUS_FUNCTION(hartonomous_codepoint_of) {
  const pg::Geometry geometry(pg::Arguments(fcinfo).datum(0));
  const auto xyzm = geometry.point();
  const auto codepoint =
      xyzm ? space::codepoint_at({(*xyzm)[0], (*xyzm)[1], (*xyzm)[2], (*xyzm)[3]}) : std::nullopt;
  if (!codepoint) PG_RETURN_NULL();
  PG_RETURN_INT32(static_cast<std::int32_t>(*codepoint));
}

HARTONOMOUS_FUNCTION(hartonomous_hilbert_encode) {
  const pg::Geometry geometry(pg::Arguments(fcinfo).datum(0));
  const space::Cell4 cell = pg::check(space::quantize(require_point(geometry)));
  return key_datum(pg::RowType::of_result(fcinfo), space::hilbert_encode(cell));
}

HARTONOMOUS_FUNCTION(hartonomous_hilbert_decode) {
  const auto pair = pg::int8_pair(pg::Arguments(fcinfo).datum(0));
  if (!pair) PG_RETURN_NULL();
  const space::HilbertKey key = space::from_stored({(*pair)[0], (*pair)[1]});
  return point_datum(space::centre_of(space::hilbert_decode(key)));
}

HARTONOMOUS_FUNCTION(hartonomous_hilbert3d_encode) {
  const pg::Arguments args(fcinfo);
  const unsigned bits = require_bits(args.int4(3));
  return code_datum(space::hilbert3_encode(require_cell(args, bits), bits));
}

HARTONOMOUS_FUNCTION(hartonomous_hilbert3d_decode) {
  const pg::Arguments args(fcinfo);
  const unsigned bits = require_bits(args.int4(1));
  return cell_datum(fcinfo, space::hilbert3_decode(require_code(args.int8(0), bits), bits));
}

HARTONOMOUS_FUNCTION(hartonomous_morton3d_encode) {
  const pg::Arguments args(fcinfo);
  return code_datum(space::morton3_encode(require_cell(args, require_bits(args.int4(3)))));
}

HARTONOMOUS_FUNCTION(hartonomous_morton3d_decode) {
  const pg::Arguments args(fcinfo);
  const unsigned bits = require_bits(args.int4(1));
  return cell_datum(fcinfo, space::morton3_decode(require_code(args.int8(0), bits)));
}

HARTONOMOUS_FUNCTION(hartonomous_hilbert_ranges) {
  constexpr std::int32_t kMostRanges = 10'000;
  const pg::Arguments args(fcinfo);
  const std::int32_t max_ranges = args.int4(1);
  if (max_ranges < 1 || max_ranges > kMostRanges) {
    pg::raise({core::Code::kInvalidArgument,
               "max_ranges must be between 1 and 10000, not " + std::to_string(max_ranges)});
  }
  pg::ResultSet out(fcinfo);
  const auto extent = pg::Geometry(args.datum(0)).extent();
  const auto box = extent ? clipped(*extent) : std::nullopt;
  if (!box) return out.done();
  const pg::RowType key = pg::RowType::of_result_column(fcinfo, 0);
  pg::PollCheckpoint checkpoint;
  for (const auto& range :
       space::curve_ranges(*box, static_cast<std::size_t>(max_ranges), checkpoint)) {
    out.row(key_datum(key, range.low), key_datum(key, range.high));
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_trilaterate) {
  const pg::Arguments args(fcinfo);
  std::vector<space::Point4> landmarks;
  for (const Datum d : pg::array_elements(args.datum(0), "landmarks")) {
    landmarks.push_back(require_point(pg::Geometry(d)));
  }
  std::vector<double> distances;
  for (const Datum d : pg::array_elements(args.datum(1), "distances")) {
    distances.push_back(DatumGetFloat8(d));
  }
  return point_datum(pg::check(space::trilaterate(landmarks, distances)));
}
