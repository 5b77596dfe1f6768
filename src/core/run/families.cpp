// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/families.hpp"

#include <array>

namespace hartonomous::core::run {

namespace {

constexpr TensorName kGgufNames[] = {
    {Role::kTokenEmbedding, "token_embd"},
    {Role::kPositionEmbedding, "position_embd"},
    {Role::kTokenTypes, "token_types"},
    {Role::kEmbeddingNorm, "token_embd_norm"},
    {Role::kFinalNorm, "output_norm"},
    {Role::kOutput, "output"},
    {Role::kRopeFactors, "rope_freqs"},
    {Role::kRopeLongFactors, "rope_factors_long"},
    {Role::kRopeShortFactors, "rope_factors_short"},
    {Role::kAttentionNorm, "blk.{l}.attn_norm"},
    {Role::kQuery, "blk.{l}.attn_q"},
    {Role::kKey, "blk.{l}.attn_k"},
    {Role::kValue, "blk.{l}.attn_v"},
    {Role::kQueryKeyValue, "blk.{l}.attn_qkv"},
    {Role::kAttentionOutput, "blk.{l}.attn_output"},
    {Role::kQueryNorm, "blk.{l}.attn_q_norm"},
    {Role::kKeyNorm, "blk.{l}.attn_k_norm"},
    {Role::kAttentionPostNorm, "blk.{l}.post_attention_norm"},
    {Role::kFeedForwardNorm, "blk.{l}.ffn_norm"},
    {Role::kGate, "blk.{l}.ffn_gate"},
    {Role::kUp, "blk.{l}.ffn_up"},
    {Role::kGateAndUp, "blk.{l}.ffn_up"},
    {Role::kDown, "blk.{l}.ffn_down"},
    {Role::kFeedForwardPostNorm, "blk.{l}.post_ffw_norm"},
    {Role::kRouter, "blk.{l}.ffn_gate_inp"},
    {Role::kExpertGate, "blk.{l}.ffn_gate.{e}"},
    {Role::kExpertUp, "blk.{l}.ffn_up.{e}"},
    {Role::kExpertDown, "blk.{l}.ffn_down.{e}"},
    {Role::kExpertsGate, "blk.{l}.ffn_gate_exps"},
    {Role::kExpertsUp, "blk.{l}.ffn_up_exps"},
    {Role::kExpertsDown, "blk.{l}.ffn_down_exps"},
    {Role::kSharedRouter, "blk.{l}.ffn_gate_inp_shexp"},
    {Role::kSharedGate, "blk.{l}.ffn_gate_shexp"},
    {Role::kSharedUp, "blk.{l}.ffn_up_shexp"},
    {Role::kSharedDown, "blk.{l}.ffn_down_shexp"},
};
// BERT's norms stand after their blocks, and GGUF names them after their place.
constexpr TensorName kGgufAfterNames[] = {
    {Role::kAttentionNorm, "blk.{l}.attn_output_norm"},
    {Role::kFeedForwardNorm, "blk.{l}.layer_output_norm"},
};

constexpr TensorName kLlamaNames[] = {
    {Role::kTokenEmbedding, "*embed_tokens"},
    {Role::kFinalNorm, "*norm"},
    {Role::kOutput, "lm_head"},
    {Role::kAttentionNorm, "*layers.{l}.input_layernorm"},
    {Role::kQuery, "*layers.{l}.self_attn.q_proj"},
    {Role::kKey, "*layers.{l}.self_attn.k_proj"},
    {Role::kValue, "*layers.{l}.self_attn.v_proj"},
    {Role::kQueryKeyValue, "*layers.{l}.self_attn.qkv_proj"},
    {Role::kAttentionOutput, "*layers.{l}.self_attn.o_proj"},
    {Role::kQueryNorm, "*layers.{l}.self_attn.q_norm"},
    {Role::kKeyNorm, "*layers.{l}.self_attn.k_norm"},
    {Role::kFeedForwardNorm, "*layers.{l}.post_attention_layernorm"},
    {Role::kGate, "*layers.{l}.mlp.gate_proj"},
    {Role::kUp, "*layers.{l}.mlp.up_proj"},
    {Role::kGateAndUp, "*layers.{l}.mlp.gate_up_proj"},
    {Role::kDown, "*layers.{l}.mlp.down_proj"},
    {Role::kRouter, "*layers.{l}.mlp.gate"},
    {Role::kExpertGate, "*layers.{l}.mlp.experts.{e}.gate_proj"},
    {Role::kExpertUp, "*layers.{l}.mlp.experts.{e}.up_proj"},
    {Role::kExpertDown, "*layers.{l}.mlp.experts.{e}.down_proj"},
    {Role::kSharedRouter, "*layers.{l}.mlp.shared_expert_gate"},
    {Role::kSharedGate, "*layers.{l}.mlp.shared_expert.gate_proj"},
    {Role::kSharedUp, "*layers.{l}.mlp.shared_expert.up_proj"},
    {Role::kSharedDown, "*layers.{l}.mlp.shared_expert.down_proj"},
};
constexpr TensorName kMixtralNames[] = {
    {Role::kRouter, "*layers.{l}.block_sparse_moe.gate"},
    {Role::kExpertGate, "*layers.{l}.block_sparse_moe.experts.{e}.w1"},
    {Role::kExpertUp, "*layers.{l}.block_sparse_moe.experts.{e}.w3"},
    {Role::kExpertDown, "*layers.{l}.block_sparse_moe.experts.{e}.w2"},
};
constexpr TensorName kGemma2Names[] = {
    {Role::kAttentionPostNorm, "*layers.{l}.post_attention_layernorm"},
    {Role::kFeedForwardNorm, "*layers.{l}.pre_feedforward_layernorm"},
    {Role::kFeedForwardPostNorm, "*layers.{l}.post_feedforward_layernorm"},
};
constexpr TensorName kGpt2Names[] = {
    {Role::kTokenEmbedding, "*wte"},
    {Role::kPositionEmbedding, "*wpe"},
    {Role::kFinalNorm, "*ln_f"},
    {Role::kOutput, "lm_head"},
    {Role::kAttentionNorm, "*h.{l}.ln_1"},
    {Role::kQueryKeyValue, "*h.{l}.attn.c_attn"},
    {Role::kAttentionOutput, "*h.{l}.attn.c_proj"},
    {Role::kFeedForwardNorm, "*h.{l}.ln_2"},
    {Role::kUp, "*h.{l}.mlp.c_fc"},
    {Role::kDown, "*h.{l}.mlp.c_proj"},
};
constexpr TensorName kGptNeoxNames[] = {
    {Role::kTokenEmbedding, "*embed_in"},
    {Role::kFinalNorm, "*final_layer_norm"},
    {Role::kOutput, "embed_out"},
    {Role::kAttentionNorm, "*layers.{l}.input_layernorm"},
    {Role::kQueryKeyValue, "*layers.{l}.attention.query_key_value"},
    {Role::kAttentionOutput, "*layers.{l}.attention.dense"},
    {Role::kFeedForwardNorm, "*layers.{l}.post_attention_layernorm"},
    {Role::kUp, "*layers.{l}.mlp.dense_h_to_4h"},
    {Role::kDown, "*layers.{l}.mlp.dense_4h_to_h"},
};
constexpr TensorName kBertNames[] = {
    {Role::kTokenEmbedding, "*embeddings.word_embeddings"},
    {Role::kPositionEmbedding, "*embeddings.position_embeddings"},
    {Role::kTokenTypes, "*embeddings.token_type_embeddings"},
    {Role::kEmbeddingNorm, "*embeddings.LayerNorm"},
    {Role::kQuery, "*encoder.layer.{l}.attention.self.query"},
    {Role::kKey, "*encoder.layer.{l}.attention.self.key"},
    {Role::kValue, "*encoder.layer.{l}.attention.self.value"},
    {Role::kAttentionOutput, "*encoder.layer.{l}.attention.output.dense"},
    {Role::kAttentionNorm, "*encoder.layer.{l}.attention.output.LayerNorm"},
    {Role::kUp, "*encoder.layer.{l}.intermediate.dense"},
    {Role::kDown, "*encoder.layer.{l}.output.dense"},
    {Role::kFeedForwardNorm, "*encoder.layer.{l}.output.LayerNorm"},
};

// Sources: the families' reference implementations in transformers, and the tensors and keys that
// llama.cpp's converter writes for them. GGUF keeps Llama's query and key rows permuted, so that
// neighbours rotate together; all other families rotate halves in both.
constexpr Family llama_like(std::string_view name, std::string_view gguf, RopeKind gguf_rope,
                            Family::Flags flags, std::span<const TensorName> own = {}) {
  return {name,
          gguf,
          name,
          ModelKind::kDecoder,
          NormKind::kRms,
          NormPlacement::kBefore,
          Activation::kSilu,
          true,
          gguf_rope,
          RopeKind::kHalves,
          QkvLayout::kSeparate,
          QkvLayout::kSeparate,
          flags,
          {"model.", own, kLlamaNames}};
}
constexpr Family phi3() {
  Family family = llama_like("phi3", "phi3", RopeKind::kHalves, {.gate_and_up_are_fused = true});
  family.gguf_qkv = family.hugging_face_qkv = QkvLayout::kConcatenated;
  return family;
}
constexpr Family gemma2() {
  Family family = llama_like("gemma2", "gemma2", RopeKind::kHalves,
                             {.scales_embedding = true,
                              .alternates_window = true,
                              .ties_embeddings = true,
                              .gguf_attention_cap = 50,
                              .gguf_logit_cap = 30},
                             kGemma2Names);
  family.norm_placement = NormPlacement::kBeforeAndWithin;
  family.activation = Activation::kGeluTanh;
  return family;
}
constexpr Family gemma() {
  Family family = llama_like("gemma", "gemma", RopeKind::kHalves,
                             {.scales_embedding = true, .ties_embeddings = true});
  family.activation = Activation::kGeluTanh;
  return family;
}
constexpr Family gpt2() {
  return {"gpt2",
          "gpt2",
          "gpt2",
          ModelKind::kDecoder,
          NormKind::kLayer,
          NormPlacement::kBefore,
          Activation::kGeluTanh,
          false,
          RopeKind::kNone,
          RopeKind::kNone,
          QkvLayout::kConcatenated,
          QkvLayout::kConcatenated,
          {.qkv_bias = true,
           .output_bias = true,
           .feed_forward_bias = true,
           .learned_positions = true,
           .transposed_in_hugging_face = true,
           .ties_embeddings = true},
          {"transformer.", {}, kGpt2Names}};
}
constexpr Family gpt_neox() {
  return {"gpt_neox",
          "gptneox",
          "gpt_neox",
          ModelKind::kDecoder,
          NormKind::kLayer,
          NormPlacement::kBefore,
          Activation::kGelu,
          false,
          RopeKind::kHalves,
          RopeKind::kHalves,
          QkvLayout::kConcatenated,
          QkvLayout::kPerHead,
          {.qkv_bias = true,
           .output_bias = true,
           .feed_forward_bias = true,
           .parallel_residual_key = true,
           .rotary_part = 0.25},
          {"gpt_neox.", {}, kGptNeoxNames}};
}
constexpr Family bert_like(std::string_view name, std::string_view gguf, std::string_view prefix,
                           bool positions_follow_padding) {
  return {name,
          gguf,
          name,
          ModelKind::kEncoder,
          NormKind::kLayer,
          NormPlacement::kAfter,
          Activation::kGelu,
          false,
          RopeKind::kNone,
          RopeKind::kNone,
          QkvLayout::kSeparate,
          QkvLayout::kSeparate,
          {.qkv_bias = true,
           .output_bias = true,
           .feed_forward_bias = true,
           .learned_positions = true,
           .token_types = true,
           .embedding_norm = true,
           .positions_follow_padding = positions_follow_padding},
          {prefix, {}, kBertNames}};
}

constexpr Family kFamilies[] = {
    llama_like("llama", "llama", RopeKind::kInterleaved, {}),
    llama_like("mistral", "", RopeKind::kHalves, {}),
    llama_like("mixtral", "", RopeKind::kHalves, {}, kMixtralNames),
    llama_like("qwen2", "qwen2", RopeKind::kHalves,
               {.qkv_bias = true, .window_needs_switch = true}),
    llama_like("qwen2_moe", "qwen2moe", RopeKind::kHalves,
               {.qkv_bias = true,
                .window_needs_switch = true,
                .experts_normalize_in_gguf = false,
                .experts_normalize_in_hugging_face = false}),
    llama_like("qwen3", "qwen3", RopeKind::kHalves,
               {.query_key_norms = true, .window_needs_switch = true}),
    llama_like("qwen3_moe", "qwen3moe", RopeKind::kHalves,
               {.query_key_norms = true,
                .window_needs_switch = true,
                .experts_normalize_in_hugging_face = false}),
    llama_like("granite", "granite", RopeKind::kInterleaved, {.ties_embeddings = true}),
    gemma(),
    gemma2(),
    phi3(),
    gpt2(),
    gpt_neox(),
    bert_like("bert", "bert", "bert.", false),
    bert_like("roberta", "", "roberta.", true),
    bert_like("xlm-roberta", "", "roberta.", true),
};

std::string_view name_in(const Family& family, Naming naming) noexcept {
  return naming == Naming::kGguf ? family.gguf : family.hugging_face;
}

std::string_view pattern_in(std::span<const TensorName> names, Role role) noexcept {
  for (const TensorName& name : names) {
    if (name.role == role) return name.pattern;
  }
  return {};
}

std::string_view pattern_of(const Family& family, Naming naming, Role role) noexcept {
  std::span<const TensorName> own = family.hugging_face_names.own;
  std::span<const TensorName> base = family.hugging_face_names.base;
  if (naming == Naming::kGguf) {
    own = {};
    if (family.norm_placement == NormPlacement::kAfter) own = kGgufAfterNames;
    base = kGgufNames;
  }
  const std::string_view pattern = pattern_in(own, role);
  return pattern.empty() ? pattern_in(base, role) : pattern;
}

}  // namespace

std::span<const Family> families() noexcept { return kFamilies; }

const Family* find_family(Naming naming, std::string_view name) noexcept {
  for (const Family& family : kFamilies) {
    if (!name.empty() && name_in(family, naming) == name) return &family;
  }
  return nullptr;
}

std::string family_names(Naming naming) {
  std::string names;
  for (const Family& family : kFamilies) {
    const std::string_view name = name_in(family, naming);
    if (name.empty()) continue;
    if (!names.empty()) names += ", ";
    names += name;
  }
  return names;
}

std::string tensor_name(const Family& family, Naming naming, Role role, bool has_prefix,
                        std::size_t layer, std::size_t expert) {
  std::string name;
  const std::string_view pattern = pattern_of(family, naming, role);
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*') {
      if (has_prefix) name += family.hugging_face_names.prefix;
    } else if (pattern.substr(i, 3) == "{l}" || pattern.substr(i, 3) == "{e}") {
      name += std::to_string(pattern[i + 1] == 'l' ? layer : expert);
      i += 2;
    } else {
      name += pattern[i];
    }
  }
  return name;
}

}  // namespace hartonomous::core::run
