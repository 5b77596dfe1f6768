// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Every further word can only make a continuation less probable. So when continuations are looked
// at best first, the first complete one is the best of all (Meister, Vieira, Cotterell, "Best-First
// Beam Search", 2020). Those of one context are made lazily, likeliest first.
#include "store/edge_completion.hpp"

#include <algorithm>
#include <queue>

#include "core/graph/continuation.hpp"
#include "core/graph/sampling.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::graph::ScaledProbability;

constexpr std::size_t kMostLookedAt = 100'000;

using Words = std::vector<std::int64_t>;

void check_range(const char* name, std::int64_t value, std::int64_t most) {
  if (value >= 1 && value <= most) return;
  pg::raise(Status{Code::kInvalidArgument, std::string(name) + " is out of range"}.with_detail(
      "It is " + std::to_string(value) + "; it may be from 1 to " + std::to_string(most) + "."));
}

Words sampled(Predictor& predictor, const Completion& request, core::Checkpoint& checkpoint) {
  core::graph::SamplingOptions options;
  options.top_k = static_cast<std::uint32_t>(request.top_k);
  options.top_p = request.top_p;
  options.temperature = request.temperature;
  options.seed = static_cast<std::uint64_t>(request.seed);
  pg::check(core::graph::check(options));
  const std::int64_t end = predictor.word({});
  Words words;
  while (words.size() < static_cast<std::size_t>(request.max_tokens)) {
    checkpoint.reached(1);
    const std::vector<Successor> likely = predictor.top(options.top_k);
    if (likely.empty()) break;
    std::vector<core::graph::Prediction> choices;
    for (const Successor& s : likely) {
      choices.push_back({static_cast<core::graph::Symbol>(choices.size()), s.probability});
    }
    const std::int64_t word = likely[core::graph::draw(choices, options, words.size())].target;
    if (word == end) break;
    words.push_back(word);
    predictor.read_word(word);
  }
  return words;
}

struct Path {
  Words words;
  bool is_ended = false;
  ScaledProbability probability;
};

// The words of the prompt that matter, and a path's after them.
Words context_of(const Words& prompt, const Path& path) {
  Words context = prompt;
  context.insert(context.end(), path.words.begin(), path.words.end());
  return context;
}

class BestFirst {
 public:
  BestFirst(Predictor& predictor, std::size_t length)
      : predictor_(predictor), prompt_(predictor.context()), length_(length) {}

  Words run(core::Checkpoint& checkpoint) {
    paths_.push_back({});
    likely_.emplace_back();
    offer(0, 0);
    const std::int64_t end = predictor_.word({});
    for (std::size_t i = 0; !waiting_.empty(); ++i) {
      checkpoint.reached(1);
      if (i == kMostLookedAt) {
        pg::raise(Status{Code::kLimitExceeded, "the most probable continuation is too far away"}
                      .with_hint("Ask for fewer tokens, or use the method beam."));
      }
      const Waiting best = waiting_.top();
      waiting_.pop();
      const std::int64_t word = likely_[best.path][best.rank].target;
      if (word == end) return paths_[best.path].words;
      Path longer{paths_[best.path].words, false, best.probability};
      longer.words.push_back(word);
      if (longer.words.size() == length_) return longer.words;
      offer(best.path, best.rank + 1);
      paths_.push_back(std::move(longer));
      likely_.emplace_back();
      offer(paths_.size() - 1, 0);
    }
    return {};
  }

 private:
  struct Waiting {
    ScaledProbability probability;
    std::size_t path, rank;
    bool operator<(const Waiting& other) const noexcept {
      if (!(probability == other.probability)) return probability < other.probability;
      return path != other.path ? path > other.path : rank > other.rank;
    }
  };

  // Puts the path's continuation by its rank-th likeliest word among the waiting.
  void offer(std::size_t path, std::size_t rank) {
    std::vector<Successor>& likely = likely_[path];
    if (rank >= likely.size()) {
      predictor_.go_to(context_of(prompt_, paths_[path]));
      likely = predictor_.top(4 + 2 * likely.size());
      if (rank >= likely.size()) return;
    }
    waiting_.push({paths_[path].probability.times(likely[rank].probability), path, rank});
  }

  Predictor& predictor_;
  Words prompt_;
  std::size_t length_;
  std::vector<Path> paths_;
  std::vector<std::vector<Successor>> likely_;  // of each path, as far as asked for
  std::priority_queue<Waiting> waiting_;
};

Words by_beam(Predictor& predictor, std::size_t length, std::size_t width,
              core::Checkpoint& checkpoint) {
  const Words prompt = predictor.context();
  const std::int64_t end = predictor.word({});
  std::vector<Path> beam(1);
  for (std::size_t step = 0; step < length; ++step) {
    std::vector<Path> longer;
    for (const Path& path : beam) {
      checkpoint.reached(1);
      if (path.is_ended) {
        longer.push_back(path);
        continue;
      }
      predictor.go_to(context_of(prompt, path));
      for (const Successor& s : predictor.top(width)) {
        Path& next = longer.emplace_back(path);
        next.probability = path.probability.times(s.probability);
        next.is_ended = s.target == end;
        if (!next.is_ended) next.words.push_back(s.target);
      }
    }
    std::stable_sort(longer.begin(), longer.end(),
                     [](const Path& a, const Path& b) { return b.probability < a.probability; });
    longer.resize(std::min(longer.size(), width));
    beam = std::move(longer);
    if (std::ranges::all_of(beam, &Path::is_ended)) break;
  }
  return beam.empty() ? Words{} : beam[0].words;
}

}  // namespace

std::string complete(Predictor& predictor, const Completion& request,
                     core::Checkpoint& checkpoint) {
  check_range("max_tokens", request.max_tokens, 1000);
  check_range("top_k", request.top_k, 1'000'000);
  check_range("width", request.width, 1000);
  predictor.read(request.prompt, true);
  const auto length = static_cast<std::size_t>(request.max_tokens);
  Words words;
  if (request.method == "sample") {
    words = sampled(predictor, request, checkpoint);
  } else if (request.method == "best" || request.method == "beam") {
    predictor.forget_history();
    words = request.method == "best"
                ? BestFirst(predictor, length).run(checkpoint)
                : by_beam(predictor, length, static_cast<std::size_t>(request.width), checkpoint);
  } else {
    pg::raise({Code::kInvalidArgument, "method must be sample, best or beam"});
  }
  std::string text;
  for (const std::int64_t word : words) core::text::append_token(text, predictor.spelling(word));
  return text;
}

}  // namespace hartonomous::store
