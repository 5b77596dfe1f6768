// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "llama_family_models.hpp"

#include <cmath>

#include "llama_twins.hpp"

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

Llama settings(const LlamaShape& shape) {
  Llama model;
  model.hidden = kLlamaHidden;
  model.layers = kLlamaLayers;
  model.heads = shape.heads;
  model.key_heads = shape.key_heads;
  model.head_size = shape.head_size;
  model.epsilon = 1e-5;
  model.frequencies = frequencies(shape.head_size, 10000);
  return model;
}

// The members of config.json that every model has, and then `more`.
std::string config(const std::string& type, const LlamaShape& shape, const std::string& more) {
  const auto number = [](std::size_t n) { return std::to_string(n); };
  return "{\"model_type\":\"" + type + "\",\"hidden_size\":" + number(kLlamaHidden) +
         ",\"num_hidden_layers\":" + number(kLlamaLayers) +
         ",\"num_attention_heads\":" + number(shape.heads) +
         ",\"num_key_value_heads\":" + number(shape.key_heads) +
         ",\"head_dim\":" + number(shape.head_size) +
         ",\"intermediate_size\":" + number(kLlamaFeedForward) +
         ",\"vocab_size\":" + number(kVocabulary) +
         ",\"max_position_embeddings\":256,\"rms_norm_eps\":1e-5,\"rope_theta\":10000.0" + more +
         "}";
}

class Builder {
 public:
  Builder(const Llama& model, const LlamaShape& shape, std::uint64_t seed)
      : model_(model), shape_(shape), dice_(seed) {}

  Tables build() {
    fill(tables_, dice_, "model.embed_tokens.weight", {kVocabulary, kLlamaHidden}, 0, 1);
    for (std::size_t l = 0; l < kLlamaLayers; ++l) layer(numbered("model.layers.", l));
    norm("model.norm", kLlamaHidden);
    if (!model_.ties) matrix("lm_head", kVocabulary, kLlamaHidden, 2);
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
    matrix(name + gate, size, kLlamaHidden);
    matrix(name + up, size, kLlamaHidden);
    matrix(name + down, kLlamaHidden, size, 2);
  }
  void attention(const std::string& at) {
    const std::size_t queries = shape_.heads * shape_.head_size;
    const std::size_t keys = shape_.key_heads * shape_.head_size;
    if (model_.is_fused) {
      matrix(at + "qkv_proj", queries + 2 * keys, kLlamaHidden, 1.5);
    } else {
      matrix(at + "q_proj", queries, kLlamaHidden, 1.5);
      matrix(at + "k_proj", keys, kLlamaHidden, 1.5);
      matrix(at + "v_proj", keys, kLlamaHidden);
      bias(at + "q_proj", queries);
      bias(at + "k_proj", keys);
      bias(at + "v_proj", keys);
    }
    if (model_.norms_queries) {
      norm(at + "q_norm", shape_.head_size);
      norm(at + "k_norm", shape_.head_size);
    }
    matrix(at + "o_proj", kLlamaHidden, queries);
  }
  void layer(const std::string& at) {
    norm(at + "input_layernorm", kLlamaHidden);
    attention(at + "self_attn.");
    norm(at + "post_attention_layernorm", kLlamaHidden);
    if (model_.has_post_norms) {
      norm(at + "pre_feedforward_layernorm", kLlamaHidden);
      norm(at + "post_feedforward_layernorm", kLlamaHidden);
    }
    if (model_.experts > 0) return experts(at + (model_.is_mixtral ? "block_sparse_moe." : "mlp."));
    if (model_.is_fused) {
      matrix(at + "mlp.gate_up_proj", 2 * kLlamaFeedForward, kLlamaHidden);
      matrix(at + "mlp.down_proj", kLlamaHidden, kLlamaFeedForward);
    } else {
      block(at + "mlp.", kLlamaFeedForward, "gate_proj", "up_proj", "down_proj");
    }
  }
  void experts(const std::string& at) {
    matrix(at + "gate", model_.experts, kLlamaHidden, 2);
    for (std::size_t e = 0; e < model_.experts; ++e) {
      const std::string name = at + numbered("experts.", e);
      if (model_.is_mixtral) {
        block(name, kLlamaFeedForward, "w1", "w3", "w2");
      } else {
        block(name, shape_.expert_size, "gate_proj", "up_proj", "down_proj");
      }
    }
    if (!model_.has_shared_expert) return;
    block(at + "shared_expert.", shape_.shared_size, "gate_proj", "up_proj", "down_proj");
    matrix(at + "shared_expert_gate", 1, kLlamaHidden);
  }

  const Llama& model_;
  const LlamaShape& shape_;
  Dice dice_;
  Tables tables_;
};

std::uint64_t seed_of(const std::string& name) {
  std::uint64_t seed = 0;
  for (const char c : name) seed = seed * 131 + static_cast<unsigned char>(c);
  return seed;
}

FamilyModel made(const std::string& name, const std::string& type, const LlamaShape& shape,
                 const Llama& model, const std::string& more) {
  Tables tables = Builder(model, shape, seed_of(name)).build();
  const Oracle oracle = [model](const Tables& weights, const Tokens& tokens) {
    return reference::run(model, weights, tokens);
  };
  return {name, config(type, shape, more), std::move(tables), oracle, std::nullopt};
}

FamilyModel llama() {
  const LlamaShape shape;
  const Llama model = settings(shape);
  FamilyModel out = made("llama", "llama", shape, model, "");
  add_twin(out, {"llama", true}, shape, model);
  return out;
}

FamilyModel mistral() {
  const LlamaShape shape;
  Llama model = settings(shape);
  model.window = [](std::size_t) { return 7; };
  return made("mistral with a window", "mistral", shape, model, ",\"sliding_window\":7");
}

FamilyModel mixtral() {
  const LlamaShape shape;
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
  LlamaShape shape;
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
  LlamaShape shape;
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
  LlamaShape shape;
  shape.head_size = 12;
  Llama model = settings(shape);
  model.norms_queries = true;
  FamilyModel out = made("qwen3", "qwen3", shape, model, "");
  add_twin(out, {"qwen3", false}, shape, model);
  return out;
}

FamilyModel qwen3_moe() {
  LlamaShape shape;
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
  const LlamaShape shape;
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
  LlamaShape shape;
  shape.head_size = 16;
  shape.key_heads = 1;
  Llama model = settings(shape);
  model.norm_offset = 1;
  model.embedding_scale = std::sqrt(static_cast<double>(kLlamaHidden));
  model.activation = reference::gelu_tanh;
  model.ties = true;
  FamilyModel out = made("gemma", "gemma", shape, model, ",\"hidden_act\":\"gelu\"");
  add_twin(out, {"gemma", false, 1}, shape, model);
  return out;
}

FamilyModel gemma2() {
  LlamaShape shape;
  shape.head_size = 16;
  Llama model = settings(shape);
  model.norm_offset = 1;
  model.embedding_scale = std::sqrt(static_cast<double>(kLlamaHidden));
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
  const LlamaShape shape;
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
  LlamaShape shape;
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
