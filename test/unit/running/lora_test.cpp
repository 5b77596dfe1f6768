// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <cmath>

#include "core/run/evaluate.hpp"
#include "family_models.hpp"
#include "threads.hpp"

namespace hartonomous::test {

using namespace core::run;

namespace {

using Floats = std::vector<std::vector<float>>;

Floats logits(const std::string& config, TableWeights& weights, const Tokens& tokens,
              std::size_t at_once, core::Workers& workers) {
  core::NoCheckpoint checkpoint;
  const Model model = Model::open(describe_config(config, checkpoint).value(), weights).value();
  Sequence sequence(model);
  Floats rows;
  const PositionSink sink = [&](std::size_t, std::span<const float> values) {
    rows.emplace_back(values.begin(), values.end());
    return core::Status::ok();
  };
  for (std::size_t at = 0; at < tokens.size(); at += at_once) {
    const auto some = std::span(tokens).subspan(at, std::min(at_once, tokens.size() - at));
    REQUIRE(evaluate(model, sequence, some, Wanted::kAll, sink, {weights, workers, checkpoint})
                .is_ok());
  }
  return rows;
}

double distance(const Floats& a, const Floats& b) {
  double difference = 0, largest = 0;
  for (std::size_t p = 0; p < a.size(); ++p) {
    for (std::size_t i = 0; i < a[p].size(); ++i) {
      difference = std::max<double>(difference, std::abs(a[p][i] - b[p][i]));
      largest = std::max<double>(largest, std::abs(a[p][i]));
    }
  }
  return difference / largest;
}

// Matrices with two adapters each, as factors and merged into the weights.
struct Adapted {
  Tables with_factors, merged;
  std::vector<std::string> matrices;
};
constexpr float kScales[] = {0.5F, -0.75F};

Adapted adapt(const Tables& tables, const std::vector<std::string>& matrices, bool is_turned) {
  Adapted out{tables, tables, matrices};
  Dice dice(5);
  for (const std::string& name : matrices) {
    Table& merged = out.merged[name];
    const std::size_t outputs = merged.shape[is_turned ? 1 : 0];
    const std::size_t inputs = merged.shape[is_turned ? 0 : 1];
    for (std::size_t adapter = 0; adapter < 2; ++adapter) {
      const std::size_t rank = adapter == 0 ? 8 : 3;
      Table a{{rank, inputs}, {}}, b{{outputs, rank}, {}};
      for (std::size_t i = 0; i < rank * inputs; ++i) a.values.push_back(0.3F * dice.roll());
      for (std::size_t i = 0; i < rank * outputs; ++i) b.values.push_back(0.3F * dice.roll());
      for (std::size_t o = 0; o < outputs; ++o) {
        for (std::size_t i = 0; i < inputs; ++i) {
          double sum = 0;
          for (std::size_t r = 0; r < rank; ++r) {
            sum += static_cast<double>(b.values[o * rank + r]) * a.values[r * inputs + i];
          }
          merged.values[is_turned ? i * outputs + o : o * inputs + i] +=
              static_cast<float>(kScales[adapter] * sum);
        }
      }
      const std::string suffix = adapter == 0 ? "" : "2";
      out.with_factors[name + ".lora_a" + suffix] = a;
      out.with_factors[name + ".lora_b" + suffix] = b;
    }
  }
  return out;
}

void add_factors(TableWeights& weights, const Adapted& adapted) {
  for (const std::string& name : adapted.matrices) {
    weights.add(name, name + ".lora_a", name + ".lora_b", kScales[0]);
    weights.add(name, name + ".lora_a2", name + ".lora_b2", kScales[1]);
  }
}

}  // namespace

TEST_CASE("low-rank additions equal the merged matrices, for every split and number of workers",
          "[forward]") {
  const Tokens tokens{5, 9, 60, 0, 33, 33, 7, 21, 44, 3, 17, 8};
  core::Alone alone;
  SharingThreads three(3);
  for (const FamilyModel& family : family_models()) {
    const bool is_llama = family.name == "llama", is_gpt2 = family.name == "gpt2";
    if (!is_llama && !is_gpt2) continue;
    INFO(family.name);
    const Adapted adapted =
        is_llama ? adapt(family.tables,
                         {"model.layers.0.self_attn.q_proj.weight",
                          "model.layers.1.self_attn.v_proj.weight",
                          "model.layers.2.mlp.down_proj.weight"},
                         false)
                 : adapt(family.tables,
                         {"transformer.h.0.attn.c_attn.weight", "transformer.h.1.mlp.c_fc.weight"},
                         true);
    TableWeights base(family.tables), merged(adapted.merged), added(adapted.with_factors);
    add_factors(added, adapted);
    const Floats expected = logits(family.config, merged, tokens, tokens.size(), alone);
    const Floats found = logits(family.config, added, tokens, tokens.size(), alone);
    CHECK(distance(expected, found) < 1e-5);
    CHECK(distance(expected, logits(family.config, base, tokens, tokens.size(), alone)) > 1e-2);
    CHECK(logits(family.config, added, tokens, 1, three) == found);
    CHECK(logits(family.config, added, tokens, 5, alone) == found);
    CHECK(added.held() == 0);
  }
}

TEST_CASE("an adapter of an embedding or of stacked experts is refused", "[forward]") {
  core::NoCheckpoint checkpoint;
  for (const FamilyModel& family : family_models()) {
    if (family.name != "mixtral") continue;
    const auto refused = [&](Tables tables, const std::string& name,
                             core::Result<ModelDescription> model) {
      tables["a"] = {{1, 4}, std::vector<float>(4)};
      tables["b"] = {{4, 1}, std::vector<float>(4)};
      TableWeights weights(tables);
      weights.add(name, "a", "b", 1);
      return Model::open(std::move(model).value(), weights).status().code();
    };
    CHECK(refused(family.tables, "model.embed_tokens.weight",
                  describe_config(family.config, checkpoint)) == core::Code::kUnsupported);
    CHECK(refused(family.twin->tables, "blk.0.ffn_up_exps.weight",
                  describe_gguf(family.twin->metadata)) == core::Code::kUnsupported);
  }
}

}  // namespace hartonomous::test
