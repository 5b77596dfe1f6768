// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>

#include "core/run/evaluate.hpp"
#include "family_models.hpp"
#include "threads.hpp"

namespace hartonomous::test {

using namespace core::run;

namespace {

Tokens some_tokens() {
  Dice dice(99);
  Tokens tokens;
  for (int i = 0; i < 40; ++i) {
    tokens.push_back(static_cast<unsigned>((dice.roll() + 1) / 2 * kVocabulary));
  }
  return tokens;
}

using Floats = std::vector<std::vector<float>>;

// Logits of all tokens, or an encoder's hidden states, evaluated `at_once` tokens at a time.
Floats outputs(const Model& model, TableWeights& weights, std::span<const TokenId> tokens,
               std::size_t at_once, core::Workers& workers) {
  Sequence sequence(model);
  core::NoCheckpoint checkpoint;
  Floats rows;
  const PositionSink sink = [&](std::size_t, std::span<const float> values) {
    rows.emplace_back(values.begin(), values.end());
    return core::Status::ok();
  };
  const bool is_decoder = model.description().kind == ModelKind::kDecoder;
  for (std::size_t at = 0; at < tokens.size(); at += at_once) {
    const auto some = tokens.subspan(at, std::min(at_once, tokens.size() - at));
    const auto status = (is_decoder ? evaluate : evaluate_hidden)(
        model, sequence, some, Wanted::kAll, sink, {weights, workers, checkpoint});
    if (!status.is_ok()) FAIL(status.message());
  }
  CHECK(weights.held() == 0);
  return rows;
}

// The largest difference, in parts of the largest number.
double distance(const Floats& found, const reference::Rows& expected) {
  REQUIRE(found.size() == expected.size());
  double largest = 0, difference = 0;
  for (std::size_t p = 0; p < found.size(); ++p) {
    REQUIRE(found[p].size() == expected[p].size());
    for (std::size_t i = 0; i < found[p].size(); ++i) {
      largest = std::max(largest, std::abs(expected[p][i]));
      difference = std::max(difference, std::abs(found[p][i] - expected[p][i]));
    }
  }
  return std::isfinite(difference) ? difference / largest : INFINITY;
}

Model opened(core::Result<ModelDescription> description, WeightSource& weights) {
  if (!description.is_ok()) FAIL(description.status().message());
  auto model = Model::open(std::move(description).value(), weights);
  if (!model.is_ok()) FAIL(model.status().message() + " " + model.status().detail());
  return std::move(model).value();
}

}  // namespace

TEST_CASE("every family agrees with a reference in double precision, under both namings",
          "[forward]") {
  const Tokens tokens = some_tokens();
  core::Alone alone;
  core::NoCheckpoint checkpoint;
  for (const FamilyModel& family : family_models()) {
    INFO(family.name);
    TableWeights weights(family.tables);
    const Model model = opened(describe_config(family.config, checkpoint), weights);
    CHECK(distance(outputs(model, weights, tokens, tokens.size(), alone),
                   family.oracle(family.tables, tokens)) < 1e-5);
    if (!family.twin) continue;
    INFO("GGUF");
    TableWeights twin_weights(family.twin->tables);
    const Model twin = opened(describe_gguf(family.twin->metadata), twin_weights);
    // GELU in halves, of which the reference knows nothing, is coarse.
    const bool is_coarse = twin.description().activation == Activation::kGeluHalves;
    CHECK(distance(outputs(twin, twin_weights, tokens, tokens.size(), alone),
                   family.twin->oracle(family.tables, tokens)) < (is_coarse ? 1e-3 : 1e-5));
  }
}

TEST_CASE("every family gives the same bits for every split and number of workers", "[forward]") {
  const Tokens tokens = some_tokens();
  core::Alone alone;
  core::NoCheckpoint checkpoint;
  SharingThreads three(3);
  for (const FamilyModel& family : family_models()) {
    INFO(family.name);
    TableWeights weights(family.tables);
    const Model model = opened(describe_config(family.config, checkpoint), weights);
    const Floats expected = outputs(model, weights, tokens, tokens.size(), alone);
    const bool splits = model.description().kind == ModelKind::kDecoder;
    CHECK(outputs(model, weights, tokens, tokens.size(), three) == expected);
    if (!splits) continue;
    CHECK(outputs(model, weights, tokens, 1, alone) == expected);
    CHECK(outputs(model, weights, tokens, 7, three) == expected);
  }
}

TEST_CASE("weights that are not numbers make logits that are not, and nothing worse", "[forward]") {
  const Tokens tokens = some_tokens();
  core::Alone alone;
  core::NoCheckpoint checkpoint;
  for (const FamilyModel& family : family_models()) {
    INFO(family.name);
    Tables broken = family.tables;
    for (auto& [name, table] : broken) {
      const bool is_norm = table.shape.size() == 1;
      if (is_norm || name.find("embed") != name.npos) continue;
      for (std::size_t i = 0; i < table.values.size(); i += 5) {
        table.values[i] = i % 2 == 0 ? NAN : -INFINITY;
      }
    }
    TableWeights weights(broken);
    const Model model = opened(describe_config(family.config, checkpoint), weights);
    const Floats rows = outputs(model, weights, tokens, 16, alone);
    CHECK(std::ranges::all_of(rows.back(), [](float x) { return std::isnan(x); }));
  }
}

}  // namespace hartonomous::test
