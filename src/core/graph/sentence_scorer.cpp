// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/sentence_scorer.hpp"

#include <algorithm>
#include <array>

namespace hartonomous::core::graph {

namespace {

constexpr std::size_t kLanes = 16;

struct Lane {
  std::size_t at, end;  // the word being looked up, and the end of its sentence
  LanguageModel::Lookup lookup;
};

// Hands out the sentences of a text.
class Sentences {
 public:
  explicit Sentences(std::span<const Symbol> text) noexcept : text_(text) {}

  bool next(std::size_t& begin, std::size_t& end) noexcept {
    if (at_ == text_.size()) return false;
    begin = at_;
    const auto mark =
        std::find(text_.begin() + static_cast<std::ptrdiff_t>(at_), text_.end(), kEnd);
    at_ = static_cast<std::size_t>(mark - text_.begin());
    if (at_ < text_.size()) ++at_;
    end = at_;
    return true;
  }

 private:
  std::span<const Symbol> text_;
  std::size_t at_ = 0;
};

}  // namespace

void score_sentences(const LanguageModel& model, std::span<const Symbol> text,
                     std::span<float> probability) {
  Sentences sentences(text);
  std::array<Lane, kLanes> lanes;
  std::size_t busy = 0;
  const auto start = [&](Lane& lane) {
    if (!sentences.next(lane.at, lane.end)) return false;
    lane.lookup = {model.begin(), text[lane.at]};
    return true;
  };
  while (busy < kLanes && start(lanes[busy])) ++busy;
  for (std::size_t i = 0; busy > 0; i = i + 1 < busy ? i + 1 : 0) {
    Lane& lane = lanes[i];
    Score done;
    if (!model.step(lane.lookup, done)) continue;
    probability[lane.at] = static_cast<float>(done.probability);
    if (++lane.at < lane.end) {
      lane.lookup = {done.next, text[lane.at]};
      model.prefetch(done.next);
    } else if (!start(lane)) {
      lane = lanes[--busy];
      if (i == busy) i = 0;
    }
  }
}

}  // namespace hartonomous::core::graph
