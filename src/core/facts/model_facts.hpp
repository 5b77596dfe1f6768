// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What one would tell about a model in a line, whatever its format: from its metadata where that
// says it, from names and shapes of tensors where it does not.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/facts/tensor_view.hpp"
#include "core/format/metadata.hpp"

namespace hartonomous::core::facts {

struct ModelFacts {
  std::string architecture;                  // "llama", "stable-diffusion-xl"; empty: not known
  std::optional<std::uint64_t> layer_count;  // blocks
  std::optional<std::uint64_t> hidden_size;  // width of the residual stream, or of embeddings
  // Elements of tensors that are learned: of floating point, quantized ones unpacked; without
  // indices, masks, counters, scales of quantized weights and states of optimizers.
  std::uint64_t parameter_count = 0;  // at most 2^63 - 1
  std::string quantization;           // "Q4_K", "gptq 4 bits"; the type of most parameters
  std::string adapter;                // "peft"; empty if the model is none
  std::optional<std::uint64_t> adapter_rank;
  std::string base_model;               // of an adapter, as it names it
  std::vector<std::string> components;  // of a diffusion model: "unet", "vae", ...
};

// Metadata of the model's files: of GGUF as it is; config.json, adapter_config.json and
// model_index.json flattened, with dotted keys. Nothing that is absent is an error.
struct MetadataFiles {
  const format::Metadata* gguf = nullptr;
  const format::Metadata* config = nullptr;
  const format::Metadata* adapter = nullptr;
  const format::Metadata* pipeline = nullptr;
};

// O(total length of names).
ModelFacts model_facts(std::span<const TensorView> tensors, const MetadataFiles& files);

// The number of the block that a tensor is of: the digits in its name after a word like "layers".
// Nothing if there are none.
std::optional<std::uint64_t> block_of(std::string_view tensor_name) noexcept;

}  // namespace hartonomous::core::facts
