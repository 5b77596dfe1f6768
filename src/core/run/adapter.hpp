// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// LoRA adapters as PEFT writes them and as GGUF files: which matrix of the base each factor belongs
// to, and how much their product counts. Sources: Hu et al., "LoRA", 2021; huggingface/peft's
// LoraConfig; llama.cpp's adapter files.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/format/metadata.hpp"

namespace hartonomous::core::run {

// What B * A is multiplied with before it is added: lora_alpha / r, or lora_alpha / √r with
// use_rslora. `config` is adapter_config.json as read_config() gives it. kUnsupported for another
// kind of adapter (peft_type), and for what a low-rank addition to a matrix cannot say: use_dora,
// fan_in_fan_out, a bias, modules_to_save, ranks or alphas by pattern. kMalformed if r or
// lora_alpha is missing or not a positive number.
Result<double> adapter_scale(const format::Metadata& config);

// The alpha of a GGUF adapter: an addition of rank r counts alpha / r; of nothing, 1. kUnsupported
// for another kind of adapter, kMalformed for a file that is none.
Result<std::optional<double>> gguf_adapter_alpha(const format::Metadata& metadata);

enum class Factor : bool { kA, kB };  // rank x inputs; outputs x rank
struct AdapterTensor {
  std::string target;  // of the base: "model.layers.0.self_attn.q_proj.weight"
  Factor factor;
};
// What a tensor of an adapter is, by its name of either kind; nothing if it is no factor.
std::optional<AdapterTensor> adapter_tensor(std::string_view name);

}  // namespace hartonomous::core::run
