// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/language_model.hpp"

#include <algorithm>
#include <bit>

namespace hartonomous::core::graph {

namespace {

constexpr std::size_t kStride = 1 << 14;  // contexts between two checkpoints
constexpr std::uint64_t kMultiplier = 0x9e3779b97f4a7c15;

}  // namespace

LanguageModel::LanguageModel(const NgramCounts& counts, const KneserNey& estimate,
                             Checkpoint& checkpoint)
    : vocabulary_(counts.vocabulary) {
  for (std::size_t n = 0; n < counts.levels.size(); ++n) {
    add_level(counts.levels[n], estimate.levels[n], counts.levels[0].count, checkpoint);
  }
  unigram_.assign(estimate.levels[0].probability.begin(), estimate.levels[0].probability.end());
  index_entries(counts, estimate, checkpoint);
}

void LanguageModel::add_level(const NgramLevel& counts, const KneserNey::Level& estimate,
                              const std::vector<std::uint64_t>& frequency, Checkpoint& checkpoint) {
  Level level;
  level.first_link = static_cast<std::uint32_t>(links_.size());
  level.first = counts.first;
  level.shorter = counts.shorter;
  level.ranked.resize(counts.entries());
  for (std::uint32_t e = 0; e < counts.entries(); ++e) {
    level.ranked[e] = {counts.word[e], static_cast<float>(estimate.probability[e])};
  }
  const auto likelier = [&](const Entry& a, const Entry& b) {
    if (a.probability != b.probability) return a.probability > b.probability;
    if (frequency[a.word] != frequency[b.word]) return frequency[a.word] > frequency[b.word];
    return a.word < b.word;
  };
  for (std::uint32_t c = 0; c < counts.contexts(); ++c) {
    if (c % kStride == 0) checkpoint.reached(0);
    const std::uint32_t begin = counts.first[c], end = counts.first[c + 1];
    links_.push_back({static_cast<float>(estimate.backoff[c]), counts.shorter_context[c], 0});
    for (std::uint32_t e = begin; e < end; ++e) links_.back().words |= bit_of(counts.word[e]);
    if (end - begin > 1) {
      std::sort(level.ranked.begin() + begin, level.ranked.begin() + end, likelier);
    }
  }
  levels_.push_back(std::move(level));
}

void LanguageModel::index_entries(const NgramCounts& counts, const KneserNey& estimate,
                                  Checkpoint& checkpoint) {
  std::size_t entries = 0;
  for (std::size_t n = 1; n < counts.levels.size(); ++n) entries += counts.levels[n].entries();
  const std::size_t capacity = std::bit_ceil(entries * 3 / 2 + 2);
  shift_ = 64 - std::bit_width(capacity - 1);
  slots_.assign(capacity, Slot{kFree, 0, 0});
  for (std::size_t n = 1; n < counts.levels.size(); ++n) {
    const NgramLevel& level = counts.levels[n];
    for (std::uint32_t c = 0; c < level.contexts(); ++c) {
      if (c % kStride == 0) checkpoint.reached(0);
      for (std::uint32_t e = level.first[c]; e < level.first[c + 1]; ++e) {
        insert({std::uint64_t{levels_[n].first_link + c} << 32 | level.word[e], e,
                static_cast<float>(estimate.levels[n].probability[e])});
      }
    }
  }
}

void LanguageModel::insert(const Slot& slot) noexcept {
  std::size_t at = (slot.key * kMultiplier) >> shift_;
  while (slots_[at].key != kFree) at = (at + 1) & (slots_.size() - 1);
  slots_[at] = slot;
}

const LanguageModel::Slot* LanguageModel::find(std::uint64_t key) const noexcept {
  const Slot* slots = slots_.data();
  for (std::size_t at = (key * kMultiplier) >> shift_;; at = (at + 1) & (slots_.size() - 1)) {
    if (slots[at].key == key) return slots + at;
    if (slots[at].key == kFree) return nullptr;
  }
}

Score LanguageModel::found(double weight, std::uint32_t matched, const Slot& slot) const noexcept {
  Context next{matched + 1, slot.entry};
  if (matched + 1 == order()) next = {matched, levels_[matched].shorter[slot.entry]};
  return {weight * slot.probability, next, matched};
}

Score LanguageModel::unigram(double weight, Symbol word) const noexcept {
  return {weight * unigram_[word], order() > 1 ? Context{1, word} : Context{}, 0};
}

Score LanguageModel::score(Context context, Symbol word) const noexcept {
  double weight = 1;
  while (context.length > 0) {
    const std::uint32_t at = link(context);
    if (links_[at].words & bit_of(word)) {
      const Slot* slot = find(std::uint64_t{at} << 32 | word);
      if (slot) return found(weight, context.length, *slot);
    }
    weight *= links_[at].backoff;
    context = {context.length - 1, links_[at].shorter};
  }
  return unigram(weight, word);
}

bool LanguageModel::step(Lookup& at, Score& done) const noexcept {
  if (at.key != kFree) {
    const Slot& slot = slots_[at.slot];
    if (slot.key == at.key) {
      done = found(at.weight, at.context.length, slot);
      return true;
    }
    if (slot.key != kFree) {
      at.slot = (at.slot + 1) & (slots_.size() - 1);
      return false;  // as a rule in the same cache line
    }
  }
  if (at.context.length == 0) {
    done = unigram(at.weight, at.word);
    return true;
  }
  const std::uint32_t number = link(at.context);
  const Link& here = links_[number];
  if (at.key == kFree && (here.words & bit_of(at.word))) {
    at.key = std::uint64_t{number} << 32 | at.word;
    at.slot = (at.key * kMultiplier) >> shift_;
    __builtin_prefetch(&slots_[at.slot]);
    return false;
  }
  at.key = kFree;
  at.weight *= here.backoff;
  at.context = {at.context.length - 1, here.shorter};
  prefetch(at.context);
  return false;
}

Context LanguageModel::after(std::span<const Symbol> words) const noexcept {
  Context context;
  if (words.size() >= order()) words = words.last(order() - 1);
  for (const Symbol word : words) context = advance(context, word);
  return context;
}

std::span<const LanguageModel::Entry> LanguageModel::entries(Context context) const noexcept {
  const Level& level = levels_[context.length];
  const std::uint32_t begin = level.first[context.index];
  return std::span(level.ranked).subspan(begin, level.first[context.index + 1] - begin);
}

void LanguageModel::top(Context context, std::size_t k, std::vector<Prediction>& out) const {
  out.clear();
  RankedWalk walk(*this, context);
  for (Prediction found; out.size() < k && walk.next(found);) out.push_back(found);
}

RankedWalk::RankedWalk(const LanguageModel& model, Context context) noexcept
    : vocabulary_(model.vocabulary()) {
  double weight = 1;
  for (Context at = context;; at = model.shorter(at)) {
    heads_[count_++] = {model.entries(at), weight};
    if (at.length == 0) break;
    weight *= model.backoff(at);
  }
}

double RankedWalk::bound() const noexcept {
  double bound = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (heads_[i].rest.empty()) continue;
    bound = std::max(bound, heads_[i].weight * heads_[i].rest.front().probability);
  }
  return bound;
}

bool RankedWalk::is_out(Symbol word) const noexcept {
  if (!is_out_.empty()) return is_out_[word];
  return std::find(out_.begin(), out_.end(), word) != out_.end();
}

bool RankedWalk::next(Prediction& out) {
  // An entry's probability already contains its share of all shorter contexts', so a word's entry
  // in the longest context that has one is its largest: the first time it comes out is the true
  // one, and later ones are passed over.
  for (;;) {
    Head* best = nullptr;
    double best_value = -1;
    for (std::uint32_t i = 0; i < count_; ++i) {
      if (heads_[i].rest.empty()) continue;
      const double value = heads_[i].weight * heads_[i].rest.front().probability;
      if (value > best_value) best = &heads_[i], best_value = value;
    }
    if (!best) return false;
    const Symbol word = best->rest.front().word;
    best->rest = best->rest.subspan(1);
    if (word == kBegin || is_out(word)) continue;
    out = {word, best_value};
    if (!is_out_.empty()) {
      is_out_[word] = true;
      return true;
    }
    constexpr std::size_t kFew = 64;
    out_.push_back(word);
    if (out_.size() > kFew) {
      is_out_.resize(vocabulary_);
      for (const Symbol w : out_) is_out_[w] = true;
    }
    return true;
  }
}

}  // namespace hartonomous::core::graph
