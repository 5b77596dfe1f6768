// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Our answers beside those of another runtime, which test/expected_runs holds and explains.
#include <catch2/catch.hpp>
#include <algorithm>
#include <cmath>
#include <sstream>

#include "../shared_data.hpp"
#include "core/run/evaluate.hpp"
#include "core/run/log_probability.hpp"
#include "core/run/sampler.hpp"
#include "file_weights.hpp"
#include "models/seeded_llama.hpp"

namespace hartonomous::test {

using namespace core::run;

namespace {

std::string contents_or_nothing(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) WARN("no " + path.string() + ": not compared");
  return file_contents(path);
}

// Types whose products the reference adds in another order, so that a code of an activation may
// differ by one: test/expected_runs/README.md has what follows. There a parting's margin is
// bounded, in deviations of the logits; everything else must be equal.
constexpr double kNearTie = 0.06;
bool is_added_in_another_order(const std::string& name) {
  return name == "small-Q8_0" || name == "small-Q5_K" || name == "small-Q6_K" ||
         name == "kjv-tiny-q8_0";
}

// The model file of a name in test/expected_runs; empty if this machine has none.
std::string model_file(const std::string& name) {
  if (name.starts_with("small-")) {
    std::string file;
    REQUIRE(write_llama(*named_shape("small"), *core::tensor::dtype_by_name(name.substr(6)), 1,
                        [&](std::string_view bytes) { file += bytes; }));
    return file;
  }
  if (name.starts_with("kjv-tiny")) {
    return file_contents(HARTONOMOUS_SOURCE "/sample/gguf/" + name + ".gguf");
  }
  return contents_or_nothing(shared_data() / "models" / (name + "-gguf") / (name + ".gguf"));
}

std::vector<TokenId> numbers(const std::string& text) {
  std::istringstream in(text);
  std::vector<TokenId> ids;
  for (TokenId id; in >> id;) ids.push_back(id);
  return ids;
}

// The lines of a file, divided at tabs.
std::vector<std::vector<std::string>> rows_of(const std::string& name) {
  std::istringstream file(file_contents(HARTONOMOUS_SOURCE "/test/expected_runs/" + name + ".tsv"));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(file, line);) {
    std::istringstream in(line);
    rows.emplace_back();
    for (std::string field; std::getline(in, field, '\t');) rows.back().push_back(field);
  }
  return rows;
}

double standard_deviation(std::span<const float> values) {
  double sum = 0, squares = 0;
  for (const float v : values) sum += v, squares += double{v} * v;
  const auto count = static_cast<double>(values.size());
  return std::sqrt(squares / count - sum / count * (sum / count));
}

// A model and what a pass over it needs.
class Runner {
 public:
  explicit Runner(std::string file)
      : weights_(std::move(file)),
        model_(Model::open(describe_gguf(weights_.layout().metadata).value(), weights_).value()) {}

  Sequence sequence() const { return Sequence(model_); }
  void run(Sequence& sequence, std::span<const TokenId> tokens, Wanted wanted,
           const PositionSink& sink) {
    REQUIRE(
        evaluate(model_, sequence, tokens, wanted, sink, {weights_, alone_, checkpoint_}).is_ok());
  }
  // Follows `expected` after `prompt` as long as greedy choices are the same. Where they part, how
  // much likelier ours is than the expected, in standard deviations of the logits; 0 if nowhere.
  double parting(std::span<const TokenId> prompt, std::span<const TokenId> expected) {
    SamplingOptions options;
    options.temperature = 0;
    Sampler sampler(options);
    Sequence all = sequence();
    std::vector<TokenId> tokens(prompt.begin(), prompt.end());
    double margin = 0;
    for (std::size_t i = 0; i < expected.size() && margin == 0; ++i) {
      run(all, tokens, Wanted::kLast, [&](std::size_t, std::span<const float> logits) {
        const TokenId choice = sampler.choose(logits, {}, 0).value();
        if (choice != expected[i]) {
          margin = (logits[choice] - logits[expected[i]]) / standard_deviation(logits);
        }
        return core::Status::ok();
      });
      tokens = {expected[i]};
    }
    return margin;
  }

 private:
  FileWeights weights_;
  Model model_;
  core::Alone alone_;
  core::NoCheckpoint checkpoint_;
};

}  // namespace

TEST_CASE("greedy answers are those of the reference runtime", "[expected_runs]") {
  const std::string name =
      GENERATE(as<std::string>(), "kjv-tiny-f16", "kjv-tiny-q8_0", "stories260K",
               "llama-2-tiny-random", "small-F32", "small-F16", "small-BF16", "small-Q8_0",
               "small-Q4_0", "small-Q4_K", "small-Q5_K", "small-Q6_K");
  std::string file = model_file(name);
  if (file.empty()) return;
  Runner runner(std::move(file));
  std::size_t equal = 0;
  for (const auto& row : rows_of(name)) {
    const auto prompt = numbers(row.at(1)), expected = numbers(row.at(2));
    REQUIRE(expected.size() >= 64);
    const double margin = runner.parting(prompt, expected);
    INFO(name << " after " << row.at(1));
    CHECK(margin <= (is_added_in_another_order(name) ? kNearTie : 0));
    equal += margin == 0;
  }
  INFO(name << ": " << equal << " of " << rows_of(name).size() << " answers are the same");
  CHECK(equal >= 10);
}

TEST_CASE("perplexities are those of the reference runtime", "[expected_runs]") {
  const auto rows = rows_of("perplexity");
  REQUIRE(!rows.empty());
  for (const auto& row : rows) {
    INFO(row.at(0));
    std::string file = model_file(row.at(0));
    if (file.empty()) continue;
    Runner runner(std::move(file));
    const auto tokens = numbers(row.at(1));
    Sequence all = runner.sequence();
    double sum = 0;
    runner.run(all, tokens, Wanted::kAll, [&](std::size_t at, std::span<const float> logits) {
      if (at + 1 < tokens.size()) sum += log_sum_exp(logits).value() - logits[tokens[at + 1]];
      return core::Status::ok();
    });
    const double perplexity = std::exp(sum / static_cast<double>(tokens.size() - 1));
    const double lowest = std::stod(row.at(2)), highest = std::stod(row.at(3));
    const double spread = std::max(highest - lowest, 1e-4 * highest);
    CHECK(perplexity > lowest - spread);
    CHECK(perplexity < highest + spread);
  }
}

}  // namespace hartonomous::test
