// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/rope_facts.hpp"

#include <cmath>

#include "core/run/families.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::uint64_t kMaxContext = 1 << 28;

constexpr Fact kBase{"rope.freq_base",
                     {"rope_theta", "rotary_emb_base", "rope_parameters.rope_theta"}};
constexpr Fact kDimensions{"rope.dimension_count", {}};
constexpr Fact kPart{
    "", {"partial_rotary_factor", "rotary_pct", "rope_parameters.partial_rotary_factor"}};
constexpr Fact kType{"rope.scaling.type",
                     {"rope_scaling.rope_type", "rope_scaling.type", "rope_parameters.rope_type"}};
constexpr Fact kFactor{"rope.scaling.factor", {"rope_scaling.factor", "rope_parameters.factor"}};
constexpr Fact kOldFactor{"rope.scale_linear", {}};
constexpr Fact kOriginal{
    "rope.scaling.original_context_length",
    {"rope_scaling.original_max_position_embeddings",
     "rope_parameters.original_max_position_embeddings", "original_max_position_embeddings"}};
constexpr Fact kLow{"", {"rope_scaling.low_freq_factor", "rope_parameters.low_freq_factor"}};
constexpr Fact kHigh{"", {"rope_scaling.high_freq_factor", "rope_parameters.high_freq_factor"}};
constexpr Fact kBetaFast{"rope.scaling.yarn_beta_fast",
                         {"rope_scaling.beta_fast", "rope_parameters.beta_fast"}};
constexpr Fact kBetaSlow{"rope.scaling.yarn_beta_slow",
                         {"rope_scaling.beta_slow", "rope_parameters.beta_slow"}};
constexpr Fact kAttentionFactor{
    "rope.scaling.attn_factor",
    {"rope_scaling.attention_factor", "rope_parameters.attention_factor"}};
constexpr Fact kShort{"", {"rope_scaling.short_factor", "rope_parameters.short_factor"}};
constexpr Fact kLong{"", {"rope_scaling.long_factor", "rope_parameters.long_factor"}};

struct NamedScaling {
  std::string_view name;
  RopeScaling scaling;
};
// "dynamic" stretches only sequences longer than the model's own context, by what their final
// length will be; sequences here stay within the context, where it changes nothing.
constexpr NamedScaling kScalings[] = {
    {"none", RopeScaling::kNone},     {"default", RopeScaling::kNone},
    {"dynamic", RopeScaling::kNone},  {"linear", RopeScaling::kLinear},
    {"yarn", RopeScaling::kYarn},     {"llama3", RopeScaling::kLlama3},
    {"longrope", RopeScaling::kLong}, {"su", RopeScaling::kLong},
};

// A positive number, or what it is where the file is silent.
Status read_positive(const Facts& facts, const Fact& fact, double& value) {
  HARTONOMOUS_TRY(const auto stated, facts.number(fact));
  if (!stated) return Status::ok();
  if (!(*stated > 0)) return {Code::kMalformed, "model's rotary positions have a factor below 0"};
  value = *stated;
  return Status::ok();
}

Status read_dimensions(const Facts& facts, ModelDescription& out) {
  HARTONOMOUS_TRY(const auto dimensions, facts.natural(kDimensions, out.head_size));
  HARTONOMOUS_TRY(const auto part, facts.number(kPart));
  double share = part.value_or(out.family->flags.rotary_part);
  if (!(share > 0 && share <= 1)) {
    return {Code::kMalformed, "model's rotary part of a head is not between 0 and 1"};
  }
  if (out.naming == Naming::kGguf) share = 1;
  out.rope.dimensions =
      dimensions.value_or(static_cast<std::uint64_t>(static_cast<double>(out.head_size) * share));
  if (out.rope.dimensions == 0 || out.rope.dimensions % 2 != 0) {
    return {Code::kMalformed, "rotary positions of " + std::to_string(out.rope.dimensions) +
                                  " dimensions are not an even number above 0"};
  }
  return Status::ok();
}

Status check_factors(const std::vector<double>& factors, std::size_t pairs) {
  bool fits = factors.size() == pairs;
  for (const double factor : factors) fits = fits && std::isfinite(factor) && factor > 0;
  if (fits) return Status::ok();
  return {Code::kMalformed,
          "model's rotary factors are not " + std::to_string(pairs) + " positive numbers"};
}

Status read_long(const Facts& facts, ModelDescription& out) {
  Rope& rope = out.rope;
  const double stretch =
      static_cast<double>(out.context_length) / static_cast<double>(rope.original_context);
  if (rope.factor == 1) rope.factor = stretch;
  if (out.naming == Naming::kGguf) return Status::ok();  // the factors are tensors
  rope.short_factors = facts.numbers(kShort).value_or(std::vector<double>{});
  rope.long_factors = facts.numbers(kLong).value_or(std::vector<double>{});
  HARTONOMOUS_CHECK(check_factors(rope.short_factors, rope.dimensions / 2));
  return check_factors(rope.long_factors, rope.dimensions / 2);
}

}  // namespace

Status read_rope(const Facts& facts, ModelDescription& out) {
  Rope& rope = out.rope;
  rope.kind = out.naming == Naming::kGguf ? out.family->gguf_rope : out.family->hugging_face_rope;
  if (rope.kind == RopeKind::kNone) return Status::ok();
  rope.steps_in_floats = out.naming == Naming::kGguf;
  HARTONOMOUS_CHECK(read_dimensions(facts, out));
  HARTONOMOUS_CHECK(read_positive(facts, kBase, rope.base));
  HARTONOMOUS_TRY(const auto original, facts.natural(kOriginal, kMaxContext));
  rope.original_context = original.value_or(0);
  if (rope.original_context == 0) rope.original_context = out.context_length;
  HARTONOMOUS_TRY(const auto old_factor, facts.number(kOldFactor));
  HARTONOMOUS_CHECK(read_positive(facts, kAttentionFactor, rope.attention_factor));
  const std::string* type = facts.text(kType);
  if (type == nullptr && !old_factor) return Status::ok();
  const std::string name = type == nullptr ? "linear" : *type;
  const NamedScaling* known = nullptr;
  for (const NamedScaling& scaling : kScalings) {
    if (scaling.name == name) known = &scaling;
  }
  if (known == nullptr) {
    return {Code::kUnsupported, "rotary scaling " + quoted(name) + " is not supported"};
  }
  rope.scaling = known->scaling;
  if (rope.scaling == RopeScaling::kNone) return Status::ok();
  if (old_factor && *old_factor > 0) rope.factor = *old_factor;
  HARTONOMOUS_TRY(const auto factor, facts.number(kFactor));
  if (factor && *factor > 0) rope.factor = *factor;
  HARTONOMOUS_CHECK(read_positive(facts, kLow, rope.low_frequency));
  HARTONOMOUS_CHECK(read_positive(facts, kHigh, rope.high_frequency));
  HARTONOMOUS_CHECK(read_positive(facts, kBetaFast, rope.beta_fast));
  HARTONOMOUS_CHECK(read_positive(facts, kBetaSlow, rope.beta_slow));
  if (rope.scaling == RopeScaling::kLong) return read_long(facts, out);
  const double stretched = static_cast<double>(rope.original_context) * rope.factor;
  if (rope.scaling == RopeScaling::kYarn && out.naming == Naming::kGguf &&
      rope.attention_factor > 0 && rope.factor > 1) {
    rope.attention_factor *= 0.1 * std::log(rope.factor) + 1;  // here it multiplies the rule's own
  }
  if (rope.scaling == RopeScaling::kYarn && stretched < static_cast<double>(kMaxContext)) {
    out.context_length = std::max(out.context_length, static_cast<std::size_t>(stretched));
  }
  return Status::ok();
}

}  // namespace hartonomous::core::run
