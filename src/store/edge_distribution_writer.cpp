// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_distribution_writer.hpp"

#include <algorithm>

#include "core/base/interruptible_sort.hpp"
#include "core/graph/kneser_ney.hpp"
#include "store/edge_back_off.hpp"
#include "store/edge_distribution_rows.hpp"

namespace hartonomous::store {

namespace {

using core::graph::kBegin;
using core::graph::KneserNey;
using core::graph::kUnknown;
using core::graph::NgramCounts;
using core::graph::NgramLevel;
using core::graph::Symbol;

constexpr std::size_t kRowsPerPoll = 1000;

struct Place {
  std::int64_t context_id;
  std::uint32_t level, context;
};

std::vector<Place> in_row_order(const CountIds& ids, core::Checkpoint& checkpoint) {
  std::vector<Place> places;
  for (std::uint32_t n = 0; n < ids.contexts.size(); ++n) {
    for (std::uint32_t c = 0; c < ids.contexts[n].size(); ++c) {
      if (ids.contexts[n][c] != kNoContext) places.push_back({ids.contexts[n][c], n, c});
    }
  }
  core::interruptible_sort(
      places, [](const Place& a, const Place& b) { return a.context_id < b.context_id; },
      checkpoint);
  return places;
}

class Lister {
 public:
  Lister(const NgramCounts& counts, const KneserNey& model, const CountIds& ids)
      : counts_(counts), model_(model), ids_(ids) {}

  // The list of one context. Valid until the next call.
  std::span<const Listing> list(const Place& place) {
    const NgramLevel& level = counts_.levels[place.level];
    entries_.clear();
    for (std::uint32_t e = level.first[place.context]; e < level.first[place.context + 1]; ++e) {
      const Symbol word = level.word[e];
      if (word == kUnknown || word == kBegin || ids_.words[word] == kNoContext) continue;
      entries_.push_back({static_cast<float>(model_.levels[place.level].probability[e]), word});
    }
    std::ranges::sort(entries_, [&](const Entry& a, const Entry& b) { return precedes(a, b); });
    listings_.clear();
    for (const Entry& e : entries_) listings_.push_back({ids_.words[e.word], e.probability});
    return listings_;
  }

 private:
  struct Entry {
    float probability;
    Symbol word;
  };
  bool precedes(const Entry& a, const Entry& b) const {
    if (a.probability != b.probability) return a.probability > b.probability;
    const auto& frequency = counts_.levels[0].count;
    if (frequency[a.word] != frequency[b.word]) return frequency[a.word] > frequency[b.word];
    return ids_.rank[a.word] < ids_.rank[b.word];
  }

  const NgramCounts& counts_;
  const KneserNey& model_;
  const CountIds& ids_;
  std::vector<Entry> entries_;
  std::vector<Listing> listings_;
};

}  // namespace

void write_distributions(std::int32_t domain_id, const NgramCounts& counts, const CountIds& ids,
                         core::Checkpoint& checkpoint) {
  const KneserNey model = core::graph::estimate_kneser_ney(counts, checkpoint);
  Lister lister(counts, model, ids);
  DistributionRows rows(domain_id);
  std::size_t written = 0;
  for (const Place& place : in_row_order(ids, checkpoint)) {
    rows.add(place.context_id, static_cast<float>(model.levels[place.level].backoff[place.context]),
             lister.list(place));
    if (++written % kRowsPerPoll == 0) checkpoint.reached(0);
  }
  rows.finish();
  describe_domain(domain_id, {"kneser_ney", static_cast<std::int32_t>(counts.order()) - 1,
                              counts.vocabulary - 2,  // without the unknown word and kBegin
                              double{static_cast<float>(model.levels[0].probability[kUnknown])}});
}

void refresh_domain(std::int32_t domain_id, core::Checkpoint& checkpoint) {
  if (has_measured_evidence(domain_id)) {
    write_back_off(domain_id, checkpoint);
    return;
  }
  const MergedCounts merged = load_counts(domain_id, checkpoint);
  write_distributions(domain_id, merged.counts, merged.ids, checkpoint);
}

}  // namespace hartonomous::store
