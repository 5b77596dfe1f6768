// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "llama_family_models.hpp"

#include <cmath>

namespace hartonomous::test {

using reference::Llama;
using reference::numbered;
using reference::Vector;

void fill(Tables& tables, Dice& dice, const std::string& name, std::vector<std::uint64_t> shape,
          double centre, double spread) {
  std::size_t count = 1;
  for (const std::uint64_t size : shape) count *= size;
  Table& table = tables[name];
  table.shape = std::move(shape);
  for (std::size_t i = 0; i < count; ++i) {
    table.values.push_back(static_cast<float>(centre + spread * dice.roll()));
  }
}

void fill_matrix(Tables& tables, Dice& dice, const std::string& name, std::size_t outputs,
                 std::size_t inputs, double gain) {
  fill(tables, dice, name + ".weight", {outputs, inputs}, 0,
       gain * std::sqrt(3 / static_cast<double>(inputs)));
}

Vector frequencies(std::size_t dimensions, double base) {
  Vector out;
  for (std::size_t i = 0; i < dimensions; i += 2) {
    out.push_back(1 / std::pow(base, static_cast<double>(i) / static_cast<double>(dimensions)));
  }
  return out;
}

namespace {

constexpr std::size_t kHidden = 32, kLayers = 3, kFeedForward = 48;

struct Shape {
  std::size_t head_size = 8, heads = 4, key_heads = 2;
  bool qkv_bias = false;
  std::size_t expert_size = 24, shared_size = 40;
};

Llama settings(const Shape& shape) {
  Llama model;
  model.hidden = kHidden;
  model.layers = kLayers;
  model.heads = shape.heads;
  model.key_heads = shape.key_heads;
  model.head_size = shape.head_size;
  model.epsilon = 1e-5;
  model.frequencies = frequencies(shape.head_size, 10000);
  return model;
}

// The members of config.json that every model has, and then `more`.
std::string config(const std::string& type, const Shape& shape, const std::string& more) {
  const auto number = [](std::size_t n) { return std::to_string(n); };
  return "{\"model_type\":\"" + type + "\",\"hidden_size\":" + number(kHidden) +
         ",\"num_hidden_layers\":" + number(kLayers) +
         ",\"num_attention_heads\":" + number(shape.heads) +
         ",\"num_key_value_heads\":" + number(shape.key_heads) +
         ",\"head_dim\":" + number(shape.head_size) +
         ",\"intermediate_size\":" + number(kFeedForward) +
         ",\"vocab_size\":" + number(kVocabulary) +
         ",\"max_position_embeddings\":256,\"rms_norm_eps\":1e-5,\"rope_theta\":10000.0" + more +
         "}";
}

class Builder {
 public:
  Builder(const Llama& model, const Shape& shape, std::uint64_t seed)
      : model_(model), shape_(shape), dice_(seed) {}

  Tables build() {
    fill(tables_, dice_, "model.embed_tokens.weight", {kVocabulary, kHidden}, 0, 1);
    for (std::size_t l = 0; l < kLayers; ++l) layer(numbered("model.layers.", l));
    norm("model.norm", kHidden);
    if (!model_.ties) matrix("lm_head", kVocabulary, kHidden, 2);
    return std::move(tables_);
  }

 private:
  void matrix(const std::string& name, std::size_t outputs, std::size_t inputs, double gain = 1) {
    fill_matrix(tables_, dice_, name, outputs, inputs, gain);
  }
  void norm(const std::string& name, std::size_t size) {
    fill(tables_, dice_, name + ".weight", {size}, 1 - model_.norm_offset, 0.3);
  }
  void bias(const std::string& name, std::size_t size) {
    if (shape_.qkv_bias) fill(tables_, dice_, name + ".bias", {size}, 0, 0.5);
  }
  void block(const std::string& name, std::size_t size, const std::string& gate,
             const std::string& up, const std::string& down) {
    matrix(name + gate, size, kHidden);
    matrix(name + up, size, kHidden);
    matrix(name + down, kHidden, size, 2);
  }
  void attention(const std::string& at) {
    const std::size_t queries = shape_.heads * shape_.head_size;
    const std::size_t keys = shape_.key_heads * shape_.head_size;
    if (model_.is_fused) {
      matrix(at + "qkv_proj", queries + 2 * keys, kHidden, 1.5);
    } else {
      matrix(at + "q_proj", queries, kHidden, 1.5);
      matrix(at + "k_proj", keys, kHidden, 1.5);
      matrix(at + "v_proj", keys, kHidden);
      bias(at + "q_proj", queries);
      bias(at + "k_proj", keys);
      bias(at + "v_proj", keys);
    }
    if (model_.norms_queries) {
      norm(at + "q_norm", shape_.head_size);
      norm(at + "k_norm", shape_.head_size);
    }
    matrix(at + "o_proj", kHidden, queries);
  }
  void layer(const std::string& at) {
    norm(at + "input_layernorm", kHidden);
    attention(at + "self_attn.");
    norm(at + "post_attention_layernorm", kHidden);
    if (model_.has_post_norms) {
      norm(at + "pre_feedforward_layernorm", kHidden);
      norm(at + "post_feedforward_layernorm", kHidden);
    }
    if (model_.experts > 0) return experts(at + (model_.is_mixtral ? "block_sparse_moe." : "mlp."));
    if (model_.is_fused) {
      matrix(at + "mlp.gate_up_proj", 2 * kFeedForward, kHidden);
      matrix(at + "mlp.down_proj", kHidden, kFeedForward);
    } else {
      block(at + "mlp.", kFeedForward, "gate_proj", "up_proj", "down_proj");
    }
  }
  void experts(const std::string& at) {
    matrix(at + "gate", model_.experts, kHidden, 2);
    for (std::size_t e = 0; e < model_.experts; ++e) {
      const std::string name = at + numbered("experts.", e);
      if (model_.is_mixtral) {
        block(name, kFeedForward, "w1", "w3", "w2");
      } else {
        block(name, shape_.expert_size, "gate_proj", "up_proj", "down_proj");
      }
    }
    if (!model_.has_shared_expert) return;
    block(at + "shared_expert.", shape_.shared_size, "gate_proj", "up_proj", "down_proj");
    matrix(at + "shared_expert_gate", 1, kHidden);
  }

  const Llama& model_;
  const Shape& shape_;
  Dice dice_;
  Tables tables_;
};

std::uint64_t seed_of(const std::string& name) {
  std::uint64_t seed = 0;
  for (const char c : name) seed = seed * 131 + static_cast<unsigned char>(c);
  return seed;
}

FamilyModel made(const std::string& name, const std::string& type, const Shape& shape,
                 const Llama& model, const std::string& more) {
  Tables tables = Builder(model, shape, seed_of(name)).build();
  const Oracle oracle = [model](const Tables& weights, const Tokens& tokens) {
    return reference::run(model, weights, tokens);
  };
  return {name, config(type, shape, more), std::move(tables), oracle, std::nullopt};
}

using core::format::Metadata;

struct Twin {
  std::string architecture;
  bool permutes = false;
  double norm_offset = 0;
};

// The keys that every GGUF file of these families has.
Metadata metadata(const Twin& twin, const Shape& shape) {
  Metadata out;
  out.append("general.architecture", twin.architecture);
  const auto add = [&](const std::string& key, core::format::MetadataValue value) {
    out.append(twin.architecture + "." + key, std::move(value));
  };
  add("block_count", std::uint64_t{kLayers});
  add("embedding_length", std::uint64_t{kHidden});
  add("context_length", std::uint64_t{256});
  add("feed_forward_length", std::uint64_t{kFeedForward});
  add("attention.head_count", std::uint64_t{shape.heads});
  add("attention.head_count_kv", std::uint64_t{shape.key_heads});
  add("attention.key_length", std::uint64_t{shape.head_size});
  add("attention.value_length", std::uint64_t{shape.head_size});
  add("rope.dimension_count", std::uint64_t{shape.head_size});
  add("attention.layer_norm_rms_epsilon", 1e-5F);
  return out;
}

// Rows of each head so ordered that those which turned together as halves are neighbours.
Table permuted(const Table& table, std::size_t head_size) {
  Table out = table;
  const std::size_t row = table.values.size() / table.shape[0], half = head_size / 2;
  for (std::size_t r = 0; r < table.shape[0]; ++r) {
    const std::size_t within = r % head_size;
    const std::size_t to = r - within + within % half * 2 + within / half;
    for (std::size_t c = 0; c < row; ++c) out.values[to * row + c] = table.values[r * row + c];
  }
  return out;
}

struct Renamed {
  const char *from, *to;
};
constexpr Renamed kNames[] = {
    {"input_layernorm", "attn_norm"},
    {"self_attn.q_proj", "attn_q"},
    {"self_attn.k_proj", "attn_k"},
    {"self_attn.v_proj", "attn_v"},
    {"self_attn.qkv_proj", "attn_qkv"},
    {"self_attn.o_proj", "attn_output"},
    {"self_attn.q_norm", "attn_q_norm"},
    {"self_attn.k_norm", "attn_k_norm"},
    {"post_attention_layernorm", "ffn_norm"},
    {"mlp.gate_up_proj", "ffn_up"},
    {"mlp.gate_proj", "ffn_gate"},
    {"mlp.up_proj", "ffn_up"},
    {"mlp.down_proj", "ffn_down"},
    {"mlp.gate", "ffn_gate_inp"},
    {"block_sparse_moe.gate", "ffn_gate_inp"},
    {"mlp.shared_expert_gate", "ffn_gate_inp_shexp"},
    {"mlp.shared_expert.gate_proj", "ffn_gate_shexp"},
    {"mlp.shared_expert.up_proj", "ffn_up_shexp"},
    {"mlp.shared_expert.down_proj", "ffn_down_shexp"},
};
constexpr Renamed kGemma2Names[] = {
    {"post_attention_layernorm", "post_attention_norm"},
    {"pre_feedforward_layernorm", "ffn_norm"},
    {"post_feedforward_layernorm", "post_ffw_norm"},
};
constexpr Renamed kExperts[] = {{"gate_proj", "ffn_gate_exps"}, {"w1", "ffn_gate_exps"},
                                {"up_proj", "ffn_up_exps"},     {"w3", "ffn_up_exps"},
                                {"down_proj", "ffn_down_exps"}, {"w2", "ffn_down_exps"}};

std::string renamed(const std::string& stem, bool has_post_norms) {
  if (stem == "model.embed_tokens") return "token_embd";
  if (stem == "model.norm") return "output_norm";
  if (stem == "lm_head") return "output";
  const std::size_t number = std::string("model.layers.").size(), dot = stem.find('.', number);
  const std::string layer = "blk." + stem.substr(number, dot - number) + ".";
  const std::string part = stem.substr(dot + 1);
  if (has_post_norms) {
    for (const Renamed& name : kGemma2Names) {
      if (part == name.from) return layer + name.to;
    }
  }
  for (const Renamed& name : kNames) {
    if (part == name.from) return layer + name.to;
  }
  const std::size_t last = part.rfind('.');
  for (const Renamed& name : kExperts) {
    if (last != std::string::npos && part.substr(last + 1) == name.from) return layer + name.to;
  }
  return {};
}

Tables converted(const Tables& tables, const Twin& twin, const Llama& model) {
  Tables out;
  std::vector<std::pair<std::string, std::string>> stacked;  // GGUF name, name here
  for (const auto& [name, table] : tables) {
    const std::size_t dot = name.rfind('.');
    const std::string stem = name.substr(0, dot),
                      to = renamed(stem, model.has_post_norms) + name.substr(dot);
    if (stem.find(".experts.") != std::string::npos) {
      stacked.emplace_back(to, name);
      continue;
    }
    const bool turns = stem.ends_with("q_proj") || stem.ends_with("k_proj");
    out[to] = turns && twin.permutes ? permuted(table, model.head_size) : table;
    if (stem.ends_with("norm")) {
      for (float& w : out[to].values) w += static_cast<float>(twin.norm_offset);
    }
  }
  for (const auto& [to, name] : stacked) {  // in order of experts: they are below ten
    Table& all = out[to];
    const Table& one = tables.at(name);
    if (all.shape.empty()) all.shape = {0, one.shape[0], one.shape[1]};
    ++all.shape[0];
    all.values.insert(all.values.end(), one.values.begin(), one.values.end());
  }
  return out;
}

// Adds the twin with `more` keys, which the architecture's name is put before.
void add_twin(FamilyModel& to, const Twin& twin, const Shape& shape, const Llama& model,
              const std::vector<std::pair<std::string, core::format::MetadataValue>>& more = {}) {
  GgufTwin made{metadata(twin, shape), converted(to.tables, twin, model), to.oracle};
  for (const auto& [key, value] : more) made.metadata.append(twin.architecture + "." + key, value);
  to.twin = std::move(made);
}

FamilyModel llama() {
  const Shape shape;
  const Llama model = settings(shape);
  FamilyModel out = made("llama", "llama", shape, model, "");
  add_twin(out, {"llama", true}, shape, model);
  return out;
}

FamilyModel mistral() {
  const Shape shape;
  Llama model = settings(shape);
  model.window = [](std::size_t) { return 7; };
  return made("mistral with a window", "mistral", shape, model, ",\"sliding_window\":7");
}

FamilyModel mixtral() {
  const Shape shape;
  Llama model = settings(shape);
  model.experts = 4;
  model.used = 2;
  model.is_mixtral = true;
  FamilyModel out = made("mixtral", "mixtral", shape, model,
                         ",\"num_local_experts\":4,\"num_experts_per_tok\":2,"
                         "\"sliding_window\":null");
  add_twin(out, {"llama", true}, shape, model,
           {{"expert_count", std::uint64_t{4}}, {"expert_used_count", std::uint64_t{2}}});
  return out;
}

FamilyModel qwen2() {
  Shape shape;
  shape.qkv_bias = true;
  Llama model = settings(shape);
  model.ties = true;
  FamilyModel out = made("qwen2", "qwen2", shape, model,
                         ",\"tie_word_embeddings\":true,\"use_sliding_window\":false,"
                         "\"sliding_window\":4,\"max_window_layers\":1");
  add_twin(out, {"qwen2", false}, shape, model);
  return out;
}

FamilyModel qwen2_moe() {
  Shape shape;
  shape.qkv_bias = true;
  Llama model = settings(shape);
  model.experts = 5;
  model.used = 3;
  model.normalizes_experts = false;
  model.has_shared_expert = true;
  FamilyModel out = made("qwen2_moe", "qwen2_moe", shape, model,
                         ",\"num_experts\":5,\"num_experts_per_tok\":3,\"norm_topk_prob\":false,"
                         "\"moe_intermediate_size\":24,\"shared_expert_intermediate_size\":40");
  add_twin(out, {"qwen2moe", false}, shape, model,
           {{"expert_count", std::uint64_t{5}},
            {"expert_used_count", std::uint64_t{3}},
            {"expert_feed_forward_length", std::uint64_t{24}},
            {"expert_shared_feed_forward_length", std::uint64_t{40}}});
  return out;
}

FamilyModel qwen3() {
  Shape shape;
  shape.head_size = 12;
  Llama model = settings(shape);
  model.norms_queries = true;
  FamilyModel out = made("qwen3", "qwen3", shape, model, "");
  add_twin(out, {"qwen3", false}, shape, model);
  return out;
}

FamilyModel qwen3_moe() {
  Shape shape;
  shape.head_size = 12;
  Llama model = settings(shape);
  model.norms_queries = true;
  model.experts = 6;
  model.used = 2;
  FamilyModel out = made("qwen3_moe", "qwen3_moe", shape, model,
                         ",\"num_experts\":6,\"num_experts_per_tok\":2,\"norm_topk_prob\":true,"
                         "\"moe_intermediate_size\":24");
  add_twin(out, {"qwen3moe", false}, shape, model,
           {{"expert_count", std::uint64_t{6}},
            {"expert_used_count", std::uint64_t{2}},
            {"expert_feed_forward_length", std::uint64_t{24}}});
  return out;
}

FamilyModel granite() {
  const Shape shape;
  Llama model = settings(shape);
  model.embedding_scale = 3;
  model.residual_scale = 0.5;
  model.logit_scale = 1 / 4.0;
  model.scale = 0.25;
  FamilyModel out = made("granite", "granite", shape, model,
                         ",\"embedding_multiplier\":3.0,\"residual_multiplier\":0.5,"
                         "\"logits_scaling\":4.0,\"attention_multiplier\":0.25,"
                         "\"tie_word_embeddings\":false");
  add_twin(out, {"granite", true}, shape, model,
           {{"embedding_scale", 3.0F},
            {"residual_scale", 0.5F},
            {"logit_scale", 4.0F},
            {"attention.scale", 0.25F}});
  return out;
}

FamilyModel gemma() {
  Shape shape;
  shape.head_size = 16;
  shape.key_heads = 1;
  Llama model = settings(shape);
  model.norm_offset = 1;
  model.embedding_scale = std::sqrt(static_cast<double>(kHidden));
  model.activation = reference::gelu_tanh;
  model.ties = true;
  FamilyModel out = made("gemma", "gemma", shape, model, ",\"hidden_act\":\"gelu\"");
  add_twin(out, {"gemma", false, 1}, shape, model);
  return out;
}

FamilyModel gemma2() {
  Shape shape;
  shape.head_size = 16;
  Llama model = settings(shape);
  model.norm_offset = 1;
  model.embedding_scale = std::sqrt(static_cast<double>(kHidden));
  model.activation = reference::gelu_tanh;
  model.ties = true;
  model.has_post_norms = true;
  model.attention_cap = 5;
  model.logit_cap = 3;
  model.scale = 1 / std::sqrt(24.0);
  model.window = [](std::size_t layer) { return layer % 2 == 0 ? 6 : 0; };
  FamilyModel out =
      made("gemma2", "gemma2", shape, model,
           ",\"hidden_activation\":\"gelu_pytorch_tanh\",\"attn_logit_softcapping\":5.0,"
           "\"final_logit_softcapping\":3.0,\"query_pre_attn_scalar\":24,\"sliding_window\":6");
  // GGUF does not carry the scalar.
  Llama plain = model;
  plain.scale = 0.25;
  add_twin(out, {"gemma2", false, 1}, shape, model,
           {{"attn_logit_softcapping", 5.0F},
            {"final_logit_softcapping", 3.0F},
            {"attention.sliding_window", std::uint64_t{6}}});
  out.twin->oracle = [plain](const Tables& tables, const Tokens& tokens) {
    return reference::run(plain, tables, tokens);
  };
  return out;
}

FamilyModel phi3() {
  const Shape shape;
  Llama model = settings(shape);
  model.is_fused = true;
  FamilyModel out = made("phi3", "phi3", shape, model, "");
  add_twin(out, {"phi3", false}, shape, model);
  return out;
}

// Llama with each scaling of its rotary positions.
FamilyModel scaled(const std::string& name, const std::string& scaling,
                   const std::function<double(double frequency, std::size_t pair)>& frequency,
                   double magnitude) {
  Shape shape;
  shape.head_size = 16;
  Llama model = settings(shape);
  for (std::size_t i = 0; i < model.frequencies.size(); ++i) {
    model.frequencies[i] = frequency(model.frequencies[i], i);
  }
  model.magnitude = magnitude;
  return made(name, "llama", shape, model, ",\"rope_scaling\":" + scaling);
}

FamilyModel linear_scaling() {
  return scaled(
      "llama, linear scaling", R"({"type":"linear","factor":4.0})",
      [](double f, std::size_t) { return f / 4; }, 1);
}

FamilyModel llama3_scaling() {
  // Wavelengths below 64 / 4 are kept, above 64 divided, between interpolated.
  const auto frequency = [](double f, std::size_t) {
    const double wavelength = 2 * M_PI / f;
    if (wavelength < 16) return f;
    if (wavelength > 64) return f / 8;
    const double smooth = (64 / wavelength - 1) / 3;
    return (1 - smooth) * f / 8 + smooth * f;
  };
  return scaled("llama, llama3 scaling",
                R"({"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,)"
                R"("high_freq_factor":4.0,"original_max_position_embeddings":64})",
                frequency, 1);
}

FamilyModel yarn_scaling() {
  // Pairs that make 32 turns in 2048 positions are kept, those of one turn divided by 4.
  const auto pair = [](double turns) {
    return 16 * std::log(2048 / (turns * 2 * M_PI)) / (2 * std::log(10000.0));
  };
  const double low = std::floor(pair(32)), high = std::ceil(pair(1));
  const auto frequency = [low, high](double f, std::size_t i) {
    const double x = (static_cast<double>(i) - low) / (high - low);
    const double interpolated = x < 0 ? 0 : (x > 1 ? 1 : x);
    return f / 4 * interpolated + f * (1 - interpolated);
  };
  return scaled("llama, yarn scaling",
                R"({"rope_type":"yarn","factor":4.0,"original_max_position_embeddings":2048})",
                frequency, 0.1 * std::log(4.0) + 1);
}

}  // namespace

std::vector<FamilyModel> llama_family_models() {
  std::vector<FamilyModel> models;
  for (FamilyModel (*make)() :
       {llama, mistral, mixtral, qwen2, qwen2_moe, qwen3, qwen3_moe, granite, gemma, gemma2, phi3,
        linear_scaling, llama3_scaling, yarn_scaling}) {
    models.push_back(make());
  }
  return models;
}

}  // namespace hartonomous::test
