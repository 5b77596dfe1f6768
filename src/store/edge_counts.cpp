// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_counts.hpp"

#include <algorithm>

#include "core/base/interruptible_sort.hpp"
#include "pg/bulk_writer.hpp"
#include "pg/relation.hpp"
#include "store/edge_contexts.hpp"
#include "store/edge_words.hpp"

namespace hartonomous::store {

namespace {

using core::graph::kBegin;
using core::graph::kEnd;
using core::graph::kFirstWord;
using core::graph::NgramCounts;
using core::graph::NgramLevel;
using core::graph::Symbol;

constexpr std::size_t kRowsPerPoll = 1000;

std::vector<std::int64_t> store_symbols(const core::graph::SymbolTable& symbols,
                                        core::Checkpoint& checkpoint) {
  std::vector<std::string_view> spellings{""};
  for (Symbol s = kFirstWord; s < symbols.size(); ++s) spellings.push_back(symbols.text(s));
  const std::vector<std::int64_t> ids = store_words(spellings, checkpoint);
  std::vector<std::int64_t> words(symbols.size());
  words[kBegin] = words[kEnd] = ids[0];
  std::copy(ids.begin() + 1, ids.end(), words.begin() + kFirstWord);
  return words;
}

// The first word of each context of a level, given those of the level below. The contexts of a
// level are the entries of the one below.
std::vector<Symbol> first_words(const NgramLevel& below, std::span<const Symbol> of_contexts) {
  std::vector<Symbol> first(below.entries());
  for (std::uint32_t c = 0; c < below.contexts(); ++c) {
    for (std::uint32_t e = below.first[c]; e < below.first[c + 1]; ++e) {
      first[e] = of_contexts.empty() ? below.word[e] : of_contexts[c];
    }
  }
  return first;
}

std::vector<std::uint32_t> spelling_ranks(const core::graph::SymbolTable& symbols) {
  std::vector<Symbol> sorted;
  for (Symbol s = kFirstWord; s < symbols.size(); ++s) sorted.push_back(s);
  std::ranges::sort(sorted, {}, [&](Symbol s) { return symbols.text(s); });
  std::vector<std::uint32_t> ranks(symbols.size());
  for (Symbol s = 0; s < kFirstWord; ++s) ranks[s] = s;
  for (std::uint32_t i = 0; i < sorted.size(); ++i) ranks[sorted[i]] = kFirstWord + i;
  return ranks;
}

struct Keyed {
  ContextKey key;
  std::uint32_t context;
};

// Calls visit(context, entry) for all entries of a level that were counted.
template <class Visit>
void for_each_counted(const NgramLevel& level, Visit visit) {
  for (std::uint32_t c = 0; c < level.contexts(); ++c) {
    for (std::uint32_t e = level.first[c]; e < level.first[c + 1]; ++e) {
      if (level.count[e] > 0) visit(c, e);
    }
  }
}

struct EvidenceRow {
  std::int64_t context, target;
  std::uint64_t count;
};

}  // namespace

CountIds store_contexts(const NgramCounts& counts, const core::graph::SymbolTable& symbols,
                        core::Checkpoint& checkpoint) {
  CountIds ids;
  ids.words = store_symbols(symbols, checkpoint);
  ids.rank = spelling_ranks(symbols);
  ids.contexts.push_back({kEmptyContext});
  ContextWriter writer;
  std::vector<Symbol> first;
  for (std::size_t n = 1; n < counts.levels.size(); ++n) {
    const NgramLevel& level = counts.levels[n];
    first = first_words(counts.levels[n - 1], first);
    std::vector<Keyed> keyed;
    for (std::uint32_t c = 0; c < level.contexts(); ++c) {
      if (level.first[c] == level.first[c + 1]) continue;
      const std::int64_t suffix = ids.contexts[n - 1][level.shorter_context[c]];
      keyed.push_back({{suffix, ids.words[first[c]]}, c});
    }
    core::interruptible_sort(
        keyed, [](const Keyed& a, const Keyed& b) { return a.key < b.key; }, checkpoint);
    std::vector<ContextKey> keys;
    keys.reserve(keyed.size());
    for (const Keyed& k : keyed) keys.push_back(k.key);
    const auto stored = writer.store(keys, static_cast<std::int32_t>(n), checkpoint);
    ids.contexts.emplace_back(level.contexts(), kNoContext);
    for (std::size_t i = 0; i < keyed.size(); ++i) ids.contexts[n][keyed[i].context] = stored[i];
  }
  return ids;
}

std::int64_t evidence_rows(const NgramCounts& counts) {
  std::int64_t rows = 0;
  for (const NgramLevel& level : counts.levels) {
    rows += std::ranges::count_if(level.count, [](std::uint64_t n) { return n > 0; });
  }
  return rows;
}

void write_evidence(const NgramCounts& counts, const CountIds& ids, std::int32_t source_id,
                    core::Checkpoint& checkpoint) {
  std::vector<EvidenceRow> rows;
  rows.reserve(static_cast<std::size_t>(evidence_rows(counts)));
  for (std::size_t n = 0; n < counts.levels.size(); ++n) {
    const NgramLevel& level = counts.levels[n];
    for_each_counted(level, [&](std::uint32_t c, std::uint32_t e) {
      rows.push_back({ids.contexts[n][c], ids.words[level.word[e]], level.count[e]});
    });
    checkpoint.reached(0);
  }
  const auto less = [](const EvidenceRow& a, const EvidenceRow& b) {
    return a.context != b.context ? a.context < b.context : a.target < b.target;
  };
  core::interruptible_sort(rows, less, checkpoint);
  pg::BulkWriter table(pg::relation_oid("hartonomous", "edge_evidence"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto evidence = static_cast<std::int64_t>(rows[i].count) * kEvidenceUnit;
    const Datum values[] = {Int64GetDatum(rows[i].context), Int64GetDatum(rows[i].target),
                            Int64GetDatum(evidence), Int32GetDatum(source_id),
                            Int16GetDatum(static_cast<std::int16_t>(kNextType))};
    table.add(values);
    if (i % kRowsPerPoll == 0) checkpoint.reached(0);
  }
  table.finish();
  pg::call([] { CommandCounterIncrement(); });
}

}  // namespace hartonomous::store
