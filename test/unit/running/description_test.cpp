// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <cmath>
#include <numbers>

#include "core/run/families.hpp"
#include "core/run/model.hpp"
#include "core/run/rope_angles.hpp"
#include "core/run/sequence.hpp"
#include "family_models.hpp"

namespace hartonomous::test {

using namespace core::run;
using core::Code;
using core::format::Metadata;

namespace {

constexpr const char* kConfig =
    R"({"model_type":"llama","hidden_size":64,"num_hidden_layers":2,"num_attention_heads":4,)"
    R"("intermediate_size":128,"max_position_embeddings":4096)";

core::Result<ModelDescription> described(const std::string& more) {
  core::NoCheckpoint checkpoint;
  return describe_config(std::string(kConfig) + more + "}", checkpoint);
}
core::Result<ModelDescription> described_whole(const std::string& config) {
  core::NoCheckpoint checkpoint;
  return describe_config(config, checkpoint);
}

const FamilyModel& llama() {
  static const FamilyModel model = family_models().front();
  return model;
}

// What opening the little Llama says after `change` was done to its tables.
template <class F>
core::Status opening(F&& change) {
  core::NoCheckpoint checkpoint;
  Tables tables = llama().tables;
  change(tables);
  TableWeights weights(tables);
  auto model = Model::open(describe_config(llama().config, checkpoint).value(), weights);
  return model.is_ok() ? core::Status::ok() : model.status();
}

}  // namespace

TEST_CASE("an unknown architecture is named beside those that are known", "[forward]") {
  const auto config = described_whole(R"({"model_type":"mamba"})").status();
  CHECK(config.code() == Code::kUnsupported);
  CHECK(config.message() == "model architecture \"mamba\" is not supported");
  CHECK(config.detail().find("llama, mistral, mixtral, qwen2") != std::string::npos);
  Metadata metadata;
  CHECK(describe_gguf(metadata).status().code() == Code::kMalformed);
  metadata.append("general.architecture", std::string("rwkv7"));
  const auto gguf = describe_gguf(metadata).status();
  CHECK(gguf.code() == Code::kUnsupported);
  CHECK(gguf.detail().find("gptneox") != std::string::npos);
  CHECK(gguf.detail().find("mixtral") == std::string::npos);  // a llama, there
}

TEST_CASE("a configuration that contradicts itself is refused", "[forward]") {
  const auto code = [](const std::string& more) { return described(more).status().code(); };
  REQUIRE(described("").is_ok());
  CHECK(code(R"(,"num_key_value_heads":3)") == Code::kMalformed);
  CHECK(code(R"(,"num_key_value_heads":0)") == Code::kMalformed);
  CHECK(code(R"(,"head_dim":7)") == Code::kMalformed);  // no pairs to turn
  CHECK(code(R"(,"head_dim":99999999)") == Code::kMalformed);
  CHECK(code(R"(,"head_dim":-8)") == Code::kMalformed);
  CHECK(code(R"(,"rms_norm_eps":-1e-5)") == Code::kMalformed);
  CHECK(code(R"(,"rms_norm_eps":"small")") == Code::kMalformed);
  CHECK(code(R"(,"rope_theta":0)") == Code::kMalformed);
  CHECK(code(R"(,"rope_theta":1e300)") == Code::kMalformed);
  CHECK(code(R"(,"hidden_act":"softplus")") == Code::kUnsupported);
  CHECK(code(R"(,"rope_scaling":{"type":"imaginary","factor":2.0})") == Code::kUnsupported);
  CHECK(code(R"(,"num_local_experts":4)") == Code::kMalformed);
  CHECK(code(R"(,"num_local_experts":4,"num_experts_per_tok":5)") == Code::kMalformed);
  CHECK(code(R"(,"rope_scaling":{"type":"longrope","short_factor":[1.0],"long_factor":[2.0]})") ==
        Code::kMalformed);
  CHECK(code(R"(,"hidden_size":64)") == Code::kMalformed);  // twice
  CHECK(described_whole(R"({"model_type":"llama"})").status().message() ==
        "model does not say its \"num_hidden_layers\"");
  CHECK(described_whole("[]").status().code() == Code::kMalformed);
  CHECK(described_whole(std::string(2 << 20, ' ')).status().code() == Code::kLimitExceeded);
  const std::string deep = R"({"a":{"b":{"c":{"d":{"e":1}}}}})";
  CHECK(described_whole(deep).status().code() == Code::kLimitExceeded);
}

TEST_CASE("GGUF facts per layer count where they are equal", "[forward]") {
  core::format::MetadataArray equal(core::format::ElementType::kU32);
  equal.assign_fixed(2, std::string("\4\0\0\0\4\0\0\0", 8));
  core::format::MetadataArray unequal(core::format::ElementType::kU32);
  unequal.assign_fixed(2, std::string("\4\0\0\0\2\0\0\0", 8));
  for (const auto& [array, code] :
       {std::pair{equal, Code::kOk}, std::pair{unequal, Code::kUnsupported}}) {
    Metadata metadata;
    metadata.append("general.architecture", std::string("llama"));
    for (const char* key : {"block_count", "embedding_length", "attention.head_count",
                            "context_length", "feed_forward_length"}) {
      metadata.append(std::string("llama.") + key, std::uint64_t{8});
    }
    metadata.append("llama.attention.key_length", std::uint64_t{16});
    metadata.append("llama.attention.head_count_kv", array);
    const auto model = describe_gguf(metadata);
    CHECK((model.is_ok() ? Code::kOk : model.status().code()) == code);
    if (model.is_ok()) CHECK(model.value().kv_heads == 4);
  }
}

TEST_CASE("a missing tensor and a wrong shape are named", "[forward]") {
  const std::string name = "model.layers.1.self_attn.k_proj.weight";
  REQUIRE(opening([](Tables&) {}).is_ok());
  const auto missing = opening([&](Tables& tables) { tables.erase(name); });
  CHECK(missing.code() == Code::kMalformed);
  CHECK(missing.message() == "model lacks tensor \"" + name + "\"");
  const auto turned = opening([&](Tables& tables) { tables[name].shape = {32, 16}; });
  CHECK(turned.code() == Code::kMalformed);
  CHECK(turned.message() == "tensor \"" + name + "\" has shape [32, 16]");
  CHECK(turned.detail() == "The model's description asks for [16, 32].");
  CHECK(opening([](Tables& tables) {
          tables["model.norm.weight"].shape = {1, 32};
        }).code() == Code::kMalformed);
  CHECK(opening([](Tables& tables) {
          tables["model.embed_tokens.weight"].shape = {60, 32};
        }).code() == Code::kMalformed);
}

TEST_CASE("names without the family's prefix are found", "[forward]") {
  core::NoCheckpoint checkpoint;
  Tables tables;
  for (const auto& [name, table] : llama().tables) {
    tables[name.starts_with("model.") ? name.substr(6) : name] = table;
  }
  TableWeights weights(tables);
  CHECK(Model::open(describe_config(llama().config, checkpoint).value(), weights).is_ok());
}

TEST_CASE("every family's names are distinct and complete", "[forward]") {
  for (const Family& family : families()) {
    for (const Naming naming : {Naming::kGguf, Naming::kHuggingFace}) {
      CHECK(!tensor_name(family, naming, Role::kTokenEmbedding, true).empty());
      CHECK(tensor_name(family, naming, Role::kDown, true, 12).find("12") != std::string::npos);
    }
    CHECK((family.gguf.empty() || find_family(Naming::kGguf, family.gguf) == &family));
    CHECK(find_family(Naming::kHuggingFace, family.hugging_face) == &family);
  }
  CHECK(find_family(Naming::kGguf, "") == nullptr);
}

TEST_CASE("longrope takes its long factors for sequences beyond the original context",
          "[forward]") {
  const std::string factors = R"("short_factor":[1.0,2.0,3.0,4.0,5.0,6.0,7.0,8.0],)"
                              R"("long_factor":[10.0,20.0,30.0,40.0,50.0,60.0,70.0,80.0])";
  const auto model = described(R"(,"original_max_position_embeddings":1024,"rope_scaling":)"
                               R"({"type":"longrope",)" +
                               factors + "}");
  REQUIRE(model.is_ok());
  const Rope& rope = model.value().rope;
  REQUIRE(rope.original_context == 1024);
  // Stretched from 1024 to 4096: sqrt(1 + ln 4 / ln 1024).
  const double magnitude = std::sqrt(1 + std::log(4.0) / std::log(1024.0));
  for (const bool is_long : {false, true}) {
    const RopeAngles angles(rope, is_long ? 1025 : 1024);
    std::vector<float> turns(16);
    angles.fill(3, turns);
    for (std::size_t pair = 0; pair < 8; ++pair) {
      const double divisor = static_cast<double>(pair + 1) * (is_long ? 10 : 1);
      const double angle = 3 * std::pow(10000.0, -2.0 * static_cast<double>(pair) / 16) / divisor;
      CHECK(turns[2 * pair] == Approx(magnitude * std::cos(angle)).epsilon(1e-6));
      CHECK(turns[2 * pair + 1] == Approx(magnitude * std::sin(angle)).epsilon(1e-6));
    }
  }
}

TEST_CASE("GGUF's rotary factors are read as tensors", "[forward]") {
  const FamilyModel& model = llama();
  Tables tables = model.twin->tables;
  tables["rope_freqs.weight"] = {{4}, {1, 2, 4, 8}};
  TableWeights weights(tables);
  const auto opened = Model::open(describe_gguf(model.twin->metadata).value(), weights);
  REQUIRE(opened.is_ok());
  CHECK(opened.value().description().rope.short_factors == std::vector<double>{1, 2, 4, 8});
  CHECK(weights.held() == 0);
  tables["rope_freqs.weight"].values[2] = 0;
  TableWeights zero(tables);
  CHECK(Model::open(describe_gguf(model.twin->metadata).value(), zero).status().code() ==
        Code::kMalformed);

  tables.erase("rope_freqs.weight");
  tables["rope_factors_short.weight"] = {{4}, {1, 1, 1, 1}};
  tables["rope_factors_long.weight"] = {{4}, {2, 2, 2, 2}};
  TableWeights two_sets(tables);
  const auto two = Model::open(describe_gguf(model.twin->metadata).value(), two_sets);
  REQUIRE(two.is_ok());
  CHECK(two.value().description().rope.scaling == RopeScaling::kLong);
}

}  // namespace hartonomous::test
