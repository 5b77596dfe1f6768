// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>

#include "core/facts/completeness.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::facts;

namespace {

struct Made {
  std::vector<std::string> names;
  std::vector<TensorView> views;
  Inventory inventory;

  explicit Made(std::vector<std::string> tensors, std::vector<std::string_view> paths = {"m"})
      : names(std::move(tensors)) {
    static const std::vector<std::uint64_t> kShape{4, 4};
    for (const std::string& name : names) views.push_back({name, "m", tensor::DType::kF32, kShape});
    std::ranges::sort(paths);
    inventory.paths = std::move(paths);
    inventory.tensors = views;
  }
};

std::vector<std::string> said(const std::vector<Missing>& missing) {
  std::vector<std::string> out;
  for (const Missing& m : missing) out.push_back(m.what + " " + m.name);
  return out;
}
using Said = std::vector<std::string>;

}  // namespace

TEST_CASE("a block that is part of another block lacks the rest") {
  CHECK(said(missing_tensors(Made({"h.0.a", "h.0.b", "h.1.a", "h.2.a", "h.2.b"}).inventory)) ==
        Said{"tensor h.1.b"});
  CHECK(said(missing_tensors(Made({"h.0.a", "h.2.a"}).inventory)) == Said{"layer h.1"});
  // A dense layer before experts, and layers of two kinds in turn, are whole.
  CHECK(missing_tensors(Made({"h.0.norm", "h.0.mlp", "h.1.norm", "h.1.e", "h.1.r", "h.2.norm",
                              "h.2.e", "h.2.r"})
                            .inventory)
            .empty());
  CHECK(missing_tensors(Made({"h.0.attn", "h.1.ssm", "h.1.conv", "h.2.attn"}).inventory).empty());
  CHECK(missing_tensors(Made({"plain", "names", "h.x.a"}).inventory).empty());
}

TEST_CASE("layers that the configuration counts are looked for") {
  Made made({"h.0.a", "h.1.a"});
  format::Metadata config;
  config.append("num_hidden_layers", std::uint64_t{4});
  made.inventory.metadata.config = &config;
  CHECK(said(missing_tensors(made.inventory)) == Said{"layer h.2", "layer h.3"});
}

TEST_CASE("shards that say how many they are miss the others") {
  CHECK(said(missing_files(Made({}, {"a-00001-of-00003.safetensors", "a-00003-of-00003.safetensors",
                                     "b-00001-of-00001.gguf", "c-00009-of-00003.bin"})
                               .inventory)) ==
        Said{"shard a-00002-of-00003.safetensors", "index a.safetensors.index.json"});
}

TEST_CASE("a text model needs a configuration and a tokenizer") {
  CHECK(said(missing_files(Made({"model.embed_tokens.weight"}).inventory)) ==
        Said{"config config.json", "tokenizer tokenizer.json"});
  CHECK(said(missing_files(Made({"model.embed_tokens.weight"}, {"vocab.json"}).inventory)).size() ==
        2);
  CHECK(said(missing_files(
            Made({"model.embed_tokens.weight"}, {"x/vocab.json", "x/merges.txt"}).inventory)) ==
        Said{"config config.json"});
  CHECK(missing_files(Made({"conv1.weight"}).inventory).empty());
  CHECK(said(missing_files(Made({"base_model.model.q_proj.lora_A.weight"}).inventory)) ==
        Said{"config adapter_config.json"});
}
