// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Diffusion models, whether one file or a directory of components: which parts there are and which
// version of which family it is, told from the names and shapes of tensors. Sources: the key names
// of the original checkpoints (CompVis, Stability AI, Black Forest Labs) and of Diffusers.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/facts/tensor_view.hpp"

namespace hartonomous::core::facts {

enum class Component : std::uint8_t { kUnet, kTransformer, kVae, kTextEncoder };
inline constexpr std::size_t kComponentCount = 4;
// "unet", "transformer", "vae", "text_encoder".
std::string_view name(Component component) noexcept;

// The component that a tensor is of; nothing outside diffusion models. O(length of the name).
std::optional<Component> component_of(const TensorView& tensor) noexcept;

struct Diffusion {
  // "stable-diffusion-1", "-2", "-xl", "-3", "flux", or of none of these "diffusion".
  std::string_view architecture;
  std::vector<Component> components;  // each once, in the order of the enumeration
};
// Nothing if no denoiser is among the tensors, unless the files say that they are a pipeline.
// O(total length of names).
std::optional<Diffusion> diffusion_of(std::span<const TensorView> tensors, bool is_pipeline);

}  // namespace hartonomous::core::facts
