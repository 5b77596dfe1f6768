// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/facts/model_facts.hpp"

#include <algorithm>
#include <array>

#include "core/base/checked.hpp"
#include "core/facts/adapter.hpp"
#include "core/facts/diffusion.hpp"
#include "core/facts/tensor_kind.hpp"

namespace hartonomous::core::facts {

namespace {

using format::Metadata;
using tensor::DType;

// What comes before the number of a block.
constexpr std::string_view kBlockWords[] = {
    "layers",         "layer",         "blk",         "h",
    "block",          "blocks",        "resblocks",   "encoder_layers",
    "decoder_layers", "double_blocks", "joint_blocks"};
constexpr std::string_view kLayerKeys[] = {"num_hidden_layers", "n_layer", "num_layers", "n_layers",
                                           "text_config.num_hidden_layers"};
constexpr std::string_view kWidthKeys[] = {"hidden_size", "n_embd", "d_model", "dim",
                                           "text_config.hidden_size"};

// Integers hold positions, indices and counters, but for the packed weights of quantizers.
bool is_learned(DType dtype) noexcept {
  constexpr DType kCounting[] = {DType::kI16, DType::kI32, DType::kI64, DType::kU16,
                                 DType::kU32, DType::kU64, DType::kBool};
  return std::ranges::find(kCounting, dtype) == std::end(kCounting);
}

std::optional<std::uint64_t> first_number(const Metadata* metadata,
                                          std::span<const std::string_view> keys) {
  if (metadata == nullptr) return std::nullopt;
  for (const std::string_view key : keys) {
    if (const auto value = metadata->find_uint64(key)) return value;
  }
  return std::nullopt;
}

std::string text_of(const Metadata* metadata, std::string_view key) {
  const std::string* text = metadata == nullptr ? nullptr : metadata->find_string(key);
  return text == nullptr ? std::string() : *text;
}

std::uint64_t saturating_sum(std::uint64_t a, std::uint64_t b) noexcept {
  return std::min<std::uint64_t>(checked_add(a, b).value_or(INT64_MAX), INT64_MAX);
}

// Parameters that an element of a packed tensor holds: eight of four bits in an I32.
std::uint64_t parameters_per_element(const TensorView& tensor, std::uint64_t bits) noexcept {
  const bool is_packed =
      tensor.name.ends_with(".qweight") || tensor.name.ends_with(".weight_packed");
  if (!is_packed || bits == 0) return is_learned(tensor.dtype) ? 1 : 0;
  return tensor::info(tensor.dtype).block_bytes * 8 / bits;
}

void count_parameters(std::span<const TensorView> tensors, std::uint64_t bits, ModelFacts& facts) {
  std::array<std::uint64_t, tensor::kDTypeCount> by_type{};
  for (const TensorView& tensor : tensors) {
    const TensorKind kind = tensor_kind(tensor.name);
    if (kind == TensorKind::kQuantization || kind == TensorKind::kOptimizerState) continue;
    const std::uint64_t elements = checked_product(tensor.shape).value_or(INT64_MAX);
    const std::uint64_t count =
        checked_mul(elements, parameters_per_element(tensor, bits)).value_or(INT64_MAX);
    facts.parameter_count = saturating_sum(facts.parameter_count, count);
    std::uint64_t& of_type = by_type[static_cast<std::size_t>(tensor.dtype)];
    of_type = saturating_sum(of_type, count);
  }
  const auto most = std::ranges::max_element(by_type);
  if (*most > 0) {
    facts.quantization = tensor::info(static_cast<DType>(most - by_type.begin())).name;
  }
}

// Layers and width from the names and shapes alone.
void measure(std::span<const TensorView> tensors, ModelFacts& facts) {
  std::optional<std::uint64_t> last_block;
  for (const TensorView& tensor : tensors) {
    last_block = std::max(last_block, block_of(tensor.name));
    if (!facts.hidden_size && tensor.shape.size() == 2 &&
        tensor_kind(tensor.name) == TensorKind::kEmbedding) {
      facts.hidden_size = tensor.shape[1];
    }
  }
  if (last_block) facts.layer_count = *last_block + 1;
}

void read_gguf(const Metadata& metadata, ModelFacts& facts) {
  facts.architecture = text_of(&metadata, "general.architecture");
  const std::string layers = facts.architecture + ".block_count";
  const std::string width = facts.architecture + ".embedding_length";
  if (const auto value = metadata.find_uint64(layers)) facts.layer_count = value;
  if (const auto value = metadata.find_uint64(width)) facts.hidden_size = value;
  if (text_of(&metadata, "general.type") == "adapter") {
    facts.adapter = "gguf";
    facts.base_model = text_of(&metadata, "general.base_model.0.name");
  }
}

void read_config(const Metadata& config, ModelFacts& facts) {
  facts.architecture = text_of(&config, "model_type");
  if (const auto value = first_number(&config, kLayerKeys)) facts.layer_count = value;
  if (const auto value = first_number(&config, kWidthKeys)) facts.hidden_size = value;
  const std::string method = text_of(&config, "quantization_config.quant_method");
  if (method.empty()) return;
  facts.quantization = method;
  if (const auto bits = config.find_uint64("quantization_config.bits")) {
    facts.quantization.append(" ").append(std::to_string(*bits)).append(" bits");
  }
}

void read_diffusion(std::span<const TensorView> tensors, const Metadata* pipeline,
                    ModelFacts& facts) {
  const auto diffusion = diffusion_of(tensors, pipeline != nullptr);
  if (!diffusion) return;
  // A UNet's blocks are of several kinds, and no stream goes through all.
  facts.layer_count.reset();
  facts.hidden_size.reset();
  facts.architecture = diffusion->architecture;
  if (facts.architecture == "diffusion" && pipeline != nullptr) {
    const std::string said = text_of(pipeline, "_class_name");
    if (!said.empty()) facts.architecture = said;
  }
  for (const Component component : diffusion->components) {
    facts.components.emplace_back(name(component));
  }
}

}  // namespace

std::optional<std::uint64_t> block_of(std::string_view tensor_name) noexcept {
  constexpr std::size_t kMostDigits = 6;
  std::string_view before;
  while (!tensor_name.empty()) {
    const std::size_t end = std::min(tensor_name.find_first_of("./"), tensor_name.size());
    const std::string_view part = tensor_name.substr(0, end);
    const bool is_number = !part.empty() && part.size() <= kMostDigits &&
                           part.find_first_not_of("0123456789") == part.npos;
    if (is_number && std::ranges::find(kBlockWords, before) != std::end(kBlockWords)) {
      std::uint64_t value = 0;
      for (const char c : part) value = value * 10 + static_cast<std::uint64_t>(c - '0');
      return value;
    }
    before = part;
    tensor_name.remove_prefix(std::min(end + 1, tensor_name.size()));
  }
  return std::nullopt;
}

ModelFacts model_facts(std::span<const TensorView> tensors, const MetadataFiles& files) {
  constexpr std::string_view kBits[] = {"quantization_config.bits"};
  ModelFacts facts;
  count_parameters(tensors, first_number(files.config, kBits).value_or(0), facts);
  measure(tensors, facts);
  if (files.gguf != nullptr) read_gguf(*files.gguf, facts);
  if (files.gguf == nullptr && files.config != nullptr) read_config(*files.config, facts);
  if (const auto adapter = adapter_of(tensors)) {
    facts.adapter = adapter->dialect;
    facts.adapter_rank = adapter->rank;
    // An adapter has no embedding, and what it names are the base's blocks.
    facts.hidden_size.reset();
    const std::string base = text_of(files.adapter, "base_model_name_or_path");
    if (!base.empty()) facts.base_model = base;
    return facts;
  }
  read_diffusion(tensors, files.pipeline, facts);
  return facts;
}

}  // namespace hartonomous::core::facts
