// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Rows hold contexts as a tree in which the first word hangs below the rest, because prediction
// backs off by losing first words. Counts are arrays in which the last word hangs below the rest,
// because texts are read forwards. Here the one becomes the other: the context "a b c" is entry c
// after the context "a b", and "a b" is found as a in front of the "b" of its suffix "b c".
#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "pg/table_scan.hpp"
#include "store/distinct.hpp"
#include "store/edge_contexts.hpp"
#include "store/edge_counts.hpp"
#include "store/edge_evidence.hpp"
#include "store/edge_words.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::graph::kBegin;
using core::graph::kEnd;
using core::graph::kFirstWord;
using core::graph::NgramLevel;
using core::graph::Symbol;

constexpr std::size_t kRowsPerPoll = 4096;
struct ContextRow {
  std::int64_t id, suffix, word;
  std::int32_t length;
  std::uint32_t suffix_at = 0;  // in its level
  std::uint32_t prefix_at = 0;  // in its level: this context without its last word
  std::int64_t last = 0;        // its last word
  std::uint32_t number = 0;     // in the counts
};

Status not_whole() {
  return Status(Code::kUnsupported, "evidence of the domain is not in whole numbers")
      .with_hint("Give the sources whole weights.");
}

Status incomplete(std::int64_t context) {
  return {Code::kCorrupt,
          "context " + std::to_string(context) + " lacks the evidence of what leads to it"};
}

class Merge {
 public:
  Merge(std::vector<EvidenceSum> rows, core::Checkpoint& checkpoint)
      : rows_(std::move(rows)), checkpoint_(checkpoint) {}

  MergedCounts run() {
    read_contexts();
    number_words();
    std::size_t levels = 1;
    while (levels < by_length_.size() && !by_length_[levels].empty()) ++levels;
    for (std::size_t n = 0; n < levels; ++n) {
      place_contexts(n);
      add_level(n);
    }
    merged_.counts.vocabulary = static_cast<std::uint32_t>(merged_.ids.words.size());
    return std::move(merged_);
  }

 private:
  // The contexts with evidence, by length and then id.
  void read_contexts() {
    std::vector<std::int64_t> wanted;
    for (const EvidenceSum& row : rows_) {
      if (wanted.empty() || wanted.back() != row.context) wanted.push_back(row.context);
    }
    by_length_.resize(1);
    by_length_[0].push_back({kEmptyContext, kEmptyContext, 0, 0});
    pg::TableScan scan("edge_context");
    for (std::size_t i = 0; const Datum* row = scan.next(); ++i) {
      if (i % kRowsPerPoll == 0) checkpoint_.reached(0);
      const std::int64_t id = DatumGetInt64(row[0]);
      if (!std::ranges::binary_search(wanted, id)) continue;
      const auto length = static_cast<std::size_t>(DatumGetInt32(row[3]));
      if (length >= by_length_.size()) by_length_.resize(length + 1);
      by_length_[length].push_back(
          {id, DatumGetInt64(row[1]), DatumGetInt64(row[2]), static_cast<std::int32_t>(length)});
    }
    for (auto& contexts : by_length_) std::ranges::sort(contexts, {}, &ContextRow::id);
  }

  void number_words() {
    std::vector<std::int64_t> atoms;
    for (const EvidenceSum& row : rows_) atoms.push_back(row.target);
    for (const auto& contexts : by_length_) {
      for (const ContextRow& c : contexts) {
        if (c.id != kEmptyContext) atoms.push_back(c.word);
      }
    }
    sort_distinct(atoms);
    WordReader reader(pg::IndexProbe::Sees::kLatest);
    std::vector<std::pair<std::string_view, std::int64_t>> words;
    for (const std::int64_t atom : atoms) words.emplace_back(reader.spelling(atom), atom);
    std::ranges::sort(words);
    merged_.ids.words.assign(kFirstWord, kNoContext);
    for (const auto& [spelling, atom] : words) {
      if (spelling.empty()) {
        boundary_ = atom;
        merged_.ids.words[kBegin] = merged_.ids.words[kEnd] = atom;
      } else {
        symbols_.emplace(atom, static_cast<Symbol>(merged_.ids.words.size()));
        merged_.ids.words.push_back(atom);
      }
    }
    merged_.ids.rank.resize(merged_.ids.words.size());
    std::iota(merged_.ids.rank.begin(), merged_.ids.rank.end(), 0U);
  }
  Symbol symbol_of(std::int64_t atom, Symbol boundary) const {
    return atom == boundary_ ? boundary : symbols_.at(atom);
  }

  static std::uint32_t find_context(const std::vector<ContextRow>& contexts, std::int64_t id) {
    const auto found = std::ranges::lower_bound(contexts, id, {}, &ContextRow::id);
    if (found == contexts.end() || found->id != id) pg::raise(incomplete(id));
    return static_cast<std::uint32_t>(found - contexts.begin());
  }

  // Gives each context of n words its number: that of its entry in the level below.
  void place_contexts(std::size_t n) {
    if (n == 0) return;
    auto& contexts = by_length_[n];
    const auto& shorter = by_length_[n - 1];
    const auto key = [](const ContextRow& c) { return ContextKey{c.suffix, c.word}; };
    std::vector<std::uint32_t> by_key(shorter.size());  // of those one word shorter
    for (std::uint32_t i = 0; i < by_key.size(); ++i) by_key[i] = i;
    std::ranges::sort(by_key, {}, [&](std::uint32_t i) { return key(shorter[i]); });
    for (ContextRow& c : contexts) {
      c.suffix_at = find_context(shorter, c.suffix);
      if (n == 1) {
        c.last = c.word;
      } else {
        const ContextRow& suffix = shorter[c.suffix_at];
        const ContextKey prefix{by_length_[n - 2][suffix.prefix_at].id, c.word};
        const auto at = std::ranges::lower_bound(by_key, prefix, {},
                                                 [&](std::uint32_t i) { return key(shorter[i]); });
        if (at == by_key.end() || key(shorter[*at]) != prefix) pg::raise(incomplete(c.id));
        c.prefix_at = *at;
        c.last = suffix.last;
      }
      c.number = entry(n - 1, shorter[c.prefix_at].number, symbol_of(c.last, kBegin), c.id);
    }
  }

  // The number of an entry; `context` is whose need it is.
  std::uint32_t entry(std::size_t n, std::uint32_t of, Symbol word, std::int64_t context) const {
    const NgramLevel& level = merged_.counts.levels[n];
    const auto begin = level.word.begin() + level.first[of];
    const auto end = level.word.begin() + level.first[of + 1];
    const auto found = std::lower_bound(begin, end, word);
    if (found == end || *found != word) pg::raise(incomplete(context));
    return static_cast<std::uint32_t>(found - level.word.begin());
  }

  struct Counted {
    Symbol word;
    std::uint64_t count;
  };
  std::vector<Counted> counted_after(std::int64_t context) const {
    std::vector<Counted> out;
    for (auto row = std::ranges::lower_bound(rows_, context, {}, &EvidenceSum::context);
         row != rows_.end() && row->context == context; ++row) {
      if (row->weighted % kWholeEvidence != 0) pg::raise(not_whole());
      out.push_back({symbol_of(row->target, kEnd),
                     static_cast<std::uint64_t>(row->weighted / kWholeEvidence)});
    }
    std::ranges::sort(out, {}, &Counted::word);
    return out;
  }

  void add_level(std::size_t n) {
    NgramLevel level;
    const auto& contexts = by_length_[n];
    const std::size_t count = n == 0 ? 1 : merged_.counts.levels[n - 1].entries();
    std::vector<std::uint32_t> at(count, static_cast<std::uint32_t>(contexts.size()));
    for (std::uint32_t i = 0; i < contexts.size(); ++i) at[contexts[i].number] = i;
    merged_.ids.contexts.emplace_back(count, kNoContext);
    for (std::uint32_t c = 0; c < count; ++c) {
      level.first.push_back(static_cast<std::uint32_t>(level.word.size()));
      if (c % kRowsPerPoll == 0) checkpoint_.reached(0);
      if (at[c] == contexts.size()) continue;
      const ContextRow& context = contexts[at[c]];
      merged_.ids.contexts[n][c] = context.id;
      if (n == 0) {
        add_unigrams(level);
      } else {
        const std::uint32_t shorter = by_length_[n - 1][context.suffix_at].number;
        for (const Counted& w : counted_after(context.id)) {
          level.word.push_back(w.word);
          level.count.push_back(w.count);
          level.shorter.push_back(entry(n - 1, shorter, w.word, context.id));
        }
      }
    }
    level.first.push_back(static_cast<std::uint32_t>(level.word.size()));
    if (n == 0) {
      level.shorter_context.assign(1, 0);
    } else {
      level.shorter_context = merged_.counts.levels[n - 1].shorter;
    }
    merged_.counts.levels.push_back(std::move(level));
  }

  void add_unigrams(NgramLevel& level) const {
    const auto words = static_cast<std::uint32_t>(merged_.ids.words.size());
    level.count.assign(words, 0);
    level.shorter.assign(words, 0);
    for (Symbol s = 0; s < words; ++s) level.word.push_back(s);
    for (const Counted& w : counted_after(kEmptyContext)) level.count[w.word] = w.count;
  }

  std::vector<EvidenceSum> rows_;
  core::Checkpoint& checkpoint_;
  std::vector<std::vector<ContextRow>> by_length_;
  std::unordered_map<std::int64_t, Symbol> symbols_;
  std::int64_t boundary_ = kNoContext;
  MergedCounts merged_;
};

}  // namespace

MergedCounts load_counts(std::int32_t domain_id, core::Checkpoint& checkpoint) {
  return Merge(domain_evidence(domain_id, checkpoint), checkpoint).run();
}

}  // namespace hartonomous::store
