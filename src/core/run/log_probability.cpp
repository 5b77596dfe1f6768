// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/log_probability.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numeric>
#include <string>

#include "core/base/exponential.hpp"

namespace hartonomous::core::run {

Status check_logits(std::span<const float> logits) {
  if (logits.empty()) return {Code::kInvalidArgument, "there are no logits to choose from"};
  std::uint32_t largest = 0;  // magnitude, as bits: infinities and NaN are above all numbers
  for (const float logit : logits) {
    largest = std::max(largest, std::bit_cast<std::uint32_t>(logit) & 0x7fffffff);
  }
  if (largest < 0x7f800000) return Status::ok();
  const auto odd = std::ranges::find_if(logits, [](float l) { return !std::isfinite(l); });
  return Status(Code::kOutOfRange, std::string("logit of token ") +
                                       std::to_string(odd - logits.begin()) +
                                       " is not a finite number")
      .with_hint("The model's weights hold such numbers, or grow too large to compute with.");
}

Result<double> log_sum_exp(std::span<const float> logits) {
  HARTONOMOUS_CHECK(check_logits(logits));
  const double highest = *std::ranges::max_element(logits);
  double sum = 0;
  for (const float logit : logits) sum += exponential(double{logit} - highest);
  return highest + std::log(sum);
}

std::vector<tokenizer::TokenId> likeliest_tokens(std::span<const float> logits, std::size_t count) {
  std::vector<tokenizer::TokenId> tokens(logits.size());
  std::iota(tokens.begin(), tokens.end(), tokenizer::TokenId{0});
  const auto likelier = [&](tokenizer::TokenId a, tokenizer::TokenId b) {
    return logits[a] > logits[b] || (logits[a] == logits[b] && a < b);
  };
  const auto end = tokens.begin() + static_cast<std::ptrdiff_t>(std::min(count, tokens.size()));
  if (end != tokens.end()) std::nth_element(tokens.begin(), end, tokens.end(), likelier);
  std::sort(tokens.begin(), end, likelier);
  tokens.erase(end, tokens.end());
  return tokens;
}

}  // namespace hartonomous::core::run
