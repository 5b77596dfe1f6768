// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The families of models that are run: a row each. A row says what its files leave unsaid, and how
// they name their tensors.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "core/run/model_description.hpp"

namespace hartonomous::core::run {

// What a tensor is for. Layer tensors are named per layer, expert ones also per expert.
enum class Role : std::uint8_t {
  kTokenEmbedding,
  kPositionEmbedding,
  kTokenTypes,
  kEmbeddingNorm,
  kFinalNorm,
  kOutput,
  kRopeFactors,      // divisors of the rotation's frequencies (GGUF's llama3 scaling)
  kRopeLongFactors,  // the two sets of longrope in GGUF
  kRopeShortFactors,
  kAttentionNorm,
  kQuery,
  kKey,
  kValue,
  kQueryKeyValue,
  kAttentionOutput,
  kQueryNorm,
  kKeyNorm,
  kAttentionPostNorm,
  kFeedForwardNorm,
  kGate,
  kUp,
  kGateAndUp,
  kDown,
  kFeedForwardPostNorm,
  kRouter,
  kExpertGate,  // one matrix per expert, or all of them stacked: two patterns
  kExpertUp,
  kExpertDown,
  kExpertsGate,
  kExpertsUp,
  kExpertsDown,
  kSharedRouter,
  kSharedGate,
  kSharedUp,
  kSharedDown,
};

// A name with "{l}" for the layer, "{e}" for the expert, and a leading "*" for the prefix that some
// files have and others lack; ".weight" and ".bias" follow.
struct TensorName {
  Role role;
  std::string_view pattern;
};
struct NamingScheme {
  std::string_view prefix;
  std::span<const TensorName> own;   // looked up first
  std::span<const TensorName> base;  // shared with other families
};

struct Family {
  std::string_view name;          // in messages
  std::string_view gguf;          // general.architecture; empty: no such files
  std::string_view hugging_face;  // model_type; empty: no such files
  ModelKind kind;
  NormKind norm;
  NormPlacement norm_placement;
  Activation activation;
  bool is_gated;
  RopeKind gguf_rope, hugging_face_rope;
  QkvLayout gguf_qkv, hugging_face_qkv;
  struct Flags {
    bool query_key_norms = false;
    bool qkv_bias = false;
    bool output_bias = false, feed_forward_bias = false;  // required; others are read if present
    bool learned_positions = false;
    bool token_types = false;
    bool embedding_norm = false;
    bool gate_and_up_are_fused = false;
    bool transposed_in_hugging_face = false;
    bool scales_embedding = false;          // by √hidden, and norms are stored less 1 in HF files
    bool alternates_window = false;         // every other layer slides, from the first
    bool positions_follow_padding = false;  // HF files count them from pad_token_id + 1
    bool parallel_residual_key = false;     // use_parallel_residual says so
    bool window_needs_switch = false;       // sliding only if use_sliding_window is true
    bool ties_embeddings = false;           // unless the configuration says otherwise
    double rotary_part = 1;                 // of a head, unless the configuration says otherwise
    // Of GGUF files that do not say them; 0: none.
    float gguf_attention_cap = 0, gguf_logit_cap = 0;
    bool experts_normalize_in_gguf = true;          // unless the file says otherwise
    bool experts_normalize_in_hugging_face = true;  // unless the configuration says otherwise
  } flags;
  NamingScheme hugging_face_names;
};

std::span<const Family> families() noexcept;

// The row of a GGUF architecture or an HF model_type, or nullptr.
const Family* find_family(Naming naming, std::string_view name) noexcept;

// "llama, qwen2, ...", for messages.
std::string family_names(Naming naming);

// The name of a role's tensor less its suffix, or an empty string if the family has none.
// `has_prefix`: whether names carry the scheme's prefix.
std::string tensor_name(const Family& family, Naming naming, Role role, bool has_prefix,
                        std::size_t layer = 0, std::size_t expert = 0);

}  // namespace hartonomous::core::run
