// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/sampler.hpp"

#include <algorithm>
#include <limits>
#include <string>

#include "core/base/exponential.hpp"
#include "core/base/random_number.hpp"
#include "core/run/log_probability.hpp"

namespace hartonomous::core::run {

using tokenizer::TokenId;

Status check(const SamplingOptions& options) {
  const auto is_within = [](double value, double low, double high) {
    return value >= low && value <= high;  // neither holds for NaN
  };
  const auto refuse = [](const char* message) { return Status(Code::kInvalidArgument, message); };
  if (!is_within(options.temperature, 0, 100)) {
    return refuse("temperature must be between 0 and 100");
  }
  if (!(options.top_p > 0 && options.top_p <= 1)) {
    return refuse("top_p must be above 0 and at most 1");
  }
  if (!is_within(options.min_p, 0, 1)) return refuse("min_p must be between 0 and 1");
  if (!(options.repetition_penalty > 0 && options.repetition_penalty <= 100)) {
    return refuse("repetition_penalty must be above 0 and at most 100");
  }
  if (!is_within(options.frequency_penalty, -100, 100)) {
    return refuse("frequency_penalty must be between -100 and 100");
  }
  if (!is_within(options.presence_penalty, -100, 100)) {
    return refuse("presence_penalty must be between -100 and 100");
  }
  return Status::ok();
}

bool Sampler::likelier(const Candidate& a, const Candidate& b) noexcept {
  return a.logit > b.logit || (a.logit == b.logit && a.token < b.token);
}

// Leaves the logits, less the penalties, in penalised_.
Status Sampler::penalise(std::span<const float> logits, std::span<const TokenId> window) {
  penalised_.assign(logits.begin(), logits.end());
  window_.assign(window.begin(), window.end());
  std::ranges::sort(window_);
  for (auto begin = window_.begin(); begin != window_.end();) {
    const TokenId token = *begin;
    if (token >= logits.size()) {
      return {Code::kInvalidArgument, std::string("there is no logit for token ") +
                                          std::to_string(token) + " of the text so far"};
    }
    const auto end = std::find_if(begin, window_.end(), [&](TokenId t) { return t != token; });
    double logit = logits[token];
    logit = logit > 0 ? logit / options_.repetition_penalty : logit * options_.repetition_penalty;
    logit -= static_cast<double>(end - begin) * options_.frequency_penalty;
    logit -= options_.presence_penalty;
    constexpr double kMost = std::numeric_limits<float>::max();
    penalised_[token] = static_cast<float>(std::clamp(logit, -kMost, kMost));
    begin = end;
  }
  return Status::ok();
}

void Sampler::collect(std::span<const float> logits, const TokenMask* allowed) {
  candidates_.clear();
  if (allowed != nullptr) {
    allowed->for_each([&](TokenId token) { candidates_.push_back({logits[token], token}); });
    return;
  }
  candidates_.reserve(logits.size());
  for (std::size_t i = 0; i < logits.size(); ++i) {
    candidates_.push_back({logits[i], static_cast<TokenId>(i)});
  }
}

void Sampler::keep_likeliest(std::size_t count) {
  if (count >= candidates_.size()) return;
  std::nth_element(candidates_.begin(), candidates_.begin() + static_cast<std::ptrdiff_t>(count),
                   candidates_.end(), likelier);
  candidates_.resize(count);
}

// Sorts only as far as the share reaches, in stretches that grow: a share is reached after a few
// tokens as a rule, and a flat distribution costs one sort of all.
void Sampler::keep_share(double share) {
  const double highest = std::ranges::min_element(candidates_, likelier)->logit;
  double total = 0;
  for (const Candidate& c : candidates_) total += exponential(c.logit - highest);
  double kept = 0;
  std::size_t sorted = 0;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (i == sorted) {
      const auto begin = candidates_.begin() + static_cast<std::ptrdiff_t>(sorted);
      sorted = std::min(candidates_.size(), std::max<std::size_t>(64, 4 * sorted));
      const auto end = candidates_.begin() + static_cast<std::ptrdiff_t>(sorted);
      if (end != candidates_.end()) std::nth_element(begin, end, candidates_.end(), likelier);
      std::sort(begin, end, likelier);
    }
    kept += exponential(candidates_[i].logit - highest);
    if (kept >= share * total) {
      candidates_.resize(i + 1);
      return;
    }
  }
}

void Sampler::keep_likely(double share) {
  const double highest = std::ranges::min_element(candidates_, likelier)->logit;
  std::erase_if(candidates_,
                [&](const Candidate& c) { return exponential(c.logit - highest) < share; });
}

// In the order of ids, so that the draw does not depend on how the candidates were found.
TokenId Sampler::draw(std::uint64_t index) {
  if (!std::ranges::is_sorted(candidates_, {}, &Candidate::token)) {
    std::ranges::sort(candidates_, {}, &Candidate::token);
  }
  const double highest = std::ranges::min_element(candidates_, likelier)->logit;
  double total = 0;
  shares_.clear();
  for (const Candidate& c : candidates_) {
    shares_.push_back(exponential((c.logit - highest) / options_.temperature));
    total += shares_.back();
  }
  double left = random_number(options_.seed, index) * total;
  std::size_t last = 0;  // of those with a share, for when rounding leaves a remainder
  for (std::size_t i = 0; i < shares_.size(); ++i) {
    if (left < shares_[i]) return candidates_[i].token;
    left -= shares_[i];
    if (shares_[i] > 0) last = i;
  }
  return candidates_[last].token;
}

Result<TokenId> Sampler::choose(std::span<const float> logits, std::span<const TokenId> history,
                                std::uint64_t index, const TokenMask* allowed) {
  HARTONOMOUS_CHECK(check_logits(logits));
  if (allowed != nullptr && allowed->tokens() != logits.size()) {
    return Status(Code::kInvalidArgument, std::string("a mask of ") +
                                              std::to_string(allowed->tokens()) + " tokens for " +
                                              std::to_string(logits.size()) + " logits");
  }
  const bool has_penalty = options_.repetition_penalty != 1 || options_.frequency_penalty != 0 ||
                           options_.presence_penalty != 0;
  if (has_penalty) {
    const std::size_t length = std::min<std::size_t>(history.size(), options_.repetition_window);
    HARTONOMOUS_CHECK(penalise(logits, history.last(length)));
    logits = penalised_;
  }
  if (options_.temperature == 0 && allowed == nullptr) {
    return static_cast<TokenId>(std::ranges::max_element(logits) - logits.begin());
  }
  collect(logits, allowed);
  if (candidates_.empty()) {
    return Status(Code::kWrongState, "no token of the vocabulary is allowed here");
  }
  if (options_.temperature == 0) return std::ranges::min_element(candidates_, likelier)->token;
  if (options_.top_k != 0) keep_likeliest(options_.top_k);
  if (options_.top_p < 1) keep_share(options_.top_p);
  if (options_.min_p > 0) keep_likely(options_.min_p);
  return draw(index);
}

}  // namespace hartonomous::core::run
