// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "llama_twins.hpp"

namespace hartonomous::test {

using core::format::Metadata;
using reference::Llama;

namespace {

// The keys that every GGUF file of these families has.
Metadata metadata(const Twin& twin, const LlamaShape& shape) {
  Metadata out;
  out.append("general.architecture", twin.architecture);
  const auto add = [&](const std::string& key, core::format::MetadataValue value) {
    out.append(twin.architecture + "." + key, std::move(value));
  };
  add("block_count", std::uint64_t{kLlamaLayers});
  add("embedding_length", std::uint64_t{kLlamaHidden});
  add("context_length", std::uint64_t{256});
  add("feed_forward_length", std::uint64_t{kLlamaFeedForward});
  add("attention.head_count", std::uint64_t{shape.heads});
  add("attention.head_count_kv", std::uint64_t{shape.key_heads});
  add("attention.key_length", std::uint64_t{shape.head_size});
  add("attention.value_length", std::uint64_t{shape.head_size});
  add("rope.dimension_count", std::uint64_t{shape.head_size});
  add("attention.layer_norm_rms_epsilon", 1e-5F);
  return out;
}

// Rows of each head so ordered that those which turned together as halves are neighbours.
Table permuted(const Table& table, std::size_t head_size) {
  Table out = table;
  const std::size_t row = table.values.size() / table.shape[0], half = head_size / 2;
  for (std::size_t r = 0; r < table.shape[0]; ++r) {
    const std::size_t within = r % head_size;
    const std::size_t to = r - within + within % half * 2 + within / half;
    for (std::size_t c = 0; c < row; ++c) out.values[to * row + c] = table.values[r * row + c];
  }
  return out;
}

struct Renamed {
  const char *from, *to;
};
constexpr Renamed kNames[] = {
    {"input_layernorm", "attn_norm"},
    {"self_attn.q_proj", "attn_q"},
    {"self_attn.k_proj", "attn_k"},
    {"self_attn.v_proj", "attn_v"},
    {"self_attn.qkv_proj", "attn_qkv"},
    {"self_attn.o_proj", "attn_output"},
    {"self_attn.q_norm", "attn_q_norm"},
    {"self_attn.k_norm", "attn_k_norm"},
    {"post_attention_layernorm", "ffn_norm"},
    {"mlp.gate_up_proj", "ffn_up"},
    {"mlp.gate_proj", "ffn_gate"},
    {"mlp.up_proj", "ffn_up"},
    {"mlp.down_proj", "ffn_down"},
    {"mlp.gate", "ffn_gate_inp"},
    {"block_sparse_moe.gate", "ffn_gate_inp"},
    {"mlp.shared_expert_gate", "ffn_gate_inp_shexp"},
    {"mlp.shared_expert.gate_proj", "ffn_gate_shexp"},
    {"mlp.shared_expert.up_proj", "ffn_up_shexp"},
    {"mlp.shared_expert.down_proj", "ffn_down_shexp"},
};
constexpr Renamed kGemma2Names[] = {
    {"post_attention_layernorm", "post_attention_norm"},
    {"pre_feedforward_layernorm", "ffn_norm"},
    {"post_feedforward_layernorm", "post_ffw_norm"},
};
constexpr Renamed kExperts[] = {{"gate_proj", "ffn_gate_exps"}, {"w1", "ffn_gate_exps"},
                                {"up_proj", "ffn_up_exps"},     {"w3", "ffn_up_exps"},
                                {"down_proj", "ffn_down_exps"}, {"w2", "ffn_down_exps"}};

std::string renamed(const std::string& stem, bool has_post_norms) {
  if (stem == "model.embed_tokens") return "token_embd";
  if (stem == "model.norm") return "output_norm";
  if (stem == "lm_head") return "output";
  const std::size_t number = std::string("model.layers.").size(), dot = stem.find('.', number);
  const std::string layer = "blk." + stem.substr(number, dot - number) + ".";
  const std::string part = stem.substr(dot + 1);
  if (has_post_norms) {
    for (const Renamed& name : kGemma2Names) {
      if (part == name.from) return layer + name.to;
    }
  }
  for (const Renamed& name : kNames) {
    if (part == name.from) return layer + name.to;
  }
  const std::size_t last = part.rfind('.');
  for (const Renamed& name : kExperts) {
    if (last != std::string::npos && part.substr(last + 1) == name.from) return layer + name.to;
  }
  return {};
}

Tables converted(const Tables& tables, const Twin& twin, const Llama& model) {
  Tables out;
  std::vector<std::pair<std::string, std::string>> stacked;  // GGUF name, name here
  for (const auto& [name, table] : tables) {
    const std::size_t dot = name.rfind('.');
    const std::string stem = name.substr(0, dot),
                      to = renamed(stem, model.has_post_norms) + name.substr(dot);
    if (stem.find(".experts.") != std::string::npos) {
      stacked.emplace_back(to, name);
      continue;
    }
    const bool turns = stem.ends_with("q_proj") || stem.ends_with("k_proj");
    out[to] = turns && twin.permutes ? permuted(table, model.head_size) : table;
    if (stem.ends_with("norm")) {
      for (float& w : out[to].values) w += static_cast<float>(twin.norm_offset);
    }
  }
  for (const auto& [to, name] : stacked) {  // in order of experts: they are below ten
    Table& all = out[to];
    const Table& one = tables.at(name);
    if (all.shape.empty()) all.shape = {0, one.shape[0], one.shape[1]};
    ++all.shape[0];
    all.values.insert(all.values.end(), one.values.begin(), one.values.end());
  }
  return out;
}

}  // namespace

void add_twin(FamilyModel& to, const Twin& twin, const LlamaShape& shape, const Llama& model,
              const std::vector<std::pair<std::string, core::format::MetadataValue>>& more) {
  GgufTwin made{metadata(twin, shape), converted(to.tables, twin, model), to.oracle};
  for (const auto& [key, value] : more) made.metadata.append(twin.architecture + "." + key, value);
  to.twin = std::move(made);
}

}  // namespace hartonomous::test
