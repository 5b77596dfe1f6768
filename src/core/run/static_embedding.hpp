// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Static embeddings (model2vec; Sentence Transformers' StaticEmbedding): a vector per token, a
// text's vector is their mean. A quantised vocabulary has fewer vectors than tokens, a mapping from
// one to the other, and a weight per token. Source: Tulkens and van Dongen 2024 (Model2Vec).
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "core/run/held_tensor.hpp"
#include "core/run/machine.hpp"
#include "core/run/model.hpp"
#include "core/run/pooler.hpp"
#include "core/run/sequence.hpp"

namespace hartonomous::core::run {

class StaticEmbedding {
 public:
  // Whether the source's tensors are those of a static embedding.
  static bool is_in(const WeightSource& weights);
  // kMalformed for tensors that are missing or do not fit together.
  static Result<StaticEmbedding> open(const WeightSource& weights, bool normalizes);

  std::size_t vocabulary() const noexcept { return vocabulary_; }
  std::size_t size() const noexcept { return vectors_.inputs; }  // of a vector

  // kInvalidArgument for a token that is not below vocabulary(); kMalformed for a mapping out of
  // bounds. No tokens make a vector of zeros. Reaches the checkpoint every 4096 tokens.
  Result<std::vector<float>> embed(std::span<const TokenId> tokens, Machine machine) const;

 private:
  struct Held {
    HeldTensor vectors;
    std::optional<HeldTensor> weights, mapping;
  };
  StaticEmbedding() = default;
  Status add(TokenId token, const Held& held, std::span<float> vector, Pooler& pooler) const;

  MatrixPlace vectors_;
  std::optional<VectorPlace> weights_, mapping_;
  std::size_t vocabulary_ = 0;
  bool normalizes_ = false;
};

// The "normalize" of a model2vec config.json or of config_sentence_transformers.json; false where
// it says nothing.
Result<bool> read_static_normalizes(std::string_view config_json, Checkpoint& checkpoint);

}  // namespace hartonomous::core::run
