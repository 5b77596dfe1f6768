// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/base_search.hpp"

#include <algorithm>
#include <map>

#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "store/relatives.hpp"

namespace hartonomous::store {

namespace {

using core::block::kSketchSamples;
using core::block::kUnrelated;
using core::block::SimilaritySketch;

constexpr std::int64_t kCompared = 8;  // tensors of the model

struct Sketched {
  std::int64_t tensor_id;
  std::uint64_t elements;
  SimilaritySketch sketch;
};

std::vector<Sketched> largest_tensors(std::int64_t version_id) {
  static pg::Statement find(
      "SELECT s.tensor_id, s.elements, s.sketch FROM hartonomous.tensor_sketch s WHERE s.tensor_id "
      "IN (SELECT v.tensor_id FROM hartonomous.version_tensor v WHERE v.version_id = $1) "
      "ORDER BY s.elements DESC, s.tensor_id LIMIT $2");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int8(version_id).int8(kCompared));
  std::vector<Sketched> largest;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    Sketched& next = largest.emplace_back(
        Sketched{rows.int8(i, 0), static_cast<std::uint64_t>(rows.int8(i, 1)), {}});
    std::memcpy(next.sketch.bytes.data(), rows.bytea(i, 2).data(), kSketchSamples);
  }
  return largest;
}

// Which of the model's tensors a stored tensor lies near, and how near.
struct Near {
  std::size_t tensor;
  std::uint32_t distance;
};
using NearTensors = std::multimap<std::int64_t, Near>;

NearTensors near_tensors(std::span<const Sketched> of_model) {
  std::map<std::uint64_t, StoredSketches> stored;
  NearTensors near;
  for (std::size_t i = 0; i < of_model.size(); ++i) {
    pg::poll();
    const auto [all, is_new] = stored.try_emplace(of_model[i].elements);
    if (is_new) all->second = stored_sketches(of_model[i].elements);
    const auto& [ids, sketches] = all->second;
    for (std::size_t k = 0; k < ids.size(); ++k) {
      const std::uint32_t away = core::block::distance(of_model[i].sketch, sketches[k]);
      if (away < kUnrelated) near.emplace(ids[k], Near{i, away});
    }
  }
  return near;
}

// What the tensors are made of, as the store has it.
void add_parents(std::span<const Sketched> of_model, NearTensors& near) {
  static pg::Statement find(
      "SELECT DISTINCT p.tensor_id FROM hartonomous.tensor_block t "
      "JOIN hartonomous.block b USING (block_id) "
      "JOIN hartonomous.block_base d USING (block_id) "
      "JOIN hartonomous.tensor_block p ON p.block_id = d.base_block_id "
      "WHERE t.tensor_id = $1 AND b.codec = 'derived'");
  for (std::size_t i = 0; i < of_model.size(); ++i) {
    pg::Spi spi;
    const pg::Rows rows = spi.query(find, pg::Parameters().int8(of_model[i].tensor_id));
    for (std::size_t k = 0; k < rows.count(); ++k) near.emplace(rows.int8(k, 0), Near{i, 0});
  }
}

struct Version {
  std::string model;
  std::vector<std::uint32_t> distances;  // of the model's tensors
};

// The versions that hold near tensors, as the caller sees them.
std::map<std::int64_t, Version> versions_of(const NearTensors& near, std::size_t compared,
                                            std::int64_t own_version) {
  static pg::Statement find(
      "SELECT v.version_id, m.name, t.tensor_id FROM hartonomous.version_tensor t "
      "JOIN hartonomous.model_version v USING (version_id) "
      "JOIN hartonomous.model m USING (model_id) "
      "WHERE t.tensor_id = ANY ($1::int8[]) AND t.version_id <> $2");
  std::vector<std::int64_t> ids;
  for (const auto& [id, unused] : near) {
    if (ids.empty() || ids.back() != id) ids.push_back(id);
  }
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int8s(ids).int8(own_version));
  std::map<std::int64_t, Version> versions;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    Version& version = versions[rows.int8(i, 0)];
    if (version.distances.empty()) {
      version.model = rows.text(i, 1);
      version.distances.assign(compared, kUnrelated);
    }
    const auto [first, last] = near.equal_range(rows.int8(i, 2));
    for (auto one = first; one != last; ++one) {
      std::uint32_t& least = version.distances[one->second.tensor];
      least = std::min(least, one->second.distance);
    }
  }
  return versions;
}

}  // namespace

std::vector<BaseCandidate> find_bases(const VersionKey& version, std::size_t count) {
  std::size_t compared = 0;
  NearTensors near;
  {
    const pg::OwnerRights rights;
    const std::vector<Sketched> tensors = largest_tensors(version.version_id);
    compared = tensors.size();
    near = near_tensors(tensors);
    add_parents(tensors, near);
  }
  struct Ranked {
    std::uint32_t mean;
    int rank;  // 0: older and hardly farther than the nearest older, 1: older, 2: younger
    BaseCandidate candidate;
  };
  std::vector<Ranked> ranked;
  std::uint32_t least = kUnrelated;
  for (auto& [id, found] : versions_of(near, compared, version.version_id)) {
    std::uint64_t sum = 0;
    for (const std::uint32_t distance : found.distances) sum += distance;
    const auto mean = static_cast<std::uint32_t>(sum / compared);
    const double samples = static_cast<double>(compared * kSketchSamples);
    const bool is_older = id < version.version_id;
    ranked.push_back({mean, is_older ? 1 : 2,
                      {std::move(found.model), id, static_cast<double>(sum) / samples,
                       std::ranges::count_if(found.distances,
                                             [](auto d) { return d < kUnrelated; })}});
    if (is_older) least = std::min(least, mean);
  }
  const std::uint32_t enough = core::block::hardly_farther(least);
  for (Ranked& one : ranked) {
    if (one.rank == 1 && one.mean <= enough) one.rank = 0;
  }
  std::ranges::sort(ranked, [](const Ranked& a, const Ranked& b) {
    if (a.rank != b.rank) return a.rank < b.rank;
    if (a.rank > 0 && a.mean != b.mean) return a.mean < b.mean;
    return a.candidate.version_id < b.candidate.version_id;
  });
  std::vector<BaseCandidate> bases;
  for (Ranked& one : ranked) {
    if (bases.size() == count) break;
    bases.push_back(std::move(one.candidate));
  }
  return bases;
}

}  // namespace hartonomous::store
