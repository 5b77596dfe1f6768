// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/nearest_atoms.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <tuple>

#include "core/base/utf8.hpp"
#include "core/space/curve_ranges.hpp"
#include "core/text/atom_graph.hpp"
#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "store/atom_lookup.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::space::Cell4;
using core::space::CurveRange;
using core::space::Point4;

constexpr double kFirstRadius = 0x1p-7;
constexpr double kWholeCube = 4;  // no two points of the cube are farther apart
constexpr std::size_t kRanges = 64;
constexpr std::int64_t kMostRuns = 64;  // of a word
constexpr std::size_t kShownBytes = 200;

// An atom in the ball, at its distance.
struct Candidate {
  double distance;
  std::int64_t atom_id;

  auto operator<=>(const Candidate&) const = default;
};

// What to call a candidate; nothing if it is not wanted.
using Naming = std::function<std::optional<std::string>(std::int64_t atom_id)>;

double distance(const Point4& a, const Point4& b) {
  const double x = a.x - b.x, y = a.y - b.y, z = a.z - b.z, m = a.m - b.m;
  return std::sqrt(x * x + y * y + z * z + m * m);
}

// The point that a stored key stands for.
Point4 point_of(core::space::StoredKey key) {
  return core::space::centre_of(core::space::hilbert_decode(core::space::from_stored(key)));
}

std::uint32_t cell_at(double c) {
  return core::space::quantize_coordinate(std::clamp(c, -1.0, 1.0));
}

std::vector<CurveRange> ranges_around(const Point4& p, double radius,
                                      core::Checkpoint& checkpoint) {
  // Keys hold points to half a cell: one cell more on each side.
  const double r = radius + 0x1p-30;
  const core::space::CellBox box{
      {cell_at(p.x - r), cell_at(p.y - r), cell_at(p.z - r), cell_at(p.m - r)},
      {cell_at(p.x + r), cell_at(p.y + r), cell_at(p.z + r), cell_at(p.m + r)}};
  return core::space::curve_ranges(box, kRanges, checkpoint);
}

// Compositions of at most `most_runs` runs within `radius` of `centre`, the nearest first.
std::vector<Candidate> ball(const Point4& centre, double radius, std::int64_t most_runs,
                            core::Checkpoint& checkpoint) {
  static pg::Statement within(
      "SELECT a.atom_id, a.hilbert_high, a.hilbert_low "
      "FROM unnest($1, $2, $3, $4) AS r (low_high, low_low, high_high, high_low), "
      "hartonomous.atom a "
      "WHERE (a.hilbert_high, a.hilbert_low) >= (r.low_high, r.low_low) "
      "AND (a.hilbert_high, a.hilbert_low) <= (r.high_high, r.high_low) "
      "AND NOT a.is_constant AND cardinality(a.refs) <= $5");
  std::vector<std::int64_t> bounds[4];
  for (const CurveRange& range : ranges_around(centre, radius, checkpoint)) {
    const auto low = core::space::stored(range.low), high = core::space::stored(range.high);
    bounds[0].push_back(low.high);
    bounds[1].push_back(low.low);
    bounds[2].push_back(high.high);
    bounds[3].push_back(high.low);
  }
  pg::Spi spi;
  // Nothing is known about how many rows a range holds, and never many.
  pg::call([] {
    set_config_option("enable_seqscan", "off", PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0,
                      false);
  });
  const pg::Rows rows = spi.query(
      within,
      pg::Parameters().int8s(bounds[0]).int8s(bounds[1]).int8s(bounds[2]).int8s(bounds[3]).int8(
          most_runs));
  std::vector<Candidate> inside;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const double d = distance(centre, point_of({rows.int8(i, 1), rows.int8(i, 2)}));
    if (d <= radius) inside.push_back({d, rows.int8(i, 0)});
  }
  checkpoint.reached(0);
  std::ranges::sort(inside);
  return inside;
}

void check_k(std::int64_t k) {
  if (k < 1 || k > 10000) pg::raise({Code::kInvalidArgument, "k must be from 1 to 10000"});
}

// The nearest `k` that have a name, and all that are as near as the last of them.
std::vector<Neighbour> nearest(const Point4& centre, std::int64_t k, std::int64_t most_runs,
                               const Naming& name) {
  pg::PollCheckpoint checkpoint;
  std::vector<Neighbour> found;
  for (double radius = kFirstRadius;; radius *= 2) {
    found.clear();
    for (const Candidate& candidate : ball(centre, radius, most_runs, checkpoint)) {
      const bool is_enough = found.size() >= static_cast<std::size_t>(k);
      if (is_enough && candidate.distance > found.back().distance) break;
      checkpoint.reached(0);
      if (auto text = name(candidate.atom_id)) {
        found.push_back({candidate.atom_id, std::move(*text), candidate.distance});
      }
    }
    if (found.size() >= static_cast<std::size_t>(k) || radius >= kWholeCube) return found;
  }
}

// The spelling of an atom made of characters alone.
std::optional<std::string> spelling(AtomLookup& atoms, std::int64_t atom_id) {
  const core::text::AtomContent* word = atoms.find(atom_id);
  if (word == nullptr) return std::nullopt;
  std::string text;
  for (const core::text::AtomContent::Run& run : word->children) {
    const core::text::AtomContent* child = atoms.find(run.atom);
    if (child == nullptr || !child->is_constant) return std::nullopt;
    for (std::uint32_t i = 0; i < run.multiplicity && text.size() <= kShownBytes; ++i) {
      text += child->bytes;
    }
  }
  if (text.empty() || text.size() > kShownBytes) return std::nullopt;
  return text;
}

// Appends the start of the atom's text until `text` has more than kShownBytes.
void append_start(AtomLookup& atoms, std::int64_t atom_id, std::string& text, int depth) {
  constexpr int kMaxHeight = 1000;
  const core::text::AtomContent* content = atoms.find(atom_id);
  if (content == nullptr || depth > kMaxHeight) {
    pg::raise({Code::kCorrupt, "atom " + std::to_string(atom_id) + " does not exist"});
  }
  text += content->bytes;
  for (const core::text::AtomContent::Run& run : content->children) {
    for (std::uint32_t i = 0; i < run.multiplicity; ++i) {
      const std::size_t before = text.size();
      append_start(atoms, run.atom, text, depth + 1);
      if (text.size() > kShownBytes) return;
      if (text.size() == before) break;
    }
  }
}

std::string start_of(AtomLookup& atoms, std::int64_t atom_id) {
  std::string text;
  append_start(atoms, atom_id, text, 0);
  if (text.size() > kShownBytes) {
    std::size_t end = kShownBytes;
    while (end > 0 && (text[end] & 0xc0) == 0x80) --end;
    text.resize(end);
  }
  text.resize(core::utf8::first_invalid(text));
  return text;
}

Point4 point_of_word(std::string_view word) {
  core::text::AtomGraph graph;
  std::vector<core::text::ChildRun> runs;
  while (!word.empty()) {
    const core::utf8::Decoded decoded = core::utf8::decode(word);
    if (decoded.length == 0) pg::raise({Code::kBadEncoding, "text is not valid UTF-8"});
    core::text::append_run(runs, graph.codepoint(decoded.codepoint));
    word.remove_prefix(decoded.length);
  }
  const core::text::NodeIndex node = graph.composition(runs);
  return core::space::centre_of(core::space::cell_of(graph.point(node)));
}

Point4 point_of_atom(std::int64_t atom_id) {
  static pg::Statement find(
      "SELECT hilbert_high, hilbert_low FROM hartonomous.atom WHERE atom_id = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int8(atom_id));
  if (rows.count() == 0) {
    pg::raise({Code::kNotFound, "atom " + std::to_string(atom_id) + " does not exist"});
  }
  return point_of({rows.int8(0, 0), rows.int8(0, 1)});
}

}  // namespace

std::vector<Neighbour> nearest_words(std::string_view word, std::int64_t k) {
  check_k(k);
  if (word.empty()) pg::raise({Code::kInvalidArgument, "word is empty"});
  const pg::OwnerRights rights;
  AtomLookup atoms;
  std::vector<Neighbour> found = nearest(point_of_word(word), k, kMostRuns,
                                         [&](std::int64_t id) { return spelling(atoms, id); });
  const auto order = [](const Neighbour& n) { return std::tie(n.distance, n.text); };
  std::ranges::sort(found, {}, order);
  found.resize(std::min(found.size(), static_cast<std::size_t>(k)));
  return found;
}

std::vector<Neighbour> nearest_compositions(std::int64_t atom_id, std::int64_t k) {
  check_k(k);
  const pg::OwnerRights rights;
  AtomLookup atoms;
  const auto name = [&](std::int64_t id) {
    return id == atom_id ? std::nullopt : std::optional(std::string());
  };
  std::vector<Neighbour> found = nearest(point_of_atom(atom_id), k, 1024, name);
  found.resize(std::min(found.size(), static_cast<std::size_t>(k)));
  for (Neighbour& neighbour : found) neighbour.text = start_of(atoms, neighbour.atom_id);
  return found;
}

}  // namespace hartonomous::store
