// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Whether two models are alike enough to be merged: what their configurations and tokenizers say,
// and how far apart their weights are.
#pragma once

#include <unordered_map>

#include "core/block/similarity_sketch.hpp"
#include "core/merge/recipe.hpp"
#include "store/model_catalog.hpp"

namespace hartonomous::store {

// A model with its files, as the user named it.
struct GuardedModel {
  std::string_view name;
  std::span<const FileKey> files;
};

// kInvalidArgument, naming the key or file, if the model's configuration contradicts the frame's
// (what both have of config.json or of a GGUF file's architecture, but for what changes no
// computation), or its tokenizer is another. What one of them lacks is not compared. REQUIRES:
// owner's rights.
void require_alike(const GuardedModel& frame, const GuardedModel& model,
                   const core::merge::MergeOptions& options);

// Samples of stored tensors, by tensor_id; not of small ones, nor of those that a commit made.
// REQUIRES: owner's rights.
class StoredSamples {
 public:
  explicit StoredSamples(std::span<const std::int64_t> tensor_ids);
  // Bits a sample: 0 the same, about 5.5 and more unrelated. Nothing without samples of both.
  std::optional<double> distance(std::int64_t a, std::int64_t b) const;

 private:
  std::unordered_map<std::int64_t, core::block::SimilaritySketch> sketches_;
};

}  // namespace hartonomous::store
