// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/continuation.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <queue>

namespace hartonomous::core::graph {

ScaledProbability ScaledProbability::times(double p) const noexcept {
  int shift = 0;
  const double product = std::frexp(mantissa * p, &shift);
  return product == 0 ? ScaledProbability{0, 0} : ScaledProbability{product, exponent + shift};
}

double ScaledProbability::natural_log() const noexcept {
  return std::log(mantissa) + static_cast<double>(exponent) * std::numbers::ln2;
}

bool ScaledProbability::operator<(const ScaledProbability& other) const noexcept {
  if (mantissa == 0 || other.mantissa == 0) return mantissa < other.mantissa;
  return exponent != other.exponent ? exponent < other.exponent : mantissa < other.mantissa;
}

namespace {

constexpr std::uint32_t kNoStep = 0xffffffff;

// A continuation as its last word and the step before. Its continuations are made one at a time,
// likeliest first: the next one when the one before comes to the front.
struct Step {
  std::uint32_t before;
  Symbol word;
  std::uint32_t length;
  Context context;
  ScaledProbability probability;
  std::vector<Prediction> next;  // what follows it, as far as it was asked for
};

class BestFirst {
 public:
  BestFirst(const LanguageModel& model, Context context, std::uint32_t length)
      : model_(model), length_(length) {
    steps_.push_back({kNoStep, kBegin, 0, context, {}, {}});
  }

  std::optional<Continuation> run(std::uint64_t limit, Checkpoint& checkpoint) {
    if (length_ == 0) return Continuation{};
    offer(0, 0);
    for (std::uint64_t popped = 0; popped < limit && !waiting_.empty(); ++popped) {
      checkpoint.reached(1);
      const Candidate best = waiting_.top();
      waiting_.pop();
      const Symbol word = steps_[best.step].next[best.rank].word;
      offer(best.step, best.rank + 1);
      const bool is_ended = word == kEnd;
      const std::uint32_t length = steps_[best.step].length + 1;
      const auto made = static_cast<std::uint32_t>(steps_.size());
      steps_.push_back({best.step,
                        word,
                        length,
                        model_.advance(steps_[best.step].context, word),
                        best.probability,
                        {}});
      if (is_ended || length == length_) return path_to(made, is_ended);
      offer(made, 0);
    }
    return std::nullopt;
  }

 private:
  struct Candidate {
    ScaledProbability probability;
    std::uint32_t step, rank;
    bool operator<(const Candidate& other) const noexcept {
      if (!(probability == other.probability)) return probability < other.probability;
      return step != other.step ? step > other.step : rank > other.rank;
    }
  };

  // Puts the continuation of `step` by its rank-th likeliest word among the waiting.
  void offer(std::uint32_t step, std::uint32_t rank) {
    Step& from = steps_[step];
    if (rank >= from.next.size()) {
      const std::size_t known = from.next.size();
      model_.top(from.context, 4 + 2 * known, scratch_);
      std::erase_if(scratch_, [](const Prediction& p) { return p.word == kUnknown; });
      from.next = scratch_;
      if (rank >= from.next.size()) return;
    }
    waiting_.push({from.probability.times(from.next[rank].probability), step, rank});
  }

  Continuation path_to(std::uint32_t step, bool is_ended) const {
    Continuation found{{}, is_ended, steps_[step].probability};
    if (is_ended) step = steps_[step].before;
    for (; steps_[step].before != kNoStep; step = steps_[step].before) {
      found.words.push_back(steps_[step].word);
    }
    std::reverse(found.words.begin(), found.words.end());
    return found;
  }

  const LanguageModel& model_;
  std::uint32_t length_;
  std::vector<Step> steps_;
  std::priority_queue<Candidate> waiting_;
  std::vector<Prediction> scratch_;
};

struct Beam {
  Continuation text;
  Context context;
};

}  // namespace

std::optional<Continuation> best_continuation(const LanguageModel& model, Context context,
                                              std::uint32_t length, std::uint64_t limit,
                                              Checkpoint& checkpoint) {
  limit = std::min<std::uint64_t>(limit, kNoStep - 1);
  return BestFirst(model, context, length).run(limit, checkpoint);
}

std::vector<Continuation> beam_search(const LanguageModel& model, Context context,
                                      std::uint32_t length, std::uint32_t width,
                                      Checkpoint& checkpoint) {
  std::vector<Beam> beams{{{}, context}}, longer;
  std::vector<Prediction> words;
  const auto likelier = [](const Beam& a, const Beam& b) {
    if (!(a.text.probability == b.text.probability)) {
      return b.text.probability < a.text.probability;
    }
    return a.text.words < b.text.words;
  };
  for (std::uint32_t step = 0; step < length; ++step) {
    longer.clear();
    for (const Beam& beam : beams) {
      checkpoint.reached(1);
      if (beam.text.is_ended) {
        longer.push_back(beam);
        continue;
      }
      model.top(beam.context, std::size_t{width} + 1, words);
      for (const Prediction& p : words) {
        if (p.word == kUnknown) continue;
        longer.push_back(beam);
        Beam& made = longer.back();
        made.text.probability = beam.text.probability.times(p.probability);
        made.text.is_ended = p.word == kEnd;
        if (p.word != kEnd) made.text.words.push_back(p.word);
        made.context = model.advance(beam.context, p.word);
      }
    }
    const std::size_t kept = std::min<std::size_t>(width, longer.size());
    std::partial_sort(longer.begin(), longer.begin() + static_cast<std::ptrdiff_t>(kept),
                      longer.end(), likelier);
    longer.resize(kept);
    beams.swap(longer);
    if (std::all_of(beams.begin(), beams.end(), [](const Beam& b) { return b.text.is_ended; })) {
      break;
    }
  }
  std::vector<Continuation> found;
  for (Beam& beam : beams) found.push_back(std::move(beam.text));
  return found;
}

}  // namespace hartonomous::core::graph
