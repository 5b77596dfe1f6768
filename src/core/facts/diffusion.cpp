// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/facts/diffusion.hpp"

#include <algorithm>
#include <array>

namespace hartonomous::core::facts {

namespace {

struct Prefix {
  std::string_view text;
  Component component;
};
// Of names in one-file checkpoints, then of directories; the first that fits counts.
constexpr Prefix kNamePrefixes[] = {
    {"first_stage_model.", Component::kVae},
    {"cond_stage_model.", Component::kTextEncoder},
    {"conditioner.embedders.", Component::kTextEncoder},
    {"text_encoders.", Component::kTextEncoder},
    {"vae.", Component::kVae},
    {"model.diffusion_model.joint_blocks.", Component::kTransformer},
    {"model.diffusion_model.double_blocks.", Component::kTransformer},
    {"model.diffusion_model.single_blocks.", Component::kTransformer},
    {"model.diffusion_model.", Component::kUnet},
    {"double_blocks.", Component::kTransformer},
    {"single_blocks.", Component::kTransformer},
    {"joint_blocks.", Component::kTransformer},
};
constexpr Prefix kPathPrefixes[] = {
    {"unet/", Component::kUnet},
    {"transformer/", Component::kTransformer},
    {"vae/", Component::kVae},
    {"text_encoder", Component::kTextEncoder},  // text_encoder/, text_encoder_2/, ...
};

// What the width of the text that the UNet attends to says.
struct Width {
  std::uint64_t columns;
  std::string_view architecture;
};
constexpr Width kTextWidths[] = {
    {768, "stable-diffusion-1"}, {1024, "stable-diffusion-2"}, {2048, "stable-diffusion-xl"}};

bool contains(std::string_view text, std::string_view part) noexcept {
  return text.find(part) != text.npos;
}

// What this tensor says of the family, if anything.
std::string_view architecture_by(const TensorView& tensor) noexcept {
  if (contains(tensor.name, "double_blocks.") ||
      contains(tensor.name, "single_transformer_blocks.")) {
    return "flux";
  }
  if (contains(tensor.name, "joint_blocks.") || (tensor.name.starts_with("transformer_blocks.") &&
                                                 contains(tensor.name, ".attn.add_k_proj."))) {
    return "stable-diffusion-3";
  }
  if (tensor.shape.size() == 2 && tensor.name.ends_with("attn2.to_k.weight")) {
    for (const Width& width : kTextWidths) {
      if (tensor.shape[1] == width.columns) return width.architecture;
    }
  }
  return {};
}

// Flux's blocks have all that a Stable Diffusion 3 transformer has, and more.
int rank(std::string_view architecture) noexcept {
  if (architecture == "flux") return 3;
  if (architecture == "stable-diffusion-3") return 2;
  return architecture.empty() ? 0 : 1;
}

}  // namespace

std::string_view name(Component component) noexcept {
  constexpr std::array<std::string_view, kComponentCount> kNames = {"unet", "transformer", "vae",
                                                                    "text_encoder"};
  return kNames[static_cast<std::size_t>(component)];
}

std::optional<Component> component_of(const TensorView& tensor) noexcept {
  for (const Prefix& prefix : kPathPrefixes) {
    if (tensor.path.starts_with(prefix.text) && contains(tensor.path, "/")) {
      return prefix.component;
    }
  }
  for (const Prefix& prefix : kNamePrefixes) {
    if (tensor.name.starts_with(prefix.text)) return prefix.component;
  }
  return std::nullopt;
}

std::optional<Diffusion> diffusion_of(std::span<const TensorView> tensors, bool is_pipeline) {
  std::array<bool, kComponentCount> present{};
  std::string_view architecture;
  for (const TensorView& tensor : tensors) {
    const auto component = component_of(tensor);
    if (component) present[static_cast<std::size_t>(*component)] = true;
    // A UNet by itself has Diffusers' names without a prefix.
    const bool is_bare_unet = !component && tensor.name.starts_with("down_blocks.");
    if (is_bare_unet) present[static_cast<std::size_t>(Component::kUnet)] = true;
    if (component == Component::kVae || component == Component::kTextEncoder) continue;
    const std::string_view said = architecture_by(tensor);
    if (rank(said) > rank(architecture)) architecture = said;
  }
  const bool is_transformer = rank(architecture) > 1;
  if (is_transformer) {  // whose other parts have the prefix that a UNet's have
    present[static_cast<std::size_t>(Component::kTransformer)] = true;
    present[static_cast<std::size_t>(Component::kUnet)] = false;
  }
  const bool has_denoiser = present[static_cast<std::size_t>(Component::kUnet)] ||
                            present[static_cast<std::size_t>(Component::kTransformer)];
  if (!has_denoiser && !is_pipeline) return std::nullopt;
  Diffusion diffusion{architecture.empty() ? "diffusion" : architecture, {}};
  for (std::size_t i = 0; i < kComponentCount; ++i) {
    if (present[i]) diffusion.components.push_back(static_cast<Component>(i));
  }
  return diffusion;
}

}  // namespace hartonomous::core::facts
