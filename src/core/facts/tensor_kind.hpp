// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a tensor is for, told from its name alone: the naming habits of the frameworks that write
// model files are few. A guess for people and queries; nothing is computed from it.
#pragma once

#include <cstdint>
#include <string_view>

namespace hartonomous::core::facts {

enum class TensorKind : std::uint8_t {
  kUnknown,
  kDense,  // a linear layer that no other kind claims
  kEmbedding,
  kPositionEmbedding,
  kTimeEmbedding,
  kLayerNorm,  // also of RMS norms whose name does not say so
  kRmsNorm,
  kBatchNorm,
  kGroupNorm,
  kAttention,       // query, key, value or output projections
  kFusedAttention,  // all projections in one tensor
  kCrossAttention,
  kFeedForward,
  kExpert,
  kRouter,
  kConvolution,
  kPooling,
  kResidual,    // the projection on a shortcut around a block
  kModulation,  // scale, shift and gate of a diffusion transformer's blocks
  kRecurrent,
  kLstm,
  kGru,
  kStateSpace,
  kUnetDown,
  kUnetMid,
  kUnetUp,
  kVae,
  kTextEncoder,
  kOutputHead,
  kAdapter,
  kQuantization,  // scales and zero points beside quantised weights
  kOptimizerState,
};
inline constexpr std::size_t kTensorKindCount =
    static_cast<std::size_t>(TensorKind::kOptimizerState) + 1;
// "unknown", "dense", "embedding", ...
std::string_view name(TensorKind kind) noexcept;

// The kind of the tensor of that name. Case is ignored, parts are separated by '.', '/', '_' or
// ':'. O(length of the name).
TensorKind tensor_kind(std::string_view tensor_name) noexcept;

}  // namespace hartonomous::core::facts
