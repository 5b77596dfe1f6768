// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/sampler.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <map>
#include <random>

#include "core/run/log_probability.hpp"

namespace core = hartonomous::core;
namespace run = hartonomous::core::run;
using core::Code;
using hartonomous::core::tokenizer::TokenId;

namespace {

std::vector<float> logarithms(const std::vector<double>& probabilities) {
  std::vector<float> logits;
  for (const double p : probabilities) logits.push_back(static_cast<float>(std::log(p)) + 3);
  return logits;
}

std::vector<float> random_logits(std::size_t tokens, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 3);
  std::vector<float> logits(tokens);
  for (float& logit : logits) logit = normal(random);
  return logits;
}

// How often each token is drawn, as a share of 100 000 draws.
std::map<TokenId, double> shares(const std::vector<float>& logits,
                                 const run::SamplingOptions& options) {
  REQUIRE(run::check(options).is_ok());
  run::Sampler sampler(options);
  std::map<TokenId, double> hits;
  for (std::uint64_t i = 0; i < 100000; ++i) {
    hits[sampler.choose(logits, {}, i).value()] += 1e-5;
  }
  return hits;
}

TokenId choice(const std::vector<float>& logits, const run::SamplingOptions& options,
               const std::vector<TokenId>& history = {}, const run::TokenMask* mask = nullptr) {
  return run::Sampler(options).choose(logits, history, 0, mask).value();
}

// The tokens that steps 4 to 6 keep, by sorting everything.
std::vector<TokenId> kept_by_sorting(const std::vector<float>& logits,
                                     const run::SamplingOptions& options) {
  std::vector<TokenId> order(logits.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = static_cast<TokenId>(i);
  std::stable_sort(order.begin(), order.end(),
                   [&](TokenId a, TokenId b) { return logits[a] > logits[b]; });
  if (options.top_k != 0 && options.top_k < order.size()) order.resize(options.top_k);
  double total = 0, sum = 0;
  for (const TokenId t : order) total += std::exp(double{logits[t]});
  std::vector<TokenId> kept;
  for (const TokenId t : order) {
    if (options.top_p < 1 && sum >= options.top_p * total) break;
    sum += std::exp(double{logits[t]});
    if (std::exp(double{logits[t]} - logits[order[0]]) >= options.min_p) kept.push_back(t);
  }
  std::sort(kept.begin(), kept.end());
  return kept;
}

}  // namespace

TEST_CASE("tokens are drawn by the model's probabilities, and repeat with their seed") {
  const auto logits = logarithms({0.5, 0.3, 0.15, 0.05});
  run::SamplingOptions options;
  options.seed = 7;
  const auto plain = shares(logits, options);
  CHECK(plain.at(0) == Approx(0.5).margin(0.01));
  CHECK(plain.at(1) == Approx(0.3).margin(0.01));
  CHECK(plain.at(3) == Approx(0.05).margin(0.01));
  CHECK(shares(logits, options) == plain);
  options.seed = 8;
  CHECK(shares(logits, options) != plain);
  options.temperature = 0.5;  // squares: 0.25, 0.09, 0.0225, 0.0025 of 0.365
  CHECK(shares(logits, options).at(0) == Approx(0.25 / 0.365).margin(0.01));
  options.temperature = 100;
  CHECK(shares(logits, options).at(3) == Approx(0.25).margin(0.01));
}

TEST_CASE("a temperature of 0 takes the likeliest token, the first of equals") {
  run::SamplingOptions options;
  options.temperature = 0;
  CHECK(choice({1, 3, 2, 3}, options) == 1);
  CHECK(choice({-2, -3, -2}, options) == 0);
  options.temperature = 1e-300;
  CHECK(choice({1, 2, 3, 2}, options) == 2);
}

TEST_CASE("top_k, top_p and min_p keep the tokens that sorting everything keeps") {
  for (unsigned seed = 0; seed < 60; ++seed) {
    auto logits = random_logits(seed % 3 == 0 ? 3000 : 40, seed);
    if (seed % 2 == 0) {
      for (float& logit : logits) logit = std::round(logit);  // many equals
    }
    run::SamplingOptions options;
    options.top_k = std::vector<std::uint32_t>{0, 1, 10, 5000}[seed % 4];
    options.top_p = std::vector<double>{1, 0.9, 0.2, 1e-9, 0.9999}[seed % 5];
    options.min_p = std::vector<double>{0, 0.05, 1}[seed / 3 % 3];
    const auto kept = kept_by_sorting(logits, options);
    options.temperature = 100;  // so that every token kept is drawn in time
    run::Sampler sampler(options);
    std::vector<bool> is_drawn(logits.size());
    for (std::uint64_t i = 0; i < 40 * kept.size(); ++i) {
      is_drawn[sampler.choose(logits, {}, i).value()] = true;
    }
    std::vector<TokenId> drawn;
    for (std::size_t i = 0; i < is_drawn.size(); ++i) {
      if (is_drawn[i]) drawn.push_back(static_cast<TokenId>(i));
    }
    INFO(seed);
    REQUIRE(drawn == kept);
  }
}

TEST_CASE("a top_k of the whole vocabulary changes no draw") {
  const auto logits = random_logits(500, 5);
  run::SamplingOptions all, some;
  some.top_k = 500;
  run::Sampler first(all), second(some);
  for (std::uint64_t i = 0; i < 2000; ++i) {
    REQUIRE(first.choose(logits, {}, i).value() == second.choose(logits, {}, i).value());
  }
}

TEST_CASE("penalties lower the tokens that the window holds") {
  run::SamplingOptions options;
  options.temperature = 0;
  options.repetition_penalty = 2;
  CHECK(choice({3, 2, 1}, options, {0}) == 1);        // 1.5, 2, 1
  CHECK(choice({3, 1, 1}, options, {0, 0, 0}) == 0);  // once, however often
  CHECK(choice({-1, -1.5}, options, {0}) == 1);       // -2, -1.5
  options.repetition_window = 2;
  CHECK(choice({3, 2, 1}, options, {0, 2, 2}) == 0);
  options.repetition_window = 0;
  CHECK(choice({3, 2, 1}, options, {0}) == 0);
  options = {};
  options.temperature = 0;
  options.frequency_penalty = 0.5;
  CHECK(choice({3, 2, 1}, options, {0, 0}) == 0);  // 2, 2, 1
  CHECK(choice({3, 2, 1}, options, {0, 0, 0}) == 1);
  options.frequency_penalty = 0;
  options.presence_penalty = 1.5;
  CHECK(choice({3, 2, 1}, options, {0, 0, 0}) == 1);
  CHECK(choice({3, 1, 1}, options, {0, 0, 0}) == 0);
  options.presence_penalty = -1.5;  // a bonus
  CHECK(choice({3, 2, 1}, options, {1}) == 1);
}

TEST_CASE("penalties saturate rather than overflow") {
  run::SamplingOptions options;
  options.temperature = 0;
  options.repetition_penalty = 100;
  CHECK(choice({-3e38F, -2e38F}, options, {0, 1}) == 0);  // both the least float
  options.temperature = 1;
  CHECK(run::Sampler(options).choose(std::vector<float>{-3e38F, 3e38F}, {}, 0).value() == 1);
}

TEST_CASE("only tokens of the mask are chosen") {
  const auto logits = logarithms({0.5, 0.3, 0.15, 0.05});
  run::TokenMask mask(4);
  run::SamplingOptions options;
  run::Sampler sampler(options);
  CHECK(sampler.choose(logits, {}, 0, &mask).status().code() == Code::kWrongState);
  mask.insert(3);
  mask.insert(1);
  CHECK(mask.count() == 2);
  for (std::uint64_t i = 0; i < 100; ++i) {
    const TokenId token = sampler.choose(logits, {}, i, &mask).value();
    REQUIRE((token == 1 || token == 3));
  }
  options.temperature = 0;
  CHECK(choice(logits, options, {}, &mask) == 1);
  run::TokenMask wrong(5);
  CHECK(sampler.choose(logits, {}, 0, &wrong).status().code() == Code::kInvalidArgument);
}

TEST_CASE("sampling options out of their range are refused") {
  const auto refused = [](auto change) {
    run::SamplingOptions options;
    change(options);
    return run::check(options).code() == Code::kInvalidArgument;
  };
  const double nan = std::nan(""), infinity = std::numeric_limits<double>::infinity();
  CHECK(!refused([](auto&) {}));
  for (const double bad : {nan, infinity, -infinity, -0.5, 100.5}) {
    CHECK(refused([&](auto& o) { o.temperature = bad; }));
    CHECK(refused([&](auto& o) { o.top_p = bad; }));
    CHECK(refused([&](auto& o) { o.min_p = bad; }));
    CHECK(refused([&](auto& o) { o.repetition_penalty = bad; }));
    CHECK(refused([&](auto& o) { o.frequency_penalty = bad * 1000; }));
    CHECK(refused([&](auto& o) { o.presence_penalty = bad * 1000; }));
  }
  CHECK(refused([](auto& o) { o.top_p = 0; }));
  CHECK(refused([](auto& o) { o.repetition_penalty = 0; }));
}

TEST_CASE("logits that are no numbers, and tokens without a logit, are errors") {
  run::Sampler sampler({});
  const float nan = std::nanf(""), infinity = std::numeric_limits<float>::infinity();
  for (const float odd : {nan, -nan, infinity, -infinity}) {
    const auto result = sampler.choose(std::vector<float>{1, 2, odd}, {}, 0);
    REQUIRE(!result.is_ok());
    CHECK(result.status().code() == Code::kOutOfRange);
    CHECK(result.status().message() == "logit of token 2 is not a finite number");
  }
  CHECK(sampler.choose({}, {}, 0).status().code() == Code::kInvalidArgument);
  run::SamplingOptions options;
  options.presence_penalty = 1;
  const std::vector<TokenId> history{7};
  CHECK(run::Sampler(options).choose(std::vector<float>{1, 2}, history, 0).status().code() ==
        Code::kInvalidArgument);
}

TEST_CASE("log-probabilities are those of the full softmax") {
  const auto logits = logarithms({0.5, 0.3, 0.15, 0.05});
  const double total = run::log_sum_exp(logits).value();
  CHECK(logits[0] - total == Approx(std::log(0.5)).epsilon(1e-6));
  CHECK(logits[3] - total == Approx(std::log(0.05)).epsilon(1e-6));
  CHECK(run::log_sum_exp(std::vector<float>{3e38F, 3e38F}).value() == Approx(3e38));
  CHECK(run::log_sum_exp(std::vector<float>{1, std::nanf("")}).status().code() ==
        Code::kOutOfRange);
  CHECK(run::likeliest_tokens(std::vector<float>{1, 3, 2, 3}, 3) == std::vector<TokenId>{1, 3, 2});
  CHECK(run::likeliest_tokens(logits, 9) == std::vector<TokenId>{0, 1, 2, 3});
  CHECK(run::likeliest_tokens(logits, 0).empty());
}
