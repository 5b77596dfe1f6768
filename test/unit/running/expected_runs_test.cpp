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
  // The greedy choices after `prompt`, as many as `expected`, as long as they are those.
  std::vector<TokenId> choices(std::vector<TokenId> prompt, std::span<const TokenId> expected) {
    SamplingOptions options;
    options.temperature = 0;
    Sampler sampler(options);
    Sequence all = sequence();
    std::vector<TokenId> chosen;
    for (std::size_t i = 0; i < expected.size(); ++i) {
      run(all, prompt, Wanted::kLast, [&](std::size_t, std::span<const float> logits) {
        chosen.push_back(sampler.choose(logits, {}, 0).value());
        return core::Status::ok();
      });
      if (chosen[i] != expected[i]) break;
      prompt = {expected[i]};
    }
    return chosen;
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
  const auto rows = rows_of(name);
  REQUIRE(rows.size() >= 10);
  for (const auto& row : rows) {
    const auto prompt = numbers(row.at(1)), expected = numbers(row.at(2));
    REQUIRE(expected.size() >= 64);
    INFO(name << " after " << row.at(1));
    CHECK(runner.choices(prompt, expected) == expected);
  }
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
