// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_back_off.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "pg/spi.hpp"
#include "store/distinct.hpp"
#include "store/edge_contexts.hpp"
#include "store/edge_distribution_rows.hpp"
#include "store/edge_evidence.hpp"
#include "store/edge_words.hpp"

namespace hartonomous::store {

namespace {

constexpr std::size_t kRowsPerPoll = 1000;

double occurrences(__int128 weighted) noexcept {
  return static_cast<double>(weighted) / static_cast<double>(kWholeEvidence);
}

class BackOff {
 public:
  BackOff(std::int32_t domain_id, core::Checkpoint& checkpoint)
      : checkpoint_(checkpoint), edges_(domain_evidence(domain_id, checkpoint)) {
    for (const EvidenceSum& tail : domain_tails(domain_id, checkpoint)) {
      tails_.emplace(tail.context, tail.weighted);
    }
    probabilities_.resize(edges_.size());
  }

  void write(std::int32_t domain_id) {
    rank_words();
    add_contexts();
    DistributionRows rows(domain_id);
    std::size_t written = 0;
    for (const auto& [length, ids] : by_length_) {
      for (const std::int64_t id : ids) {
        settle(id);
        rows.add(id, static_cast<float>(contexts_.at(id).back_off), listed(id));
        if (++written % kRowsPerPoll == 0) checkpoint_.reached(0);
      }
    }
    rows.finish();
    describe_domain(domain_id, {"back_off", by_length_.rbegin()->first,
                                static_cast<std::int64_t>(ranks_.size()),
                                contexts_.at(kEmptyContext).back_off * uniform()});
  }

 private:
  struct Context {
    std::int64_t suffix;
    double back_off = 1;
    std::size_t first = 0, last = 0;  // its edges
  };

  double uniform() const { return 1.0 / (static_cast<double>(ranks_.size()) + 1); }

  void rank_words() {
    std::vector<std::int64_t> atoms;
    for (const EvidenceSum& edge : edges_) atoms.push_back(edge.target);
    sort_distinct(atoms);
    WordReader reader(pg::IndexProbe::Sees::kLatest);
    std::vector<std::pair<std::string_view, std::int64_t>> words;
    for (const std::int64_t atom : atoms) words.emplace_back(reader.spelling(atom), atom);
    std::ranges::sort(words);
    for (const auto& word : words) ranks_.emplace(word.second, ranks_.size());
  }

  // Those with evidence, and those between them and the empty one.
  void add_contexts() {
    contexts_[kEmptyContext].suffix = kEmptyContext;
    by_length_[0].push_back(kEmptyContext);
    ContextReader reader(pg::IndexProbe::Sees::kLatest);
    for (std::size_t i = 0; i < edges_.size();) {
      std::size_t last = i;
      while (last < edges_.size() && edges_[last].context == edges_[i].context) ++last;
      add_context(edges_[i].context, reader);
      contexts_[edges_[i].context].first = i;
      contexts_[edges_[i].context].last = last;
      i = last;
    }
    for (auto& [length, ids] : by_length_) std::ranges::sort(ids);
  }
  std::int32_t add_context(std::int64_t id, ContextReader& reader) {
    if (id == kEmptyContext) return 0;
    const std::int64_t suffix = reader.key_of(id).suffix;
    const std::int32_t length = add_context(suffix, reader) + 1;
    if (contexts_.try_emplace(id, Context{suffix}).second) by_length_[length].push_back(id);
    return length;
  }

  // REQUIRES: shorter contexts are settled.
  double probability(std::int64_t context, std::int64_t target) const {
    double scale = 1;
    for (std::int64_t id = context;; id = contexts_.at(id).suffix) {
      const Context& c = contexts_.at(id);
      const auto begin = edges_.begin() + static_cast<std::ptrdiff_t>(c.first);
      const auto end = edges_.begin() + static_cast<std::ptrdiff_t>(c.last);
      const auto found = std::ranges::lower_bound(begin, end, target, {}, &EvidenceSum::target);
      if (found != end && found->target == target) {
        return scale * probabilities_[static_cast<std::size_t>(found - edges_.begin())];
      }
      scale *= c.back_off;
      if (id == kEmptyContext) return scale * uniform();
    }
  }

  void settle(std::int64_t id) {
    Context& context = contexts_.at(id);
    __int128 kept = 0;
    for (std::size_t i = context.first; i < context.last; ++i) kept += edges_[i].weighted;
    const auto tail = tails_.find(id);
    const double unnamed = tail == tails_.end() ? 0 : occurrences(tail->second);
    if (kept == 0 && unnamed == 0) return;
    const double total = occurrences(kept) + unnamed;
    context.back_off = (kBackOffMu + unnamed) / (total + kBackOffMu);
    for (std::size_t i = context.first; i < context.last; ++i) {
      const double lower =
          id == kEmptyContext ? uniform() : probability(context.suffix, edges_[i].target);
      probabilities_[i] =
          occurrences(edges_[i].weighted) / (total + kBackOffMu) + context.back_off * lower;
    }
  }

  // The empty context lists every word, so that none is taken for unknown.
  std::vector<Listing> listed(std::int64_t id) const {
    std::vector<Listing> list;
    if (id == kEmptyContext) {
      for (const auto& word : ranks_) {
        list.push_back({word.first, static_cast<float>(probability(id, word.first))});
      }
    } else {
      for (std::size_t i = contexts_.at(id).first; i < contexts_.at(id).last; ++i) {
        list.push_back({edges_[i].target, static_cast<float>(probabilities_[i])});
      }
    }
    std::ranges::sort(list, [&](const Listing& a, const Listing& b) {
      if (a.probability != b.probability) return a.probability > b.probability;
      return ranks_.at(a.target) < ranks_.at(b.target);
    });
    return list;
  }

  core::Checkpoint& checkpoint_;
  std::vector<EvidenceSum> edges_;
  std::vector<double> probabilities_;  // of each edge
  std::unordered_map<std::int64_t, __int128> tails_;
  std::unordered_map<std::int64_t, std::size_t> ranks_;  // of each word, by spelling
  std::unordered_map<std::int64_t, Context> contexts_;
  std::map<std::int32_t, std::vector<std::int64_t>> by_length_;
};

}  // namespace

bool has_measured_evidence(std::int32_t domain_id) {
  static pg::Statement find(
      "SELECT FROM hartonomous.edge_source s WHERE domain_id = $1 AND NOT is_revoked "
      "AND kind <> 'corpus' AND EXISTS (SELECT FROM hartonomous.edge_evidence e "
      "WHERE e.source_id = s.source_id AND e.edge_type_id = 1) LIMIT 1");
  pg::Spi spi;
  return spi.execute(find, pg::Parameters().int4(domain_id)).count() > 0;
}

void write_back_off(std::int32_t domain_id, core::Checkpoint& checkpoint) {
  BackOff(domain_id, checkpoint).write(domain_id);
}

}  // namespace hartonomous::store
