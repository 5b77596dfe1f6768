// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a forward pass must know of a model besides its weights: one plain description that every
// family fits, filled from the metadata of a GGUF file or from a Hugging Face config.json. The pass
// branches on these fields and never on a family's name. docs/internals/run.md tells how a family
// is added.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/metadata.hpp"

namespace hartonomous::core::run {

struct Family;  // families.hpp

enum class Naming : std::uint8_t { kGguf, kHuggingFace };
enum class ModelKind : std::uint8_t {
  kDecoder,  // causal: logits, text, and vectors by pooling
  kEncoder,  // every position sees every other: vectors only
};

enum class NormKind : std::uint8_t { kRms, kLayer };
struct Norm {
  NormKind kind = NormKind::kRms;
  float epsilon = 1e-5F;
  float weight_offset = 0;  // added to the stored weight: 1 in Gemma's own files
};
// Where a layer's norms stand around its two blocks (attention, feed-forward).
enum class NormPlacement : std::uint8_t {
  kBefore,           // x + block(norm(x))
  kAfter,            // norm(x + block(x)), as BERT
  kBeforeAndWithin,  // x + norm(block(norm(x))), as Gemma 2
};

enum class Activation : std::uint8_t {
  kSilu,
  kGelu,        // x Φ(x), by erf
  kGeluTanh,    // its approximation by tanh
  kGeluHalves,  // that, looked up in binary16 as llama.cpp does: GGUF's
  kRelu,
};

enum class RopeKind : std::uint8_t {
  kNone,
  kInterleaved,  // rotates elements 2i and 2i + 1
  kHalves,       // rotates elements i and i + dimensions / 2
};
enum class RopeScaling : std::uint8_t { kNone, kLinear, kYarn, kLlama3, kLong, kDivisors };
struct Rope {
  RopeKind kind = RopeKind::kNone;
  std::size_t dimensions = 0;  // of each head that are rotated, the first ones; even
  double base = 10000;
  RopeScaling scaling = RopeScaling::kNone;
  double factor = 1;                             // by which the context was stretched
  std::size_t original_context = 0;              // positions before that
  double low_frequency = 1, high_frequency = 4;  // llama3: turns per original context
  double beta_fast = 32, beta_slow = 1;          // yarn: turns per original context
  double attention_factor = 0;   // multiplies sines and cosines; 0: by the scaling's own rule
  bool steps_in_floats = false;  // angles as llama.cpp makes them, pair from pair: GGUF's
  // Divisors of the frequencies, one per rotated pair. kLong: the short ones up to the original
  // context, the long ones for sequences made for more. kDivisors: the short ones always.
  std::vector<double> short_factors, long_factors;
};

enum class QkvLayout : std::uint8_t {
  kSeparate,      // three matrices
  kConcatenated,  // one: all queries, all keys, all values
  kPerHead,       // one: query, key and value of the first head, then of the second
};

struct Experts {
  std::size_t count = 0;  // 0: a dense model
  std::size_t used = 0;   // of each position
  std::size_t feed_forward = 0;
  std::size_t shared_feed_forward = 0;  // of the expert that every position meets; 0: none
  bool normalizes = true;               // the weights of those used are divided by their sum
  bool operator==(const Experts&) const = default;
};

enum class Pooling : std::uint8_t { kNone, kMean, kFirst, kLast, kMax };

struct ModelDescription {
  const Family* family = nullptr;  // static
  Naming naming = Naming::kGguf;
  ModelKind kind = ModelKind::kDecoder;

  std::size_t layers = 0;
  std::size_t hidden = 0;          // elements of a position's vector
  std::size_t heads = 0;           // of queries
  std::size_t kv_heads = 0;        // of keys and values; divides heads
  std::size_t head_size = 0;       // elements of a head
  std::size_t feed_forward = 0;    // of the dense feed-forward block
  std::size_t context_length = 0;  // positions the model was made for
  std::size_t vocabulary = 0;      // as stated; 0: whatever the embedding's rows are

  Norm norm;
  NormPlacement norm_placement = NormPlacement::kBefore;
  bool has_query_key_norms = false;
  bool has_parallel_residual = false;  // x + attention(norm(x)) + feed_forward(norm'(x))
  bool has_embedding_norm = false;
  bool has_final_norm = true;

  QkvLayout qkv = QkvLayout::kSeparate;
  bool has_qkv_bias = false, has_output_bias = false, has_feed_forward_bias = false;
  bool weights_are_transposed = false;  // stored inputs x outputs

  float attention_scale = 0;           // of query · key
  float attention_cap = 0;             // c tanh(x / c) on the scaled products; 0: none
  std::size_t sliding_window = 0;      // positions seen, one's own included; 0: all
  std::vector<bool> layer_is_sliding;  // per layer, where sliding_window > 0

  Rope rope;
  bool has_learned_positions = false;
  std::size_t position_offset = 0;  // row of the first position in the learned table
  bool has_token_types = false;

  Activation activation = Activation::kSilu;
  bool is_gated = true;  // down(activation(gate x) * up x), else down(activation(up x))
  bool gate_and_up_are_fused = false;
  Experts experts;

  float embedding_scale = 1, residual_scale = 1, logit_scale = 1;
  float logit_cap = 0;
  bool ties_embeddings = false;  // the output matrix is the token embedding

  Pooling pooling = Pooling::kNone;  // of vectors
  bool normalizes_vectors = false;   // to length 1
  std::size_t max_text_tokens = 0;   // of a text that becomes a vector; 0: the context

  std::size_t key_size() const noexcept { return kv_heads * head_size; }
  std::size_t query_size() const noexcept { return heads * head_size; }
  bool is_sliding(std::size_t layer) const noexcept {
    return sliding_window > 0 && layer_is_sliding[layer];
  }
};

// From a GGUF file's metadata. kUnsupported for a family or feature that is not run, naming it and
// what is; kMalformed for a key that is missing, of another type, or contradicts another.
Result<ModelDescription> describe_gguf(const format::Metadata& metadata);

// From a config.json's text, as describe_gguf(); kMalformed and kBadEncoding for text that is not
// JSON. Only as many bytes as a configuration can have are accepted (1 MiB; kLimitExceeded).
Result<ModelDescription> describe_config(std::string_view config_json, Checkpoint& checkpoint);

}  // namespace hartonomous::core::run
