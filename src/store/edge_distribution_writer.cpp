// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_distribution_writer.hpp"

#include <algorithm>

#include "core/base/interruptible_sort.hpp"
#include "core/graph/kneser_ney.hpp"
#include "pg/bulk_writer.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "store/edge_distribution.hpp"

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

// An array of at most kPieceLength elements, in memory of its own.
template <class T>
class ArrayBuffer {
 public:
  explicit ArrayBuffer(Oid element) noexcept : element_(element) {}

  template <class ElementOf>
  Datum fill(std::size_t count, ElementOf element_of) {
    auto* array = reinterpret_cast<ArrayType*>(memory_);
    SET_VARSIZE(array, kHeader + count * sizeof(T));
    array->ndim = 1;
    array->dataoffset = 0;
    array->elemtype = element_;
    ARR_DIMS(array)[0] = static_cast<int>(count);
    ARR_LBOUND(array)[0] = 1;
    auto* to = reinterpret_cast<T*>(memory_ + kHeader);
    for (std::size_t i = 0; i < count; ++i) to[i] = element_of(i);
    return PointerGetDatum(array);
  }

 private:
  static constexpr std::size_t kHeader = ARR_OVERHEAD_NONULLS(1);
  Oid element_;
  alignas(8) char memory_[kHeader + kPieceLength * sizeof(T)] = {};
};

class Writer {
 public:
  Writer(std::int32_t domain_id, const NgramCounts& counts, const KneserNey& model,
         const CountIds& ids)
      : domain_id_(domain_id),
        counts_(counts),
        model_(model),
        ids_(ids),
        rows_(pg::relation_oid("hartonomous", "edge_distribution")) {}

  void write(const Place& place) {
    const NgramLevel& level = counts_.levels[place.level];
    entries_.clear();
    for (std::uint32_t e = level.first[place.context]; e < level.first[place.context + 1]; ++e) {
      const Symbol word = level.word[e];
      if (word == kUnknown || word == kBegin || ids_.words[word] == kNoContext) continue;
      entries_.push_back({static_cast<float>(model_.levels[place.level].probability[e]), word});
    }
    std::ranges::sort(entries_, [&](const Entry& a, const Entry& b) { return precedes(a, b); });
    const auto back_off = static_cast<float>(model_.levels[place.level].backoff[place.context]);
    for (std::size_t at = 0, piece = 0; at < entries_.size(); at += kPieceLength, ++piece) {
      const std::size_t count = std::min(kPieceLength, entries_.size() - at);
      const Datum row[] = {
          Int64GetDatum(place.context_id),
          Int32GetDatum(domain_id_),
          Int32GetDatum(static_cast<std::int32_t>(piece)),
          Float4GetDatum(back_off),
          targets_.fill(count, [&](std::size_t i) { return ids_.words[entries_[at + i].word]; }),
          probabilities_.fill(count, [&](std::size_t i) { return entries_[at + i].probability; }),
      };
      rows_.add(row);
    }
  }
  void finish() {
    rows_.finish();
    pg::call([] { CommandCounterIncrement(); });
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

  std::int32_t domain_id_;
  const NgramCounts& counts_;
  const KneserNey& model_;
  const CountIds& ids_;
  pg::BulkWriter rows_;
  std::vector<Entry> entries_;
  ArrayBuffer<std::int64_t> targets_{INT8OID};
  ArrayBuffer<float> probabilities_{FLOAT4OID};
};

void remove_distributions(std::int32_t domain_id) {
  static pg::Statement remove("DELETE FROM hartonomous.edge_distribution WHERE domain_id = $1");
  pg::Spi().execute(remove, pg::Parameters().int4(domain_id));
}

}  // namespace

void write_distributions(std::int32_t domain_id, const NgramCounts& counts, const CountIds& ids,
                         core::Checkpoint& checkpoint) {
  remove_distributions(domain_id);
  const KneserNey model = core::graph::estimate_kneser_ney(counts, checkpoint);
  Writer writer(domain_id, counts, model, ids);
  std::size_t rows = 0;
  for (const Place& place : in_row_order(ids, checkpoint)) {
    writer.write(place);
    if (++rows % kRowsPerPoll == 0) checkpoint.reached(0);
  }
  writer.finish();
  describe_domain(domain_id, {"kneser_ney", static_cast<std::int32_t>(counts.order()) - 1,
                              counts.vocabulary - 2,  // without the unknown word and kBegin
                              double{static_cast<float>(model.levels[0].probability[kUnknown])}});
}

void refresh_domain(std::int32_t domain_id, core::Checkpoint& checkpoint) {
  const MergedCounts merged = load_counts(domain_id, checkpoint);
  write_distributions(domain_id, merged.counts, merged.ids, checkpoint);
}

}  // namespace hartonomous::store
