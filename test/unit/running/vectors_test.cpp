// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <cmath>

#include "../shared_data.hpp"
#include "core/run/embed.hpp"
#include "core/run/sentence_files.hpp"
#include "core/run/static_embedding.hpp"
#include "family_models.hpp"
#include "file_weights.hpp"

namespace hartonomous::test {

using namespace core::run;
using core::Code;

namespace {

const FamilyModel& family(const std::string& name) {
  static const std::vector<FamilyModel> models = family_models();
  for (const FamilyModel& model : models) {
    if (model.name == name) return model;
  }
  throw std::runtime_error("no family " + name);
}

// Rows of the oracle's states made one vector, in the plainest way.
std::vector<double> pooled(const reference::Rows& rows, Pooling pooling, bool normalizes) {
  std::vector<double> out = pooling == Pooling::kLast ? rows.back() : rows[0];
  for (std::size_t p = 1; p < rows.size(); ++p) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      if (pooling == Pooling::kMean) out[i] += rows[p][i];
      if (pooling == Pooling::kMax) out[i] = std::max(out[i], rows[p][i]);
    }
  }
  double length = 0;
  for (double& x : out) {
    if (pooling == Pooling::kMean) x /= static_cast<double>(rows.size());
    length += x * x;
  }
  for (double& x : out) x /= normalizes ? std::sqrt(length) : 1;
  return out;
}

double difference(const std::vector<float>& found, const std::vector<double>& expected) {
  REQUIRE(found.size() == expected.size());
  double largest = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    largest = std::max(largest, std::abs(found[i] - expected[i]));
  }
  return largest;
}

}  // namespace

TEST_CASE("an encoder's vectors are its hidden states, pooled and normalised", "[forward]") {
  const Tokens tokens{5, 9, 60, 0, 33, 33, 7};
  core::Alone alone;
  core::NoCheckpoint checkpoint;
  for (const char* name : {"bert", "roberta"}) {
    const FamilyModel& bert = family(name);
    const reference::Rows states = bert.oracle(bert.tables, tokens);
    TableWeights weights(bert.tables);
    for (const Pooling pooling : {Pooling::kMean, Pooling::kFirst, Pooling::kLast, Pooling::kMax}) {
      for (const bool normalizes : {false, true}) {
        auto description = describe_config(bert.config, checkpoint).value();
        description.pooling = pooling;
        description.normalizes_vectors = normalizes;
        const Model model = Model::open(description, weights).value();
        const auto vector = embed(model, tokens, SIZE_MAX, {weights, alone, checkpoint});
        REQUIRE(vector.is_ok());
        CHECK(difference(vector.value(), pooled(states, pooling, normalizes)) < 1e-5);
      }
    }
  }
}

TEST_CASE("a text longer than an encoder's context is refused", "[forward]") {
  const FamilyModel& bert = family("roberta");
  TableWeights weights(bert.tables);
  core::Alone alone;
  core::NoCheckpoint checkpoint;
  const Model model =
      Model::open(describe_config(bert.config, checkpoint).value(), weights).value();
  const Machine machine{weights, alone, checkpoint};
  CHECK(embed(model, Tokens(62, 3), SIZE_MAX, machine).is_ok());
  CHECK(embed(model, Tokens(63, 3), SIZE_MAX, machine).status().code() == Code::kLimitExceeded);
  CHECK(embed(model, Tokens(62, 3), 100, machine).status().code() == Code::kOutOfMemory);
}

TEST_CASE("Sentence Transformers' files say how vectors are pooled", "[forward]") {
  core::NoCheckpoint checkpoint;
  ModelDescription model;
  model.context_length = 512;
  const std::string modules = R"([{"idx":0,"type":"sentence_transformers.models.Transformer"},)"
                              R"({"idx":1,"type":"sentence_transformers.models.Pooling"},)"
                              R"({"idx":2,"type":"sentence_transformers.models.Normalize"}])";
  const std::string pooling = R"({"word_embedding_dimension":384,"pooling_mode_cls_token":true,)"
                              R"("pooling_mode_mean_tokens":false})";
  const SentenceFiles files{modules, pooling, R"({"max_seq_length":256,"do_lower_case":false})"};
  REQUIRE(read_sentence_files(files, model, checkpoint).is_ok());
  CHECK(model.pooling == Pooling::kFirst);
  CHECK(model.normalizes_vectors);
  CHECK(model.max_text_tokens == 256);

  const auto code = [&](const SentenceFiles& some) {
    return read_sentence_files(some, model, checkpoint).code();
  };
  CHECK(code({R"([{"type":"sentence_transformers.models.Dense"}])", "", ""}) == Code::kUnsupported);
  CHECK(code({"", R"({"pooling_mode_weightedmean_tokens":true})", ""}) == Code::kUnsupported);
  CHECK(code({"", R"({"pooling_mode_mean_tokens":true,"pooling_mode_max_tokens":true})", ""}) ==
        Code::kUnsupported);
  CHECK(code({"", R"({"pooling_mode_mean_tokens":false})", ""}) == Code::kUnsupported);
  CHECK(code({"{}", "", ""}) == Code::kMalformed);
  CHECK(code({modules, "", ""}) == Code::kNotFound);
  CHECK(code({"", "", ""}) == Code::kOk);
}

TEST_CASE("a static embedding is the weighted mean of its tokens' vectors", "[forward]") {
  core::Alone alone;
  core::NoCheckpoint checkpoint;
  Tables tables;
  tables["embeddings"] = {{3, 2}, {1, 2, 3, 4, -5, 6}};
  tables["mapping"] = {{4}, {2, 0, 1, 1}};
  tables["weights"] = {{4}, {1, 2, 0.5, 3}};
  TableWeights weights(tables);
  REQUIRE(StaticEmbedding::is_in(weights));
  const auto opened = StaticEmbedding::open(weights, false);
  REQUIRE(opened.is_ok());
  const StaticEmbedding& model = opened.value();
  CHECK(model.vocabulary() == 4);
  CHECK(model.size() == 2);
  const Machine machine{weights, alone, checkpoint};
  // (2 * (1, 2) + 3 * (3, 4)) / 2
  CHECK(model.embed(Tokens{1, 3}, machine).value() == std::vector<float>{5.5F, 8});
  CHECK(model.embed(Tokens{}, machine).value() == std::vector<float>{0, 0});
  CHECK(model.embed(Tokens{4}, machine).status().code() == Code::kInvalidArgument);
  CHECK(weights.held() == 0);
  const auto unit = StaticEmbedding::open(weights, true).value().embed(Tokens{2}, machine).value();
  CHECK(unit == std::vector<float>{0.6F, 0.8F});

  tables["mapping"].values[0] = 3;
  TableWeights out_of_bounds(tables);
  const auto broken = StaticEmbedding::open(out_of_bounds, false);
  CHECK(broken.value().embed(Tokens{0}, {out_of_bounds, alone, checkpoint}).status().code() ==
        Code::kMalformed);
  tables["weights"] = {{3}, {1, 2, 3}};
  CHECK(StaticEmbedding::open(TableWeights(tables), false).status().code() == Code::kMalformed);
}

TEST_CASE("real static embeddings of every storage give the mean of their rows", "[forward]") {
  const auto root = shared_data() / "models/model2vec";
  if (!std::filesystem::exists(root)) {
    WARN("skipped: no " << root);
    return;
  }
  core::Alone alone;
  core::NoCheckpoint checkpoint;
  for (const char* name :
       {"float32", "float16", "int8", "vocab-quantized", "sentence-transformers"}) {
    INFO(name);
    FileWeights weights(
        file_contents(root / (std::string("test-model-") + name) / "model.safetensors"));
    const auto opened = StaticEmbedding::open(weights, true);
    REQUIRE(opened.is_ok());
    const Tokens tokens{1037, 2003, 29000};
    const auto vector = opened.value().embed(tokens, {weights, alone, checkpoint});
    REQUIRE(vector.is_ok());
    double length = 0;
    for (const float x : vector.value()) length += static_cast<double>(x) * x;
    CHECK(length == Approx(1).epsilon(1e-6));
    // A text of one token twice is that token's own direction.
    const auto one = opened.value().embed(Tokens{2003}, {weights, alone, checkpoint}).value();
    CHECK(opened.value().embed(Tokens{2003, 2003}, {weights, alone, checkpoint}).value() == one);
    CHECK(vector.value() != one);
  }
  CHECK(read_static_normalizes(file_contents(root / "test-model-float32/config.json"), checkpoint)
            .value());
}

}  // namespace hartonomous::test
