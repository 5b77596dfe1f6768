// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A model ready to run: its description, and for each part of the pass the tensor that holds its
// weights, found and checked once. It holds no weights; a pass acquires them one by one.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "core/run/model_description.hpp"
#include "core/run/weights.hpp"

namespace hartonomous::core::run {

// A matrix inside a tensor: all of it, or one expert's part of a stack.
struct MatrixPlace {
  TensorNumber number = 0;
  tensor::DType dtype{};
  std::size_t outputs = 0, inputs = 0;
  bool is_transposed = false;  // stored inputs x outputs
  std::size_t offset = 0;      // bytes from the tensor's start
  std::vector<LowRank> additions;
};
struct VectorPlace {
  TensorNumber number = 0;
  tensor::DType dtype{};
  std::size_t size = 0;
};
struct LinearPlace {
  MatrixPlace matrix;
  std::optional<VectorPlace> bias;
};
struct NormPlace {
  VectorPlace weight;
  std::optional<VectorPlace> bias;
};

// gate is absent where the block has none; with gate_and_up_are_fused `up` gives gates, then ups.
struct FeedForwardPlace {
  std::optional<LinearPlace> gate;
  LinearPlace up, down;
};
struct ExpertsPlace {
  LinearPlace router;
  std::vector<FeedForwardPlace> experts;
  std::optional<LinearPlace> shared_router;
  std::optional<FeedForwardPlace> shared;
};

struct LayerPlaces {
  NormPlace attention_norm, feed_forward_norm;
  std::optional<NormPlace> attention_post_norm, feed_forward_post_norm;
  std::vector<LinearPlace> qkv;  // three, or one that is fused
  std::optional<NormPlace> query_norm, key_norm;
  LinearPlace attention_output;
  std::optional<FeedForwardPlace> feed_forward;  // absent where experts are
  std::optional<ExpertsPlace> experts;
};

struct ModelPlaces {
  MatrixPlace token_embedding;
  std::optional<MatrixPlace> position_embedding, token_types;
  std::optional<NormPlace> embedding_norm, final_norm;
  std::optional<LinearPlace> output;  // decoders
  std::vector<LayerPlaces> layers;
};

class Model {
 public:
  // Finds every tensor that the description asks for. kMalformed for one that is missing or has
  // another shape, naming the tensor and both shapes; kUnsupported for an element type that cannot
  // be decoded. Reads no weights but rotary factors that are tensors. O(tensors).
  static Result<Model> open(ModelDescription description, WeightSource& weights);

  const ModelDescription& description() const noexcept { return description_; }
  const ModelPlaces& places() const noexcept { return places_; }
  std::size_t vocabulary() const noexcept { return places_.token_embedding.outputs; }
  // Whether the layers' matrices are stored in full floats: then so are keys and values.
  bool has_full_floats() const noexcept;

 private:
  Model(ModelDescription description, ModelPlaces places)
      : description_(std::move(description)), places_(std::move(places)) {}

  ModelDescription description_;
  ModelPlaces places_;
};

}  // namespace hartonomous::core::run
