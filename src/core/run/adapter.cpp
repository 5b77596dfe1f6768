// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/adapter.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace hartonomous::core::run {

namespace {

bool is_true(const format::Metadata& config, std::string_view key) {
  const auto* value = config.find(key);
  const auto* flag = value == nullptr ? nullptr : std::get_if<bool>(value);
  return flag != nullptr && *flag;
}

Status unsupported(const std::string& what) {
  return Status(Code::kUnsupported, "adapter with " + what + " is not supported");
}

Result<double> positive(const format::Metadata& config, std::string_view key) {
  const auto natural = config.find_uint64(key);
  const auto value =
      natural ? std::optional(static_cast<double>(*natural)) : config.find_double(key);
  if (!value || !std::isfinite(*value) || *value <= 0) {
    return Status(Code::kMalformed, "adapter_config.json states no positive " + std::string(key));
  }
  return *value;
}

// Settings that change more than matrices by products of two factors.
Status check_plain(const format::Metadata& config) {
  for (const std::string_view flag : {"use_dora", "fan_in_fan_out"}) {
    if (is_true(config, flag)) return unsupported(std::string(flag));
  }
  if (const std::string* bias = config.find_string("bias"); bias != nullptr && *bias != "none") {
    return unsupported("bias " + quoted(*bias));
  }
  for (const auto& entry : config.entries()) {
    for (const std::string_view by : {"rank_pattern.", "alpha_pattern.", "modules_to_save"}) {
      if (std::string_view(entry.key).starts_with(by)) return unsupported(quoted(entry.key));
    }
  }
  return Status::ok();
}

}  // namespace

Result<double> adapter_scale(const format::Metadata& config) {
  const std::string* kind = config.find_string("peft_type");
  if (kind == nullptr) return Status(Code::kMalformed, "adapter_config.json states no peft_type");
  if (*kind != "LORA") return unsupported("peft_type " + quoted(*kind));
  HARTONOMOUS_CHECK(check_plain(config));
  HARTONOMOUS_TRY(const double rank, positive(config, "r"));
  HARTONOMOUS_TRY(const double alpha, positive(config, "lora_alpha"));
  return alpha / (is_true(config, "use_rslora") ? std::sqrt(rank) : rank);
}

Result<std::optional<double>> gguf_adapter_alpha(const format::Metadata& metadata) {
  const std::string* type = metadata.find_string("general.type");
  if (type == nullptr || *type != "adapter") {
    return Status(Code::kMalformed, "GGUF file is no adapter")
        .with_detail("Its general.type is " + (type == nullptr ? "not stated" : quoted(*type)) +
                     ".");
  }
  const std::string* kind = metadata.find_string("adapter.type");
  if (kind == nullptr || *kind != "lora") {
    return unsupported("adapter.type " + (kind == nullptr ? "unstated" : quoted(*kind)));
  }
  if (metadata.find("adapter.alora.invocation_tokens") != nullptr) {
    return unsupported("invocation tokens");
  }
  const auto alpha = metadata.find_double("adapter.lora.alpha");
  if (!alpha || *alpha == 0) return std::optional<double>();
  if (!std::isfinite(*alpha)) return Status(Code::kMalformed, "adapter.lora.alpha is not finite");
  return std::optional(*alpha);
}

std::optional<AdapterTensor> adapter_tensor(std::string_view name) {
  constexpr std::string_view kPrefix = "base_model.model.";
  struct Suffix {
    std::string_view text;
    Factor factor;
  };
  constexpr std::array<Suffix, 4> kSuffixes{{{".lora_A.weight", Factor::kA},
                                             {".lora_B.weight", Factor::kB},
                                             {".lora_A.default.weight", Factor::kA},
                                             {".lora_B.default.weight", Factor::kB}}};
  for (const Suffix& suffix : kSuffixes) {
    if (!name.ends_with(suffix.text)) continue;
    name.remove_suffix(suffix.text.size());
    if (name.starts_with(kPrefix)) name.remove_prefix(kPrefix.size());
    return AdapterTensor{std::string(name) + ".weight", suffix.factor};
  }
  for (const auto& [suffix, factor] :
       {Suffix{".lora_a", Factor::kA}, Suffix{".lora_b", Factor::kB}}) {
    if (!name.ends_with(suffix)) continue;
    name.remove_suffix(suffix.size());
    return AdapterTensor{std::string(name), factor};
  }
  return std::nullopt;
}

}  // namespace hartonomous::core::run
