// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/model_description.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "core/run/config_file.hpp"
#include "core/run/facts.hpp"
#include "core/run/families.hpp"
#include "core/run/rope_facts.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::uint64_t kMaxLayers = 4096;
constexpr std::uint64_t kMaxSize = 1 << 24;  // of a vector
constexpr std::uint64_t kMaxHeadSize = 1 << 16;
constexpr std::uint64_t kMaxContext = 1 << 28;  // positions
constexpr std::uint64_t kMaxExperts = 1 << 14;

constexpr Fact kLayers{"block_count", {"num_hidden_layers", "n_layer"}};
constexpr Fact kHidden{"embedding_length", {"hidden_size", "n_embd"}};
constexpr Fact kHeads{"attention.head_count", {"num_attention_heads", "n_head"}};
constexpr Fact kKeyHeads{"attention.head_count_kv", {"num_key_value_heads"}};
constexpr Fact kHeadSize{"attention.key_length", {"head_dim"}};
constexpr Fact kValueSize{"attention.value_length", {}};
constexpr Fact kFeedForward{"feed_forward_length", {"intermediate_size", "n_inner"}};
constexpr Fact kContext{"context_length", {"max_position_embeddings", "n_positions"}};
constexpr Fact kVocabulary{"vocab_size", {"vocab_size"}};
constexpr Fact kRmsEpsilon{"attention.layer_norm_rms_epsilon", {"rms_norm_eps"}};
constexpr Fact kLayerEpsilon{"attention.layer_norm_epsilon",
                             {"layer_norm_eps", "layer_norm_epsilon"}};
constexpr Fact kActivation{"", {"hidden_activation", "hidden_act", "activation_function"}};
constexpr Fact kTied{"", {"tie_word_embeddings"}};
constexpr Fact kParallel{"use_parallel_residual", {"use_parallel_residual"}};
constexpr Fact kPositionKind{"", {"position_embedding_type"}};
constexpr Fact kPadding{"", {"pad_token_id"}};
constexpr Fact kAttentionScale{"attention.scale", {"attention_multiplier"}};
constexpr Fact kQueryScalar{"", {"query_pre_attn_scalar"}};
constexpr Fact kAttentionCap{"attn_logit_softcapping", {"attn_logit_softcapping"}};
constexpr Fact kLogitCap{"final_logit_softcapping", {"final_logit_softcapping"}};
constexpr Fact kEmbeddingScale{"embedding_scale", {"embedding_multiplier"}};
constexpr Fact kResidualScale{"residual_scale", {"residual_multiplier"}};
constexpr Fact kLogitDivisor{"logit_scale", {"logits_scaling"}};
constexpr Fact kWindow{"attention.sliding_window", {"sliding_window"}};
constexpr Fact kUsesWindow{"", {"use_sliding_window"}};
constexpr Fact kFirstSlidingLayer{"", {"max_window_layers"}};
constexpr Fact kLayerTypes{"", {"layer_types"}};
constexpr Fact kExpertCount{"expert_count", {"num_local_experts", "num_experts"}};
constexpr Fact kExpertsUsed{"expert_used_count", {"num_experts_per_tok"}};
constexpr Fact kExpertSize{"expert_feed_forward_length", {"moe_intermediate_size"}};
constexpr Fact kSharedSize{"expert_shared_feed_forward_length",
                           {"shared_expert_intermediate_size"}};
constexpr Fact kExpertsNormalize{"expert_weights_norm", {"norm_topk_prob"}};
constexpr Fact kPooling{"pooling_type", {}};

// The nearest float; infinities become the largest.
float narrowed(double value) noexcept {
  constexpr double kLargest = std::numeric_limits<float>::max();
  return static_cast<float>(std::clamp(value, -kLargest, kLargest));
}

Status read_sizes(const Facts& facts, ModelDescription& out) {
  HARTONOMOUS_TRY(out.layers, facts.required(kLayers, kMaxLayers));
  HARTONOMOUS_TRY(out.hidden, facts.required(kHidden, kMaxSize));
  HARTONOMOUS_TRY(out.heads, facts.required(kHeads, kMaxSize));
  HARTONOMOUS_TRY(out.context_length, facts.required(kContext, kMaxContext));
  HARTONOMOUS_TRY(const auto key_heads, facts.natural(kKeyHeads, kMaxSize));
  HARTONOMOUS_TRY(const auto head_size, facts.natural(kHeadSize, kMaxHeadSize));
  HARTONOMOUS_TRY(const auto value_size, facts.natural(kValueSize, kMaxSize));
  HARTONOMOUS_TRY(const auto feed_forward, facts.natural(kFeedForward, kMaxSize));
  HARTONOMOUS_TRY(const auto vocabulary, facts.natural(kVocabulary, kMaxContext));
  out.kv_heads = key_heads.value_or(out.heads);
  if (out.kv_heads == 0 || out.heads % out.kv_heads != 0) {
    return {Code::kMalformed, std::to_string(out.heads) + " heads of queries cannot share " +
                                  std::to_string(out.kv_heads) + " heads of keys"};
  }
  if (!head_size && out.hidden % out.heads != 0) {
    return {Code::kMalformed, "vectors of " + std::to_string(out.hidden) +
                                  " elements do not divide into " + std::to_string(out.heads) +
                                  " heads"};
  }
  out.head_size = head_size.value_or(out.hidden / out.heads);
  if (out.head_size == 0 || value_size.value_or(out.head_size) != out.head_size) {
    return {Code::kUnsupported, "keys and values of different sizes are not supported"};
  }
  if (out.query_size() > kMaxSize || out.head_size > kMaxHeadSize) {
    return {Code::kMalformed, "model's heads are too large"};
  }
  // GPT-2 leaves it unsaid.
  out.feed_forward = feed_forward.value_or(4 * out.hidden);
  out.vocabulary = vocabulary.value_or(0);
  return Status::ok();
}

Status read_norm(const Facts& facts, ModelDescription& out) {
  const Family& family = *out.family;
  out.norm.kind = family.norm;
  out.norm_placement = family.norm_placement;
  const bool is_rms = family.norm == NormKind::kRms;
  HARTONOMOUS_TRY(const auto epsilon, facts.number(is_rms ? kRmsEpsilon : kLayerEpsilon));
  const double standard = is_rms ? 1e-6 : (out.kind == ModelKind::kEncoder ? 1e-12 : 1e-5);
  out.norm.epsilon = static_cast<float>(epsilon.value_or(standard));
  if (!(out.norm.epsilon >= 0)) return {Code::kMalformed, "model's norm has a negative epsilon"};
  if (family.flags.scales_embedding && out.naming == Naming::kHuggingFace) {
    out.norm.weight_offset = 1;
  }
  out.has_query_key_norms = family.flags.query_key_norms;
  out.has_embedding_norm = family.flags.embedding_norm;
  out.has_final_norm = family.norm_placement != NormPlacement::kAfter;
  return Status::ok();
}

struct NamedActivation {
  std::string_view name;
  Activation activation;
};
constexpr NamedActivation kActivations[] = {
    {"silu", Activation::kSilu},          {"swish", Activation::kSilu},
    {"gelu", Activation::kGelu},          {"gelu_python", Activation::kGelu},
    {"gelu_new", Activation::kGeluTanh},  {"gelu_pytorch_tanh", Activation::kGeluTanh},
    {"gelu_fast", Activation::kGeluTanh}, {"relu", Activation::kRelu},
};

Status read_activation(const Facts& facts, ModelDescription& out) {
  out.activation = out.family->activation;
  out.is_gated = out.family->is_gated;
  out.gate_and_up_are_fused = out.family->flags.gate_and_up_are_fused;
  // A GGUF file does not say, and the runtime that it is made for has one GELU for all families.
  if (out.naming == Naming::kGguf &&
      (out.activation == Activation::kGelu || out.activation == Activation::kGeluTanh)) {
    out.activation = Activation::kGeluHalves;
  }
  const std::string* name = facts.text(kActivation);
  // Gemma's "gelu" has always meant the approximation.
  if (name == nullptr || (out.family->flags.scales_embedding && *name == "gelu")) {
    return Status::ok();
  }
  for (const NamedActivation& known : kActivations) {
    if (known.name == *name) {
      out.activation = known.activation;
      return Status::ok();
    }
  }
  return {Code::kUnsupported, "activation " + quoted(*name) + " is not supported"};
}

Status read_window(const Facts& facts, ModelDescription& out) {
  const Family& family = *out.family;
  // In GGUF only alternating windows are meant: others are written and never applied.
  if (out.naming == Naming::kGguf && !family.flags.alternates_window) return Status::ok();
  if (family.flags.window_needs_switch) {
    HARTONOMOUS_TRY(const auto uses, facts.flag(kUsesWindow));
    if (!uses.value_or(false)) return Status::ok();
  }
  HARTONOMOUS_TRY(const auto window, facts.natural(kWindow, kMaxContext));
  out.sliding_window = window.value_or(family.flags.alternates_window ? 4096 : 0);
  if (out.sliding_window == 0) return Status::ok();
  HARTONOMOUS_TRY(const auto first, facts.natural(kFirstSlidingLayer, kMaxContext));
  const auto types = facts.texts(kLayerTypes);
  for (std::size_t layer = 0; layer < out.layers; ++layer) {
    bool slides = family.flags.alternates_window ? layer % 2 == 0 : true;
    if (family.flags.window_needs_switch && first) slides = layer >= *first;
    if (types && layer < types->size()) slides = (*types)[layer] == "sliding_attention";
    out.layer_is_sliding.push_back(slides);
  }
  return Status::ok();
}

Status read_attention(const Facts& facts, ModelDescription& out) {
  const Family& family = *out.family;
  const bool is_gguf = out.naming == Naming::kGguf;
  out.qkv = is_gguf ? family.gguf_qkv : family.hugging_face_qkv;
  out.has_qkv_bias = family.flags.qkv_bias;
  out.has_output_bias = family.flags.output_bias;
  out.has_feed_forward_bias = family.flags.feed_forward_bias;
  out.weights_are_transposed = family.flags.transposed_in_hugging_face && !is_gguf;
  double scale = 1 / std::sqrt(static_cast<double>(out.head_size));
  HARTONOMOUS_TRY(const auto scalar, facts.number(kQueryScalar));
  HARTONOMOUS_TRY(const auto stated, facts.number(kAttentionScale));
  if (family.flags.alternates_window && scalar && *scalar > 0) scale = 1 / std::sqrt(*scalar);
  // GGUF does not carry Gemma 2's scalar: the one model that has another is told by its layers.
  if (family.flags.alternates_window && is_gguf && out.layers == 46) {
    scale = 1 / std::sqrt(static_cast<double>(out.hidden / out.heads));
  }
  if (stated && *stated != 0) scale = *stated;
  out.attention_scale = narrowed(scale);
  HARTONOMOUS_TRY(const auto attention_cap, facts.number(kAttentionCap));
  HARTONOMOUS_TRY(const auto logit_cap, facts.number(kLogitCap));
  const auto& flags = family.flags;
  out.attention_cap = narrowed(attention_cap.value_or(is_gguf ? flags.gguf_attention_cap : 0));
  out.logit_cap = narrowed(logit_cap.value_or(is_gguf ? flags.gguf_logit_cap : 0));
  return read_window(facts, out);
}

Status read_experts(const Facts& facts, ModelDescription& out) {
  HARTONOMOUS_TRY(const auto count, facts.natural(kExpertCount, kMaxExperts));
  if (count.value_or(0) == 0) return Status::ok();
  Experts& experts = out.experts;
  experts.count = *count;
  HARTONOMOUS_TRY(experts.used, facts.required(kExpertsUsed, experts.count));
  HARTONOMOUS_TRY(const auto size, facts.natural(kExpertSize, kMaxSize));
  HARTONOMOUS_TRY(const auto shared, facts.natural(kSharedSize, kMaxSize));
  HARTONOMOUS_TRY(const auto normalizes, facts.flag(kExpertsNormalize));
  experts.feed_forward = size.value_or(out.feed_forward);
  experts.shared_feed_forward = shared.value_or(0);
  const auto& flags = out.family->flags;
  experts.normalizes =
      normalizes.value_or(out.naming == Naming::kGguf ? flags.experts_normalize_in_gguf
                                                      : flags.experts_normalize_in_hugging_face);
  return Status::ok();
}

Status read_scales(const Facts& facts, ModelDescription& out) {
  HARTONOMOUS_TRY(const auto embedding, facts.number(kEmbeddingScale));
  HARTONOMOUS_TRY(const auto residual, facts.number(kResidualScale));
  HARTONOMOUS_TRY(const auto divisor, facts.number(kLogitDivisor));
  const bool scales = out.family->flags.scales_embedding;
  const double standard = scales ? std::sqrt(static_cast<double>(out.hidden)) : 1;
  out.embedding_scale = static_cast<float>(embedding.value_or(standard));
  out.residual_scale = static_cast<float>(residual.value_or(1));
  if (divisor && *divisor != 0) out.logit_scale = narrowed(1 / *divisor);
  HARTONOMOUS_TRY(const auto tied, facts.flag(kTied));
  out.ties_embeddings = tied.value_or(out.family->flags.ties_embeddings);
  return Status::ok();
}

Status read_positions(const Facts& facts, ModelDescription& out) {
  out.has_learned_positions = out.family->flags.learned_positions;
  out.has_token_types = out.family->flags.token_types;
  if (const std::string* kind = facts.text(kPositionKind);
      kind != nullptr && *kind != "absolute" && out.has_learned_positions) {
    return {Code::kUnsupported, "position embedding " + quoted(*kind) + " is not supported"};
  }
  // RoBERTa counts positions from the one after the padding token's number; a GGUF file has the
  // rows before it cut off.
  if (out.family->flags.positions_follow_padding && out.naming == Naming::kHuggingFace) {
    HARTONOMOUS_TRY(const auto padding, facts.natural(kPadding, kMaxContext));
    out.position_offset = padding.value_or(1) + 1;
    if (out.position_offset >= out.context_length) {
      return {Code::kMalformed, "model has no positions beside its padding"};
    }
    out.context_length -= out.position_offset;
  }
  return read_rope(facts, out);
}

Status read_vectors(const Facts& facts, ModelDescription& out) {
  HARTONOMOUS_TRY(const auto pooling, facts.natural(kPooling, 4));
  constexpr Pooling kByNumber[] = {Pooling::kNone, Pooling::kMean, Pooling::kFirst, Pooling::kLast,
                                   Pooling::kNone};
  if (pooling) out.pooling = kByNumber[*pooling];
  if (out.pooling == Pooling::kNone) {
    out.pooling = out.kind == ModelKind::kEncoder ? Pooling::kMean : Pooling::kLast;
  }
  out.normalizes_vectors = out.naming == Naming::kGguf;
  return Status::ok();
}

Result<ModelDescription> describe(const Family& family, Naming naming, const Facts& facts) {
  ModelDescription out;
  out.family = &family;
  out.naming = naming;
  out.kind = family.kind;
  HARTONOMOUS_CHECK(read_sizes(facts, out));
  HARTONOMOUS_CHECK(read_norm(facts, out));
  HARTONOMOUS_CHECK(read_activation(facts, out));
  HARTONOMOUS_CHECK(read_attention(facts, out));
  HARTONOMOUS_CHECK(read_experts(facts, out));
  HARTONOMOUS_CHECK(read_scales(facts, out));
  HARTONOMOUS_CHECK(read_positions(facts, out));
  HARTONOMOUS_CHECK(read_vectors(facts, out));
  if (family.flags.parallel_residual_key) {
    HARTONOMOUS_TRY(const auto parallel, facts.flag(kParallel));
    out.has_parallel_residual = parallel.value_or(true);
  }
  return out;
}

Status unknown(Naming naming, std::string_view name) {
  return Status(Code::kUnsupported, "model architecture " + quoted(name) + " is not supported")
      .with_detail("Supported architectures are " + family_names(naming) + ".");
}

}  // namespace

Result<ModelDescription> describe_gguf(const format::Metadata& metadata) {
  const std::string* architecture = metadata.find_string("general.architecture");
  if (architecture == nullptr) {
    return Status(Code::kMalformed, "model does not say its \"general.architecture\"");
  }
  const Family* family = find_family(Naming::kGguf, *architecture);
  if (family == nullptr) return unknown(Naming::kGguf, *architecture);
  return describe(*family, Naming::kGguf, Facts(metadata, Naming::kGguf, *architecture));
}

Result<ModelDescription> describe_config(std::string_view config_json, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const format::Metadata config, read_config(config_json, checkpoint));
  const std::string* type = config.find_string("model_type");
  if (type == nullptr) {
    return Status(Code::kMalformed, "config.json does not say its \"model_type\"");
  }
  const Family* family = find_family(Naming::kHuggingFace, *type);
  if (family == nullptr) return unknown(Naming::kHuggingFace, *type);
  return describe(*family, Naming::kHuggingFace, Facts(config, Naming::kHuggingFace, *type));
}

}  // namespace hartonomous::core::run
