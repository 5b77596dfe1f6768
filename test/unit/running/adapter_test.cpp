// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/adapter.hpp"

#include <catch2/catch.hpp>
#include <cmath>

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
