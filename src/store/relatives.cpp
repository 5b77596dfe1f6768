// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/relatives.hpp"

#include <algorithm>

#include "pg/spi.hpp"

namespace hartonomous::store {

namespace {

using core::block::SimilaritySketch;

constexpr std::int64_t kMaxCompared = 100'000;
constexpr std::size_t kMaxRemembered = 250'000;  // sketches
constexpr std::size_t kMaxFound = 16;

struct Candidate {
  std::int64_t tensor_id;
  std::uint32_t distance;
  int rank;  // 0: preferred, 1: hardly farther than the nearest, 2: others
};

std::vector<Relative> described(std::span<const Candidate> candidates) {
  // Held until the transaction ends: blocks may come to be coded given theirs. What the collector
  // takes just now is passed over.
  static pg::Statement find(
      "SELECT t.dtype, t.shape, u.n FROM unnest($1::int8[]) WITH ORDINALITY AS u(id, n) "
      "JOIN hartonomous.tensor t ON t.tensor_id = u.id ORDER BY u.n "
      "FOR KEY SHARE OF t SKIP LOCKED");
  std::vector<std::int64_t> ids;
  for (const Candidate& candidate : candidates) ids.push_back(candidate.tensor_id);
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, pg::Parameters().int8s(ids));
  std::vector<Relative> relatives;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const Candidate& candidate = candidates[static_cast<std::size_t>(rows.int8(i, 2)) - 1];
    const auto dtype = core::tensor::dtype_by_name(rows.text(i, 0));
    const std::vector<std::int64_t> shape = pg::int8_array(rows.datum(i, 1));
    if (!dtype) continue;
    relatives.push_back(
        {candidate.tensor_id, *dtype, {shape.begin(), shape.end()}, candidate.distance});
  }
  return relatives;
}

}  // namespace

RelativeFinder::RelativeFinder(std::span<const std::int64_t> parent_versions) {
  static pg::Statement find(
      "SELECT tensor_id FROM hartonomous.version_tensor WHERE version_id = ANY ($1::int8[])");
  if (parent_versions.empty()) return;
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int8s(parent_versions));
  for (std::size_t i = 0; i < rows.count(); ++i) preferred_.insert(rows.int8(i, 0));
}

void RelativeFinder::prefer_versions_of(std::int64_t tensor_id) {
  static pg::Statement find(
      "SELECT vt.tensor_id FROM (SELECT version_id FROM hartonomous.version_tensor "
      "WHERE tensor_id = $1 ORDER BY version_id LIMIT 4) AS v "
      "JOIN hartonomous.version_tensor vt USING (version_id)");
  if (preferred_.contains(tensor_id)) return;
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int8(tensor_id));
  for (std::size_t i = 0; i < rows.count(); ++i) preferred_.insert(rows.int8(i, 0));
}

StoredSketches stored_sketches(std::uint64_t elements) {
  static pg::Statement find(
      "SELECT tensor_id, sketch FROM hartonomous.tensor_sketch WHERE elements = $1 "
      "ORDER BY tensor_id LIMIT $2");
  StoredSketches found;
  pg::Spi spi;
  const pg::Rows rows = spi.query(
      find, pg::Parameters().int8(static_cast<std::int64_t>(elements)).int8(kMaxCompared));
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const core::Bytes bytes = rows.bytea(i, 1);
    if (bytes.size() != core::block::kSketchSamples) continue;
    found.tensor_ids.push_back(rows.int8(i, 0));
    std::memcpy(found.sketches.emplace_back().bytes.data(), bytes.data(), bytes.size());
  }
  return found;
}

const StoredSketches& RelativeFinder::sketches_of(std::uint64_t elements) {
  const auto known = by_elements_.find(elements);
  if (known != by_elements_.end()) return known->second;
  if (remembered_ > kMaxRemembered) by_elements_.clear(), remembered_ = 0;
  const StoredSketches& found = by_elements_[elements] = stored_sketches(elements);
  remembered_ += found.sketches.size();
  return found;
}

std::vector<Relative> RelativeFinder::find(std::uint64_t elements, const SimilaritySketch& sketch) {
  const StoredSketches& all = sketches_of(elements);
  std::vector<Candidate> near;
  std::uint32_t least = core::block::kUnrelated;
  for (std::size_t i = 0; i < all.sketches.size(); ++i) {
    const std::uint32_t away = core::block::distance(sketch, all.sketches[i]);
    if (away >= core::block::kUnrelated) continue;
    near.push_back({all.tensor_ids[i], away, 2});
    least = std::min(least, away);
  }
  const std::uint32_t enough = core::block::hardly_farther(least);
  for (Candidate& candidate : near) {
    if (candidate.distance > enough) continue;
    candidate.rank = preferred_.contains(candidate.tensor_id) ? 0 : 1;
  }
  // The older first where rank says it is as good, the nearer first among the others.
  const auto order = [](const Candidate& a, const Candidate& b) {
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.rank == 2 && a.distance != b.distance) return a.distance < b.distance;
    return a.tensor_id < b.tensor_id;
  };
  const auto end = near.begin() + static_cast<long>(std::min(near.size(), kMaxFound));
  std::partial_sort(near.begin(), end, near.end(), order);
  near.erase(end, near.end());
  if (near.empty()) return {};
  return described(near);
}

}  // namespace hartonomous::store
