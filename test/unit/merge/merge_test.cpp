// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <limits>
#include <numeric>

#include "core/base/random_number.hpp"
#include "core/merge/selection.hpp"
#include "core/merge/tensor_merge.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::merge;

namespace {

struct Golden {
  std::string method, parameters;
  std::size_t models;
  bool has_base;
  std::vector<double> weights;
  std::vector<float> values;  // of a 4 x 6 tensor called w
};
const std::vector<Golden>& golden() {
  static const std::vector<Golden> all = {
#include "golden.inc"
  };
  return all;
}

// As test/interop/merge_reference.py makes them: a base and tunes of it.
std::vector<std::vector<float>> tunes(std::size_t count, std::size_t size, std::uint64_t seed) {
  std::vector<std::vector<float>> all(count, std::vector<float>(size));
  for (std::size_t i = 0; i < size; ++i) {
    all[0][i] = static_cast<float>(random_number(seed * 97, i) - 0.5);
    for (std::size_t m = 1; m < count; ++m) {
      const double noise = random_number(seed * 97 + m, i) - 0.5;
      const double change = std::abs(noise) < 0.1 ? 0 : noise * 0.05 * static_cast<double>(m);
      all[m][i] = static_cast<float>(static_cast<double>(all[0][i]) + change);
    }
  }
  return all;
}

Result<Recipe> recipe_of(std::string_view method, std::size_t models, bool has_base,
                         const std::vector<double>& weights, std::string_view parameters) {
  MergeOptions options;
  NoCheckpoint checkpoint;
  return read_recipe({.method = method_by_name(method).value(),
                      .models = models,
                      .has_base = has_base,
                      .weights = weights.empty() ? nullptr : &weights,
                      .parameters = parameters},
                     options, checkpoint);
}

std::vector<float> merged(const Recipe& recipe, const std::vector<std::vector<float>>& inputs,
                          std::size_t row, std::size_t rows_at_once) {
  const std::size_t size = inputs.front().size(), step = row * rows_at_once;
  const auto merge = make_merge(recipe, {"w", size, row}).value();
  const auto pass = [&](const auto& each) {
    for (std::size_t at = 0; at < size; at += step) {
      std::vector<std::span<const float>> parts;
      const std::size_t count = std::min(step, size - at);
      for (const auto& input : inputs) parts.push_back(std::span(input).subspan(at, count));
      each(Chunk{at, parts}, count);
    }
  };
  for (int i = 0; i < merge->passes(); ++i) {
    pass([&](const Chunk& chunk, std::size_t) { merge->observe(i, chunk); });
  }
  std::vector<float> out(size);
  pass([&](const Chunk& chunk, std::size_t count) {
    merge->merge(chunk, std::span(out).subspan(chunk.first, count));
  });
  return out;
}

Recipe simple(std::string_view method, std::size_t models, bool has_base,
              std::string_view parameters = "{}") {
  auto recipe = recipe_of(method, models, has_base, {}, parameters);
  INFO((recipe.is_ok() ? "" : recipe.status().message()));
  REQUIRE(recipe.is_ok());
  return std::move(recipe).value();
}

}  // namespace

TEST_CASE("every method says what NumPy does", "[merge]") {
  for (const Golden& wanted : golden()) {
    INFO(wanted.method << ' ' << wanted.parameters);
    const auto recipe =
        recipe_of(wanted.method, wanted.models, wanted.has_base, wanted.weights, wanted.parameters);
    REQUIRE(recipe.is_ok());
    const auto inputs = tunes(wanted.models + (wanted.has_base ? 1 : 0), 24, 5);
    const auto found = merged(recipe.value(), inputs, 6, 1);
    REQUIRE(found.size() == wanted.values.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      CHECK(std::abs(found[i] - wanted.values[i]) <= 1e-6F * 0.5F);
    }
    CHECK(merged(recipe.value(), inputs, 6, 4) == found);
  }
}

TEST_CASE("the largest are those that sorting puts first, the earlier of equals", "[merge]") {
  std::vector<float> values(2000);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<float>(std::round((random_number(3, i) - 0.5) * 50)) / 7;
  }
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    return std::abs(values[a]) > std::abs(values[b]);
  });
  for (const std::size_t count : {0, 1, 17, 1000, 1999, 2000}) {
    Largest largest(count);
    for (int pass = 0; pass < Largest::kPasses; ++pass) {
      largest.observe(pass, std::span(values).first(900));
      largest.observe(pass, std::span(values).subspan(900));
      largest.end_pass(pass);
    }
    std::vector<std::size_t> taken, wanted(order.begin(), order.begin() + static_cast<long>(count));
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (largest.takes(values[i])) taken.push_back(i);
    }
    std::ranges::sort(wanted);
    CHECK(taken == wanted);
  }
}

TEST_CASE("equal models merge to themselves", "[merge]") {
  const auto one = tunes(1, 60, 9).front();
  for (const char* method : {"linear", "slerp", "nuslerp", "multislerp", "karcher", "nearswap"}) {
    INFO(method);
    const Recipe recipe = simple(method, 2, false);
    CHECK(keeps_equal(recipe));
    CHECK(merged(recipe, {one, one}, 10, 2) == one);
  }
  for (const char* method :
       {"task_arithmetic", "ties", "dare_linear", "dare_ties", "della", "della_linear",
        "breadcrumbs", "breadcrumbs_ties", "sce", "model_stock", "multislerp", "nuslerp"}) {
    INFO(method);
    const Recipe recipe = simple(method, 2, true);
    CHECK(keeps_equal(recipe));
    CHECK(merged(recipe, {one, one, one}, 10, 2) == one);
  }
  CHECK_FALSE(keeps_equal(simple("linear", 2, false, R"({"normalize": false})")));
}

TEST_CASE("coefficients give the value", "[merge]") {
  const auto inputs = tunes(3, 64, 4);
  for (const char* method : {"model_stock", "task_arithmetic", "nuslerp", "multislerp"}) {
    INFO(method);
    const Recipe recipe = simple(method, 2, true);
    const auto merge = make_merge(recipe, {"w", 64, 8}).value();
    const std::vector<std::span<const float>> parts(inputs.begin(), inputs.end());
    for (int i = 0; i < merge->passes(); ++i) merge->observe(i, {0, parts});
    std::vector<float> out(64);
    merge->merge({0, parts}, out);
    const auto multiples = merge->coefficients();
    REQUIRE(multiples.size() == 3);
    for (std::size_t i = 0; i < out.size(); ++i) {
      double sum = 0;
      for (std::size_t m = 0; m < 3; ++m) sum += multiples[m] * static_cast<double>(inputs[m][i]);
      CHECK(out[i] == static_cast<float>(sum));
    }
  }
  CHECK(make_merge(simple("ties", 2, true), {"w", 64, 8}).value()->coefficients().empty());
}

TEST_CASE("draws depend on seed, model, tensor and element alone", "[merge]") {
  const auto inputs = tunes(3, 600, 4);
  const auto with = [&](const char* parameters) {
    return merged(simple("dare_linear", 2, true, parameters), inputs, 20, 3);
  };
  CHECK(with(R"({"density": 0.5, "seed": 1})") == with(R"({"density": 0.5, "seed": 1})"));
  CHECK(with(R"({"density": 0.5, "seed": 1})") != with(R"({"density": 0.5, "seed": 2})"));
}

TEST_CASE("what a method does not take is refused", "[merge]") {
  const auto message = [](std::string_view method, std::size_t models, bool has_base,
                          const std::vector<double>& weights, std::string_view parameters) {
    const auto recipe = recipe_of(method, models, has_base, weights, parameters);
    return recipe.is_ok() ? std::string() : recipe.status().message();
  };
  CHECK(message("ties", 2, false, {}, "{}") == "method \"ties\" needs a base");
  CHECK(message("slerp", 3, false, {}, "{}") == "method \"slerp\" merges 2 models, not 3");
  CHECK(message("model_stock", 1, true, {}, "{}") ==
        "method \"model_stock\" merges 2 to 64 models, not 1");
  CHECK(message("slerp", 2, false, {1, 1}, "{}") == "method \"slerp\" takes no weights");
  CHECK(message("linear", 2, false, {1}, "{}") == "2 weights are needed, not 1");
  CHECK(message("linear", 2, false, {1, -1}, "{}") == "weights must not sum to 0");
  CHECK(message("linear", 2, false, {1, std::nan("")}, "{}") ==
        "weights must be finite and at most 1000000");
  CHECK(message("linear", 2, false, {}, R"({"density": 1})") ==
        "parameter \"density\" is none of method \"linear\"");
  CHECK(message("ties", 2, true, {}, R"({"density": 1.5})") ==
        "parameter \"density\" is out of range");
  CHECK(message("ties", 2, true, {}, R"({"density": [1]})") ==
        "parameter \"density\" has fewer values than there are models");
  CHECK(message("ties", 2, true, {}, R"({"density": [1, 0, 1]})") ==
        "parameter \"density\" has more values than there are models");
  CHECK(message("della", 2, true, {}, R"({"density": 0.1})") ==
        "parameter \"epsilon\" must keep density -+ epsilon between 0 and 1");
  CHECK_FALSE(message("linear", 2, false, {}, "[]").empty());
  CHECK_FALSE(make_merge(simple("della", 2, true), {"w", kMaxRow + 1, kMaxRow + 1}).is_ok());
}
