// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Atoms are checked in pages. A page's children are fetched with it, and from each child's row come
// its hash and, as the weighted mean of its own vertices, its representative point. So every claim
// is checked against rows one level down, and by induction against the characters.
#include "store/atom_verify.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "core/base/utf8.hpp"
#include "core/hash/sha256.hpp"
#include "core/space/hilbert.hpp"
#include "core/space/hypersphere.hpp"
#include "core/text/expansion.hpp"
#include "pg/postgis.hpp"
#include "pg/spi.hpp"
#include "pg/subtransaction.hpp"
#include "store/atom_reader.hpp"
#include "store/atom_table.hpp"
#include "store/distinct.hpp"

namespace hartonomous::store {

namespace {

using core::hash::ContentHash;
using core::space::Point4;
using pg::Parameters;

struct Child {
  ContentHash hash;
  Point4 point;
  std::optional<std::size_t> text_length;  // if the row carries its text
};
using Children = std::unordered_map<std::int64_t, Child>;

std::string atom(std::int64_t id) { return "atom " + std::to_string(id); }

ContentHash hash_of(core::Bytes bytes) {
  ContentHash hash;
  std::ranges::copy(bytes.first(std::min(bytes.size(), hash.bytes.size())), hash.bytes.begin());
  return hash;
}

std::vector<std::int32_t> multiplicities(Datum datum) {
  const core::Bytes bytes = pg::bytea_view(datum);  // an int4[] without its varlena header
  constexpr std::size_t kHeader = ARR_OVERHEAD_NONULLS(1) - VARHDRSZ;
  std::vector<std::int32_t> values;
  for (std::size_t at = kHeader; at + 4 <= bytes.size(); at += 4) {
    values.push_back(core::load_little_endian<std::int32_t>(bytes.data() + at));
  }
  return values;
}

// The last `count` vertices of a stored geometry; fewer if it is too short.
std::vector<Point4> last_vertices(core::Bytes geometry, std::size_t count) {
  count = std::min(count, geometry.size() / sizeof(Point4));
  std::vector<Point4> points(count);
  const core::Bytes tail = geometry.last(count * sizeof(Point4));
  std::memcpy(static_cast<void*>(points.data()), tail.data(), tail.size());
  return points;
}

Point4 representative(std::span<const Point4> points, std::span<const std::int32_t> times) {
  Point4 sum{};
  double weight = 0;
  for (std::size_t i = 0; i < std::min(points.size(), times.size()); ++i) {
    const double w = times[i];
    sum.x += w * points[i].x;
    sum.y += w * points[i].y;
    sum.z += w * points[i].z;
    sum.m += w * points[i].m;
    weight += w;
  }
  if (weight == 0) return {};
  return {sum.x / weight, sum.y / weight, sum.z / weight, sum.m / weight};
}

// The vertices that make up the representative point: a line of one child repeats its vertex.
Point4 representative_of_row(Datum geometry, bool is_constant, Datum times_datum) {
  const core::Bytes bytes = pg::bytea_view(geometry);
  if (is_constant) {
    const auto points = last_vertices(bytes, 1);
    return points.empty() ? Point4{} : points[0];
  }
  const std::vector<std::int32_t> times = multiplicities(times_datum);
  return representative(last_vertices(bytes, std::max<std::size_t>(times.size(), 2)), times);
}

Children fetch_children(const std::vector<std::int64_t>& ids) {
  static pg::Statement find(
      "SELECT atom_id, content_hash, is_constant, multiplicities, geom, octet_length(value) "
      "FROM hartonomous.atom WHERE atom_id = ANY ($1)");
  Children children;
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8s(ids));
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const bool is_constant = rows.boolean(i, 2);
    if (!is_constant && rows.is_null(i, 3)) continue;  // reported where it is checked itself
    children[rows.int8(i, 0)] = {hash_of(rows.bytea(i, 1)),
                                 representative_of_row(rows.datum(i, 4), is_constant,
                                                       is_constant ? Datum{0} : rows.datum(i, 3)),
                                 std::nullopt};
    if (!rows.is_null(i, 5)) {
      children[rows.int8(i, 0)].text_length = static_cast<std::size_t>(rows.int4(i, 5));
    }
  }
  return children;
}

using Texts = std::unordered_map<std::int64_t, std::string>;

Texts fetch_texts(const std::vector<std::int64_t>& ids) {
  static pg::Statement find(
      "SELECT atom_id, value FROM hartonomous.atom WHERE atom_id = ANY ($1) AND value IS NOT NULL");
  Texts texts;
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8s(ids));
  for (std::size_t i = 0; i < rows.count(); ++i) {
    texts[rows.int8(i, 0)] = core::as_text(rows.bytea(i, 1));
  }
  return texts;
}

bool geometry_is(Datum stored, std::span<const Point4> points, bool is_point) {
  const std::size_t size = is_point ? pg::kPointZmBytes : pg::line_zm_bytes(points.size());
  std::vector<Point4> aligned(size / sizeof(Point4) + 1);  // 8-byte aligned bytes
  auto* expected = reinterpret_cast<std::byte*>(aligned.data());
  if (is_point) {
    pg::write_point_zm(expected, core::space::coordinates(points));
  } else {
    pg::write_line_zm(expected, core::space::coordinates(points));
  }
  return std::ranges::equal(pg::bytea_view(stored),
                            core::Bytes(expected + VARHDRSZ, size - VARHDRSZ));
}

bool is_on_curve_at(const Point4& point, std::int64_t high, std::int64_t low) {
  return core::space::in_unit_cube(point) &&
         core::space::stored(core::space::hilbert_key(point)) == core::space::StoredKey{high, low};
}

// Columns of the page query below.
enum Column { kId, kHash, kConstant, kRefsOf, kTimes, kBytes, kGeometry, kHigh, kLow, kIsByte };

const char* problem_of_constant(const pg::Rows& rows, std::size_t i) {
  if (rows.is_null(i, kBytes)) return "constant without a value";
  const std::string_view value = core::as_text(rows.bytea(i, kBytes));
  char32_t leaf = 0;
  ContentHash hash;
  if (rows.boolean(i, kIsByte)) {
    if (value.size() != 1 || (value[0] & 0x80) == 0) return "value is not one byte from 80 to FF";
    const auto byte = static_cast<std::uint8_t>(value[0]);
    leaf = core::text::raw_byte(byte);
    hash = core::hash::byte_hash(byte);
  } else {
    const core::utf8::Decoded decoded = core::utf8::decode(value);
    if (decoded.length == 0 || decoded.length != value.size()) return "value is not one character";
    leaf = decoded.codepoint;
    hash = core::hash::codepoint_hash(leaf);
  }
  if (hash != hash_of(rows.bytea(i, kHash))) return "value does not match the content address";
  const Point4 point = core::space::character_point(leaf);
  if (!geometry_is(rows.datum(i, kGeometry), {&point, 1}, true))
    return "geometry is not the value's";
  if (!is_on_curve_at(point, rows.int8(i, kHigh), rows.int8(i, kLow))) {
    return "curve position is not the geometry's";
  }
  return nullptr;
}

// Whether a composition of these children should carry its text.
bool should_carry_text(const std::vector<std::int64_t>& refs,
                       const std::vector<std::int32_t>& times, const Children& children) {
  std::size_t length = 0;
  for (std::size_t k = 0; k < std::min(refs.size(), times.size()); ++k) {
    const auto child = children.find(refs[k]);
    if (child == children.end() || !child->second.text_length || times[k] < 1) return false;
    length += *child->second.text_length * static_cast<std::size_t>(times[k]);
    if (length > core::text::kMostCarriedText) return false;
  }
  return true;
}

bool is_text_of(std::string_view value, const std::vector<std::int64_t>& refs,
                const std::vector<std::int32_t>& times, const Texts& texts) {
  for (std::size_t k = 0; k < refs.size(); ++k) {
    const auto child = texts.find(refs[k]);
    if (child == texts.end()) return false;
    if (child->second.empty()) continue;
    for (std::int32_t i = 0; i < times[k]; ++i) {
      if (!value.starts_with(child->second)) return false;
      value.remove_prefix(child->second.size());
    }
  }
  return value.empty();
}

const char* problem_of_text(const pg::Rows& rows, std::size_t i, const Children& children,
                            const Texts& texts) {
  const std::vector<std::int64_t> refs = pg::int8_array(rows.datum(i, kRefsOf));
  const std::vector<std::int32_t> times = multiplicities(rows.datum(i, kTimes));
  const bool is_right =
      should_carry_text(refs, times, children)
          ? !rows.is_null(i, kBytes) &&
                is_text_of(core::as_text(rows.bytea(i, kBytes)), refs, times, texts)
          : rows.is_null(i, kBytes);
  return is_right ? nullptr : "value is not the children's text";
}

const char* problem_of_composition(const pg::Rows& rows, std::size_t i, const Children& children) {
  if (rows.is_null(i, kRefsOf) || rows.is_null(i, kTimes)) return "composition without children";
  const std::vector<std::int64_t> refs = pg::int8_array(rows.datum(i, kRefsOf));
  const std::vector<std::int32_t> times = multiplicities(rows.datum(i, kTimes));
  if (refs.size() != times.size()) return "children and multiplicities differ in number";
  if (refs.size() == 1 && times[0] == 1) return "composition of a single child";
  std::vector<core::hash::Child> hashed;
  std::vector<Point4> points;
  for (std::size_t k = 0; k < refs.size(); ++k) {
    if (times[k] < 1 || (k > 0 && refs[k] == refs[k - 1])) return "children are not in runs";
    const auto child = children.find(refs[k]);
    if (child == children.end()) return "child does not exist";
    hashed.push_back({child->second.hash, static_cast<std::uint32_t>(times[k])});
    points.push_back(child->second.point);
  }
  if (core::hash::composition_hash(hashed) != hash_of(rows.bytea(i, kHash))) {
    return "children do not match the content address";
  }
  const Point4 point = representative(points, times);
  while (points.size() < 2) points.push_back(points.empty() ? Point4{} : points[0]);
  if (!geometry_is(rows.datum(i, kGeometry), points, false)) {
    return "geometry is not the children's";
  }
  if (!is_on_curve_at(point, rows.int8(i, kHigh), rows.int8(i, kLow))) {
    return "curve position is not the geometry's";
  }
  return nullptr;
}

// The children whose texts make up those that rows of a page should carry: at most 32 KiB a row.
std::vector<std::int64_t> children_with_texts(const pg::Rows& rows, const Children& children) {
  std::vector<std::int64_t> wanted;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    if (rows.is_null(i, kRefsOf) || rows.is_null(i, kTimes)) continue;
    const auto refs = pg::int8_array(rows.datum(i, kRefsOf));
    if (!should_carry_text(refs, multiplicities(rows.datum(i, kTimes)), children)) continue;
    wanted.insert(wanted.end(), refs.begin(), refs.end());
  }
  sort_distinct(wanted);
  return wanted;
}

// A document's text from its characters alone, whatever texts the atoms between carry.
std::string spelled_out(std::int64_t root, std::int64_t length) {
  pg::PollCheckpoint checkpoint;
  const auto size = static_cast<std::size_t>(length);
  const LoadedDag dag = load_dag(root, size / 2, checkpoint);
  std::string text(size, '\0');
  pg::check(core::text::expand(dag.view(), 0, text, checkpoint));
  return text;
}

// What is wrong with the document of the row, or nothing. A text that cannot be read leaves scans
// open, which only a subtransaction closes.
std::string problem_of_document(const pg::Rows& rows) {
  std::string problem;
  try {
    const auto error = pg::subtransaction([&] {
      const std::string text = spelled_out(rows.int8(0, 1), rows.int8(0, 2));
      const core::hash::Sha256Digest digest = core::hash::sha256(core::as_bytes(text));
      if (!std::ranges::equal(digest, rows.bytea(0, 3))) {
        problem = "text does not match the SHA-256";
      }
    });
    if (error) throw pg::Error(*error);
  } catch (const pg::Failure& failure) {
    problem = failure.what();
  }
  return problem;
}

}  // namespace

void verify_atoms(const Report& report) {
  static pg::Statement page(
      "SELECT atom_id, content_hash, is_constant, refs, multiplicities, value, geom, "
      "hilbert_high, hilbert_low, kind = 'byte' FROM hartonomous.atom "
      "WHERE atom_id > $1 ORDER BY atom_id LIMIT 1000");
  std::int64_t last = 0;
  for (;;) {
    pg::Spi spi;
    const pg::Rows rows = spi.query(page, Parameters().int8(last));
    if (rows.count() == 0) return;
    std::vector<std::int64_t> wanted;
    for (std::size_t i = 0; i < rows.count(); ++i) {
      if (rows.is_null(i, kRefsOf)) continue;
      const auto refs = pg::int8_array(rows.datum(i, kRefsOf));
      wanted.insert(wanted.end(), refs.begin(), refs.end());
    }
    sort_distinct(wanted);
    const Children children = fetch_children(wanted);
    const Texts texts = fetch_texts(children_with_texts(rows, children));
    for (std::size_t i = 0; i < rows.count(); ++i) {
      pg::poll();
      const char* problem = rows.boolean(i, kConstant) ? problem_of_constant(rows, i)
                                                       : problem_of_composition(rows, i, children);
      if (problem == nullptr && !rows.boolean(i, kConstant)) {
        problem = problem_of_text(rows, i, children, texts);
      }
      if (problem != nullptr) report(problem, atom(rows.int8(i, kId)));
    }
    last = rows.int8(rows.count() - 1, kId);
  }
}

void verify_documents(const Report& report) {
  static pg::Statement page(
      "SELECT document_id, atom_id, byte_length, sha256 FROM hartonomous.document "
      "WHERE document_id > $1 ORDER BY document_id LIMIT 1");
  std::int64_t last = 0;
  for (;;) {
    pg::Spi spi;
    const pg::Rows rows = spi.query(page, Parameters().int8(last));
    if (rows.count() == 0) return;
    last = rows.int8(0, 0);
    const std::string problem = problem_of_document(rows);
    if (!problem.empty()) report(problem.c_str(), "document " + std::to_string(last));
  }
}

}  // namespace hartonomous::store
