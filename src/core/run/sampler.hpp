// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Choosing the next token from a model's logits. The steps, each on what the ones before left:
//   1. tokens outside a mask (of a grammar) are dropped;
//   2. penalties lower the logits of tokens that occur among the last `repetition_window`;
//   3. a temperature of 0 takes the highest logit, of equal ones the lowest id, and ends here;
//   4. top_k keeps the likeliest k, of equal ones the lowest ids;
//   5. top_p keeps the fewest likeliest whose probabilities reach that share of all that are left;
//   6. min_p keeps those at least that share as likely as the likeliest;
//   7. logits are divided by the temperature, and one token is drawn.
// A choice is a function of logits, history, options and index alone, on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/run/token_mask.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace hartonomous::core::run {

// As they stand, the model's own distribution.
struct SamplingOptions {
  double temperature = 1;   // 0..100; 0: always the likeliest
  std::uint32_t top_k = 0;  // 0: all
  double top_p = 1;         // above 0, at most 1
  double min_p = 0;         // 0..1
  // Above 0, at most 100: a token met in the window has its logit divided by it if positive, else
  // multiplied (Keskar et al. 2019).
  double repetition_penalty = 1;
  double frequency_penalty = 0;          // -100..100: subtracted for each time in the window
  double presence_penalty = 0;           // -100..100: subtracted once if in the window
  std::uint32_t repetition_window = 64;  // tokens; 0: none
  std::uint64_t seed = 0;
};

// kInvalidArgument, naming the option and its range, unless every option is in its range.
Status check(const SamplingOptions& options);

// Not thread-safe: keeps room for the candidates from one call to the next.
class Sampler {
 public:
  // REQUIRES: check(options) is ok.
  explicit Sampler(const SamplingOptions& options) : options_(options) {}

  // The token that follows `history` (prompt and answer so far); `index` is the number of the draw,
  // as a rule the answer's length. Tokens outside `allowed`, if given, are not chosen.
  // kOutOfRange for a logit that is not finite, kInvalidArgument for a token of the window that has
  // no logit or a mask of another size, kWrongState if no token is allowed.
  // O(tokens), and O(tokens log tokens) at worst with a top_p below 1.
  Result<tokenizer::TokenId> choose(std::span<const float> logits,
                                    std::span<const tokenizer::TokenId> history,
                                    std::uint64_t index, const TokenMask* allowed = nullptr);

 private:
  struct Candidate {
    float logit;
    tokenizer::TokenId token;
  };
  static bool likelier(const Candidate& a, const Candidate& b) noexcept;
  Status penalise(std::span<const float> logits, std::span<const tokenizer::TokenId> window);
  void collect(std::span<const float> logits, const TokenMask* allowed);
  void keep_likeliest(std::size_t count);
  void keep_share(double share);
  void keep_likely(double share);
  tokenizer::TokenId draw(std::uint64_t index);

  SamplingOptions options_;
  std::vector<float> penalised_;
  std::vector<tokenizer::TokenId> window_;
  std::vector<Candidate> candidates_;
  std::vector<double> shares_;
};

}  // namespace hartonomous::core::run
