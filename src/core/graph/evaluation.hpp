// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How good predictions are: perplexity, how often the word was the first or among the first five,
// and whether the probability given to the first is how often it is right.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>

#include "core/graph/language_model.hpp"

namespace hartonomous::core::graph {

class Evaluation {
 public:
  static constexpr std::size_t kBins = 15;

  // A position at which `word` came with probability p, and `predicted` (likeliest first, at least
  // five of them if five words exist) had been expected. An unknown word is never a hit.
  void add(double p, Symbol word, std::span<const Prediction> predicted) noexcept {
    add(p);
    bool is_first = false;
    for (std::size_t i = 0; i < predicted.size() && i < 5; ++i) {
      const bool is_hit = word != kUnknown && predicted[i].word == word;
      is_first |= is_hit && i == 0;
      top5_ += is_hit;
    }
    top1_ += is_first;
    if (predicted.empty()) return;
    const double confidence = predicted[0].probability;
    auto& bin = bins_[std::min(kBins - 1, static_cast<std::size_t>(confidence * kBins))];
    bin.confidence += confidence;
    bin.hits += is_first;
    ++bin.count;
  }
  // The same where nothing was predicted.
  void add(double p) noexcept {
    ++positions_;
    log_sum_ += std::log(p);
  }

  std::uint64_t positions() const noexcept { return positions_; }
  // exp of the mean of -ln p; NaN for no position.
  double perplexity() const noexcept {
    return std::exp(-log_sum_ / static_cast<double>(positions_));
  }
  // Shares of all positions.
  double top1() const noexcept { return share(top1_); }
  double top5() const noexcept { return share(top5_); }
  // The mean of |how often right - how likely said|, over bins of equal width in the probability
  // of the first prediction, weighted by their positions (Naeini et al. 2015).
  double calibration_error() const noexcept {
    double sum = 0;
    std::uint64_t count = 0;
    for (const Bin& bin : bins_) {
      sum += std::abs(bin.confidence - static_cast<double>(bin.hits));
      count += bin.count;
    }
    return sum / static_cast<double>(count);
  }

 private:
  struct Bin {
    double confidence = 0;
    std::uint64_t hits = 0, count = 0;
  };
  double share(std::uint64_t count) const noexcept {
    return static_cast<double>(count) / static_cast<double>(positions_);
  }

  std::uint64_t positions_ = 0, top1_ = 0, top5_ = 0;
  double log_sum_ = 0;
  std::array<Bin, kBins> bins_{};
};

}  // namespace hartonomous::core::graph
