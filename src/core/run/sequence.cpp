// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/sequence.hpp"

namespace hartonomous::core::run {

namespace {

std::size_t context_of(const ModelDescription& model, std::size_t asked) noexcept {
  if (asked > 0) return std::min(asked, model.context_length);
  const bool has_two_sets = model.rope.scaling == RopeScaling::kLong;
  return has_two_sets ? std::min(model.rope.original_context, model.context_length)
                      : model.context_length;
}

// As the reference runtime keeps them: halves, unless the weights are full floats. An encoder's do
// not outlive its one pass and are not rounded.
tensor::DType cache_type_of(const Model& model) noexcept {
  const bool is_exact = model.has_full_floats() || model.description().kind != ModelKind::kDecoder;
  return is_exact ? tensor::DType::kF32 : tensor::DType::kF16;
}

}  // namespace

Sequence::Sequence(const Model& model, const SequenceOptions& options)
    : context_length_(context_of(model.description(), options.context_length)),
      cache_(cache_type_of(model), model.description().layers, model.description().kv_heads,
             model.description().head_size, options.max_bytes),
      angles_(model.description().rope, context_length_) {}

void Sequence::truncate(std::size_t length) noexcept {
  if (length >= length_) return;
  length_ = length;
  cache_.shrink(length);
}

}  // namespace hartonomous::core::run
