// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/adapter.hpp"

#include <catch2/catch.hpp>
#include <algorithm>
#include <cmath>

#include "core/run/matrix_names.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::run;

namespace {

format::Metadata config() {
  format::Metadata metadata;
  metadata.append("peft_type", std::string("LORA"));
  metadata.append("r", std::uint64_t{8});
  metadata.append("lora_alpha", 16.0);
  metadata.append("bias", std::string("none"));
  return metadata;
}

Code code_with(std::string key, format::MetadataValue value) {
  format::Metadata metadata = config();
  metadata.append(std::move(key), std::move(value));
  const auto scale = adapter_scale(metadata);
  return scale.is_ok() ? Code::kOk : scale.status().code();
}

}  // namespace

TEST_CASE("an adapter's scale is alpha over rank", "[run][adapter]") {
  CHECK(adapter_scale(config()).value() == 2.0);
  format::Metadata stabilised = config();
  stabilised.append("use_rslora", true);
  CHECK(adapter_scale(stabilised).value() == 16.0 / std::sqrt(8.0));
}

TEST_CASE("an adapter that is more than products of factors is refused", "[run][adapter]") {
  CHECK(code_with("fan_in_fan_out", false) == Code::kOk);
  CHECK(code_with("fan_in_fan_out", true) == Code::kUnsupported);
  CHECK(code_with("use_dora", true) == Code::kUnsupported);
  CHECK(code_with("rank_pattern.q_proj", std::uint64_t{4}) == Code::kUnsupported);

  format::Metadata other;
  other.append("peft_type", std::string("PREFIX_TUNING"));
  CHECK(adapter_scale(other).status().code() == Code::kUnsupported);
  CHECK(adapter_scale({}).status().code() == Code::kMalformed);
  format::Metadata rankless;
  rankless.append("peft_type", std::string("LORA"));
  rankless.append("lora_alpha", 16.0);
  CHECK(adapter_scale(rankless).status().code() == Code::kMalformed);
  rankless.append("r", std::uint64_t{0});
  CHECK(adapter_scale(rankless).status().code() == Code::kMalformed);
}

TEST_CASE("a factor's name tells its matrix", "[run][adapter]") {
  const auto a = adapter_tensor("base_model.model.model.layers.3.self_attn.q_proj.lora_A.weight");
  REQUIRE(a);
  CHECK(a->target == "model.layers.3.self_attn.q_proj.weight");
  CHECK(a->factor == Factor::kA);
  const auto b = adapter_tensor("layers.0.mlp.up_proj.lora_B.default.weight");
  REQUIRE(b);
  CHECK(b->target == "layers.0.mlp.up_proj.weight");
  CHECK(b->factor == Factor::kB);
  CHECK_FALSE(adapter_tensor("base_model.model.model.norm.weight"));
}

TEST_CASE("a GGUF adapter states its alpha", "[run][adapter]") {
  format::Metadata metadata;
  metadata.append("general.type", std::string("adapter"));
  metadata.append("adapter.type", std::string("lora"));
  CHECK_FALSE(gguf_adapter_alpha(metadata).value());
  format::Metadata stated = metadata;
  stated.append("adapter.lora.alpha", 32.0);
  CHECK(gguf_adapter_alpha(stated).value() == 32.0);
  stated.append("adapter.alora.invocation_tokens",
                format::MetadataArray(format::ElementType::kU32));
  CHECK(gguf_adapter_alpha(stated).status().code() == Code::kUnsupported);
  format::Metadata endless = metadata;
  endless.append("adapter.lora.alpha", HUGE_VAL);
  CHECK(gguf_adapter_alpha(endless).status().code() == Code::kMalformed);
  CHECK(gguf_adapter_alpha({}).status().code() == Code::kMalformed);
  format::Metadata other;
  other.append("general.type", std::string("adapter"));
  other.append("adapter.type", std::string("control_vector"));
  CHECK(gguf_adapter_alpha(other).status().code() == Code::kUnsupported);

  const auto factor = adapter_tensor("blk.3.attn_q.weight.lora_b");
  REQUIRE(factor);
  CHECK(factor->target == "blk.3.attn_q.weight");
  CHECK(factor->factor == Factor::kB);
}

TEST_CASE("rows in another order go where they belong", "[run][adapter]") {
  const RowOrder llama{2, 3, 1};  // a head of six: halves 0 1 2 | 3 4 5 are neighbours there
  CHECK(llama.fits(12));
  CHECK_FALSE(llama.fits(9));
  const std::size_t expected[] = {0, 2, 4, 1, 3, 5, 6, 8, 10, 7, 9, 11};
  for (std::size_t row = 0; row < 12; ++row) {
    CHECK(llama.place(row) == expected[row]);
    CHECK(llama.inverse().place(expected[row]) == row);
  }
  const RowOrder neox{2, 3, 2};  // two heads of q q k k v v; there all queries come first
  const std::size_t regrouped[] = {0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11};
  for (std::size_t row = 0; row < 12; ++row) CHECK(neox.place(row) == regrouped[row]);
  CHECK(RowOrder{}.is_same());
  CHECK(RowOrder{}.place(7) == 7);
}

TEST_CASE("a model's matrices have names in both kinds of files", "[run][adapter]") {
  const auto find = [](std::span<const MatrixNames> names, std::string_view gguf) {
    const auto found = std::ranges::find(names, gguf, &MatrixNames::gguf);
    REQUIRE(found != names.end());
    return *found;
  };
  const auto names_of = [](std::string_view family, std::string_view gguf) {
    ModelDescription model;
    model.family = find_family(Naming::kHuggingFace, family);
    REQUIRE(model.family != nullptr);
    model.layers = 2;
    model.heads = 4;
    model.head_size = 8;
    model.gate_and_up_are_fused = model.family->flags.gate_and_up_are_fused;
    return matrix_names(model, *find_family(Naming::kGguf, gguf), *model.family);
  };
  for (const std::string_view family : {"llama", "mistral"}) {  // both are llama in GGUF
    const auto names = names_of(family, "llama");
    const MatrixNames query = find(names, "blk.1.attn_q.weight");
    CHECK(query.hugging_face == "model.layers.1.self_attn.q_proj.weight");
    CHECK(query.rows == RowOrder{2, 4, 1});
    CHECK(find(names, "blk.0.attn_k.weight").rows == RowOrder{2, 4, 1});
    CHECK(find(names, "blk.0.attn_v.weight").rows.is_same());
    CHECK(find(names, "blk.1.ffn_up.weight").hugging_face == "model.layers.1.mlp.up_proj.weight");
    CHECK(find(names, "output.weight").hugging_face == "lm_head.weight");
  }
  CHECK(find(names_of("qwen2", "qwen2"), "blk.0.attn_q.weight").rows.is_same());
  CHECK(find(names_of("phi3", "phi3"), "blk.0.ffn_up.weight").hugging_face ==
        "model.layers.0.mlp.gate_up_proj.weight");
  CHECK(find(names_of("gpt_neox", "gptneox"), "blk.0.attn_qkv.weight").rows == RowOrder{4, 3, 8});
}
