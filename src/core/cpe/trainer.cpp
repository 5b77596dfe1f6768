// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Pairs are taken on in rounds. A round has a threshold: pairs at least as frequent are counted
// exactly, with the places where they stand; of the others, which are the great majority, nothing
// is kept. A merge can only lower the counts of the pairs there are and make pairs with the new
// symbol, whose count is final when the merge is complete; so a round stays exact until no pair at
// or above its threshold is left. Then one pass over the cells opens the next round.
#include "core/cpe/trainer.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>

#include "core/cpe/active_pairs.hpp"
#include "core/cpe/corpus_cells.hpp"
#include "core/cpe/pair_sketch.hpp"
#include "core/cpe/tie_rule.hpp"

namespace hartonomous::core::cpe {

namespace {

constexpr std::size_t kPlacesPerCheck = 1 << 16;
constexpr std::size_t kPrefetch = 16;

struct Candidate {
  std::uint64_t count, key;
  std::uint32_t pair;
};

// What one merge does to the pairs with one neighbouring symbol.
struct Neighbour {
  std::uint32_t symbol;
  std::uint32_t pair;    // record of the pair with the new symbol, if it gets one
  std::uint64_t lost;    // places of the pair with the merged symbol that are no more
  std::uint64_t gained;  // places of the pair with the new symbol
  std::size_t places;
};

// The neighbours on one side, in the order in which they were met, and the places with them.
class NeighbourSide {
 public:
  struct Place {
    std::uint32_t slot, at;
  };

  void begin(std::size_t symbols) {
    slot_of_.resize(symbols);
    neighbours.clear();
    places.clear();
  }
  Neighbour& operator()(std::uint32_t symbol, std::uint32_t at) {
    std::uint32_t slot = slot_of_[symbol];
    if (slot >= neighbours.size() || neighbours[slot].symbol != symbol) {
      slot = slot_of_[symbol] = static_cast<std::uint32_t>(neighbours.size());
      neighbours.push_back({symbol, ActivePairs::kNone, 0, 0, 0});
    }
    places.push_back({slot, at});
    ++neighbours[slot].places;
    return neighbours[slot];
  }
  // The place added last is none: the new symbol came to stand on its right.
  void undo(std::uint64_t weight) {
    Neighbour& neighbour = neighbours[places.back().slot];
    neighbour.gained -= weight;
    --neighbour.places;
    places.pop_back();
  }

  std::vector<Neighbour> neighbours;
  std::vector<Place> places;

 private:
  std::vector<std::uint32_t> slot_of_;  // a guess that the slot itself confirms
};

class Training {
 public:
  Training(CorpusCells corpus, const TrainingOptions& options, Checkpoint& checkpoint)
      : corpus_(std::move(corpus)),
        cells_(corpus_.cells),
        min_frequency_(std::max<std::uint64_t>(options.min_frequency, 1)),
        max_merges_(options.vocabulary_size - corpus_.base.size()),
        checkpoint_(checkpoint),
        ties_(make_tie_order(options.tie_rule, options.unit, corpus_.base)),
        length_(corpus_.base.size() + 1, 1) {
    result_.base = corpus_.base;
  }

  TrainedMerges run() {
    while (!is_full() && begin_round()) {
      while (!is_full() && !candidates_.empty()) take_best();
    }
    return std::move(result_);
  }

 private:
  bool is_full() const { return result_.merges.size() >= max_merges_; }
  SymbolPair symbols(std::uint32_t pair) const {
    return {pairs_[pair].left - 1, pairs_[pair].right - 1};
  }
  bool is_later(const Candidate& a, const Candidate& b) const {
    if (a.count != b.count) return a.count < b.count;
    if (a.key != b.key) return a.key > b.key;
    return ties_->before(symbols(b.pair), symbols(a.pair));
  }

  bool begin_round();
  std::uint64_t next_threshold(const PairSketch& sketch) const;
  void collect_pairs(const PairSketch& sketch);

  void push(std::uint32_t pair);
  void take_best();
  void merge(std::uint32_t pair);
  void replace_places(std::uint32_t pair, std::uint32_t made);
  void update_pairs(std::uint32_t left, std::uint32_t right, std::uint32_t made);
  void lower(std::uint32_t left, std::uint32_t right, std::uint64_t by);
  void add_places(NeighbourSide& side);
  void count_work(std::size_t places);

  CorpusCells corpus_;
  std::vector<Cell>& cells_;
  const std::uint64_t min_frequency_;
  const std::size_t max_merges_;
  Checkpoint& checkpoint_;
  std::unique_ptr<TieOrder> ties_;
  std::vector<std::uint32_t> length_;  // units of each symbol, numbered as in cells
  TrainedMerges result_;

  std::uint64_t threshold_ = std::numeric_limits<std::uint64_t>::max();
  ActivePairs pairs_;
  std::vector<Candidate> candidates_;  // a heap
  NeighbourSide before_, after_;
  std::size_t work_ = 0, reported_ = 0;
};

// The sketch holds for each hash of a pair the count of all pairs of this hash: never less than a
// pair's own. So what it puts below the threshold is below.
bool Training::begin_round() {
  if (threshold_ == min_frequency_) return false;
  if (!result_.merges.empty()) {
    corpus_.compact(length_, checkpoint_);
    std::ranges::fill(length_, 1);
  }
  const PairSketch sketch(corpus_, checkpoint_);
  threshold_ = next_threshold(sketch);
  collect_pairs(sketch);
  return true;
}

// As many pairs as merges are wanted, but in the first rounds fewer: there are few pairs then, and
// rare ones are soon out of date. Always a third lower than before, so that rounds are few even
// where the sketch is far too high.
std::uint64_t Training::next_threshold(const PairSketch& sketch) const {
  const std::size_t remaining = max_merges_ - result_.merges.size();
  const std::size_t wanted =
      std::min(remaining + remaining / 2, std::max<std::size_t>(sketch.occupied() / 4, 256));
  return std::max(std::min(sketch.count_reached_by(wanted), threshold_ / 3 * 2), min_frequency_);
}

void Training::collect_pairs(const PairSketch& sketch) {
  pairs_.clear();
  struct Found {
    std::uint32_t pair, at;
  };
  std::vector<Found> found;
  found.reserve(cells_.size());
  sketch.for_each_place(threshold_, [&](std::uint32_t at) {
    const std::uint32_t pair = pairs_.find_or_add(cells_[at].symbol, cells_[at + 1].symbol);
    pairs_[pair].count += corpus_.weight(at);
    ++pairs_[pair].places;
    found.push_back({pair, at});
    count_work(1);
  });
  std::size_t total = 0;
  for (std::uint32_t i = 0; i < pairs_.size(); ++i) {
    ActivePair& pair = pairs_[i];
    pair.first_place = total;
    if (pair.count >= threshold_) {
      total += pair.places;
      push(i);
    }
    pair.places = 0;
  }
  pairs_.places().resize(total);
  for (const Found& f : found) {
    ActivePair& pair = pairs_[f.pair];
    if (pair.count >= threshold_) pairs_.places()[pair.first_place + pair.places++] = f.at;
  }
}

void Training::push(std::uint32_t pair) {
  candidates_.push_back({pairs_[pair].count, ties_->key(symbols(pair)), pair});
  std::ranges::push_heap(candidates_,
                         [&](const Candidate& a, const Candidate& b) { return is_later(a, b); });
}

// A candidate's count may be out of date, but only too high: the best one that is up to date is
// the best of all.
void Training::take_best() {
  std::ranges::pop_heap(candidates_,
                        [&](const Candidate& a, const Candidate& b) { return is_later(a, b); });
  const Candidate best = candidates_.back();
  candidates_.pop_back();
  const std::uint64_t count = pairs_[best.pair].count;
  if (count != best.count) {
    if (count >= threshold_) push(best.pair);
  } else if (ties_->allows(symbols(best.pair))) {
    merge(best.pair);
  }
}

void Training::merge(std::uint32_t pair) {
  const ActivePair merged = pairs_[pair];
  result_.merges.push_back({merged.left - 1, merged.right - 1, merged.count});
  ties_->merged(symbols(pair));
  const auto made = static_cast<std::uint32_t>(length_.size());
  length_.push_back(length_[merged.left] + length_[merged.right]);
  before_.begin(made + 1);
  after_.begin(made + 1);
  replace_places(pair, made);
  update_pairs(merged.left, merged.right, made);
  pairs_[pair].count = 0;
}

void Training::replace_places(std::uint32_t pair, std::uint32_t made) {
  const std::uint32_t left = pairs_[pair].left, right = pairs_[pair].right;
  const std::uint32_t left_length = length_[left], right_length = length_[right];
  const std::span<const std::uint32_t> places = pairs_.places_of(pair);
  for (std::size_t i = 0; i < places.size(); ++i) {
    const std::uint32_t at = places[i];
    __builtin_prefetch(&cells_[places[std::min(i + kPrefetch, places.size() - 1)]], 1);
    count_work(1);
    const std::size_t middle = std::size_t{at} + left_length, end = middle + right_length;
    if (cells_[at].symbol != left || cells_[middle].symbol != right) continue;
    const std::uint64_t weight = corpus_.weight(at);
    const std::uint32_t previous = cells_[at - 1].symbol, next = cells_[end].symbol;
    if (previous == made) {
      after_.undo(weight);
      before_(made, at - length_[made]).gained += weight;
    } else if (previous != kBoundary) {
      Neighbour& neighbour = before_(previous, at - length_[previous]);
      neighbour.lost += weight;
      neighbour.gained += weight;
    }
    if (next != kBoundary) {
      Neighbour& neighbour = after_(next, at);
      neighbour.lost += weight;
      neighbour.gained += weight;
    }
    cells_[middle].symbol = kInside;
    cells_[at].symbol = cells_[end - 1].symbol = made;
  }
}

void Training::update_pairs(std::uint32_t left, std::uint32_t right, std::uint32_t made) {
  for (Neighbour& neighbour : before_.neighbours) {
    if (neighbour.lost != 0) lower(neighbour.symbol, left, neighbour.lost);
    if (neighbour.gained >= threshold_) neighbour.pair = pairs_.find_or_add(neighbour.symbol, made);
  }
  for (Neighbour& neighbour : after_.neighbours) {
    // In "aaa" the pair (a, a) loses its second place to the merge itself.
    if (left != right || neighbour.symbol != left) lower(right, neighbour.symbol, neighbour.lost);
    if (neighbour.gained >= threshold_) neighbour.pair = pairs_.find_or_add(made, neighbour.symbol);
  }
  add_places(before_);
  add_places(after_);
}

void Training::lower(std::uint32_t left, std::uint32_t right, std::uint64_t by) {
  const std::uint32_t pair = pairs_.find(left, right);
  if (pair != ActivePairs::kNone) pairs_[pair].count -= by;
}

void Training::add_places(NeighbourSide& side) {
  std::vector<std::uint32_t>& places = pairs_.places();
  std::size_t total = places.size();
  for (const Neighbour& neighbour : side.neighbours) {
    if (neighbour.pair == ActivePairs::kNone) continue;
    ActivePair& pair = pairs_[neighbour.pair];
    pair.count = neighbour.gained;
    pair.first_place = total;
    total += neighbour.places;
    push(neighbour.pair);
  }
  if (total == places.size()) return;
  places.resize(total);
  for (const NeighbourSide::Place place : side.places) {
    const std::uint32_t index = side.neighbours[place.slot].pair;
    if (index == ActivePairs::kNone) continue;
    ActivePair& pair = pairs_[index];
    places[pair.first_place + pair.places++] = place.at;
  }
}

void Training::count_work(std::size_t places) {
  work_ += places;
  if (work_ < kPlacesPerCheck) return;
  work_ = 0;
  checkpoint_.reached(result_.merges.size() - reported_);
  reported_ = result_.merges.size();
}

}  // namespace

Result<TrainedMerges> train(const WordCounts& words, const TrainingOptions& options,
                            Checkpoint& checkpoint) {
  if (options.vocabulary_size == 0 || options.vocabulary_size > kMaxVocabulary) {
    return Status(Code::kInvalidArgument, "the size of a vocabulary must be between 1 and " +
                                              std::to_string(kMaxVocabulary));
  }
  if (options.unit == Unit::kByte && options.tie_rule == TieRule::kContentHash) {
    return Status(Code::kInvalidArgument, "content hashes decide between characters only")
        .with_detail("A single byte above 127 is no atom.")
        .with_hint("For bytes, choose another tie rule.");
  }
  HARTONOMOUS_TRY(CorpusCells corpus,
                  CorpusCells::make(words, options.unit, options.tie_rule, checkpoint));
  if (corpus.base.size() > options.vocabulary_size) {
    return Status(Code::kInvalidArgument, "the vocabulary is too small for the characters")
        .with_detail("There are " + std::to_string(corpus.base.size()) +
                     " of them, and the vocabulary is to have " +
                     std::to_string(options.vocabulary_size) + " symbols.");
  }
  return Training(std::move(corpus), options, checkpoint).run();
}

}  // namespace hartonomous::core::cpe
