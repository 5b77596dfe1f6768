// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Llama and what grew out of it: Mistral, Mixtral, Qwen 2 and 3, Gemma 1 and 2, Phi-3, Granite.
#include <cmath>

#include "reference.hpp"

namespace hartonomous::test::reference {

namespace {

struct Pass {
  const Llama& model;
  const Tables& tables;

  Vector norm(const std::string& name, const Vector& x) const {
    Vector weight = row(tables, name, 0);
    for (double& w : weight) w += model.norm_offset;
    return rms_norm(weight, x, model.epsilon);
  }

  // A position's queries, keys and values, before they are turned.
  struct Heads {
    Vector queries, keys, values;
  };
  Heads project(const std::string& layer, const Vector& x) const {
    const std::size_t queries = model.heads * model.head_size;
    const std::size_t keys = model.key_heads * model.head_size;
    if (model.is_fused) {
      const Vector all = linear(tables, layer + "self_attn.qkv_proj", x);
      return {part(all, 0, queries), part(all, queries, keys), part(all, queries + keys, keys)};
    }
    return {linear(tables, layer + "self_attn.q_proj", x),
            linear(tables, layer + "self_attn.k_proj", x),
            linear(tables, layer + "self_attn.v_proj", x)};
  }

  Vector placed(const std::string& norm_name, const Vector& head, std::size_t position) const {
    const Vector x =
        model.norms_queries ? rms_norm(row(tables, norm_name, 0), head, model.epsilon) : head;
    return rotated(x, position, model.frequencies, model.magnitude);
  }

  Rows attention(std::size_t number, const std::string& layer, const Rows& states) const {
    const std::size_t size = model.head_size, group = model.heads / model.key_heads;
    const double scale = model.scale > 0 ? model.scale : 1 / std::sqrt(static_cast<double>(size));
    std::vector<Rows> keys(model.key_heads), values(model.key_heads);
    Rows out;
    for (std::size_t p = 0; p < states.size(); ++p) {
      const Heads heads = project(layer, norm(layer + "input_layernorm", states[p]));
      for (std::size_t h = 0; h < model.key_heads; ++h) {
        keys[h].push_back(placed(layer + "self_attn.k_norm", part(heads.keys, h * size, size), p));
        values[h].push_back(part(heads.values, h * size, size));
      }
      const std::size_t window = model.window ? model.window(number) : 0;
      const std::size_t from = window > 0 && p + 1 > window ? p + 1 - window : 0;
      Vector joined;
      for (std::size_t h = 0; h < model.heads; ++h) {
        const Vector query =
            placed(layer + "self_attn.q_norm", part(heads.queries, h * size, size), p);
        const Vector answer = attend({scale, model.attention_cap}, query, keys[h / group],
                                     values[h / group], from, p + 1);
        joined.insert(joined.end(), answer.begin(), answer.end());
      }
      out.push_back(linear(tables, layer + "self_attn.o_proj", joined));
    }
    return out;
  }

  Vector gated(const Vector& gate, const Vector& up) const {
    Vector inner;
    for (std::size_t i = 0; i < up.size(); ++i) inner.push_back(model.activation(gate[i]) * up[i]);
    return inner;
  }
  Vector gated_block(const std::string& name, const Vector& x, const char* gate, const char* up,
                     const char* down) const {
    return linear(tables, name + down,
                  gated(linear(tables, name + gate, x), linear(tables, name + up, x)));
  }

  Vector expert_mixture(const std::string& layer, const Vector& x) const {
    const std::string block = layer + (model.is_mixtral ? "block_sparse_moe." : "mlp.");
    Vector odds = softmax(linear(tables, block + "gate", x));
    Vector out(x.size(), 0.0);
    double sum = 0;
    std::vector<std::pair<std::size_t, double>> chosen;
    for (std::size_t k = 0; k < model.used; ++k) {
      std::size_t best = 0;
      for (std::size_t e = 1; e < odds.size(); ++e) best = odds[e] > odds[best] ? e : best;
      chosen.emplace_back(best, odds[best]);
      sum += odds[best];
      odds[best] = -1;
    }
    for (const auto& [expert, odd] : chosen) {
      const std::string name = numbered(block + "experts.", expert);
      const Vector y = model.is_mixtral ? gated_block(name, x, "w1", "w3", "w2")
                                        : gated_block(name, x, "gate_proj", "up_proj", "down_proj");
      const double weight = model.normalizes_experts ? odd / sum : odd;
      for (std::size_t i = 0; i < out.size(); ++i) out[i] += weight * y[i];
    }
    if (!model.has_shared_expert) return out;
    const double gate = linear(tables, block + "shared_expert_gate", x)[0];
    Vector shared = gated_block(block + "shared_expert.", x, "gate_proj", "up_proj", "down_proj");
    for (double& v : shared) v *= 1 / (1 + std::exp(-gate));
    return plus(out, shared);
  }

  Vector feed_forward(const std::string& layer, const Vector& x) const {
    if (model.experts > 0) return expert_mixture(layer, x);
    if (!model.is_fused) {
      return gated_block(layer + "mlp.", x, "gate_proj", "up_proj", "down_proj");
    }
    const Vector both = linear(tables, layer + "mlp.gate_up_proj", x);
    const std::size_t size = both.size() / 2;
    return linear(tables, layer + "mlp.down_proj",
                  gated(part(both, 0, size), part(both, size, size)));
  }

  void add(Vector& state, Vector block) const {
    for (double& v : block) v *= model.residual_scale;
    state = plus(state, block);
  }
};

}  // namespace

Rows run(const Llama& model, const Tables& tables, const std::vector<unsigned>& tokens) {
  const Pass pass{model, tables};
  Rows states;
  for (const unsigned token : tokens) {
    states.push_back(row(tables, "model.embed_tokens", token));
    for (double& v : states.back()) v *= model.embedding_scale;
  }
  for (std::size_t l = 0; l < model.layers; ++l) {
    const std::string layer = numbered("model.layers.", l);
    const Rows attended = pass.attention(l, layer, states);
    for (std::size_t p = 0; p < states.size(); ++p) {
      Vector block = attended[p];
      if (model.has_post_norms) block = pass.norm(layer + "post_attention_layernorm", block);
      pass.add(states[p], block);
      const std::string before =
          model.has_post_norms ? "pre_feedforward_layernorm" : "post_attention_layernorm";
      block = pass.feed_forward(layer, pass.norm(layer + before, states[p]));
      if (model.has_post_norms) block = pass.norm(layer + "post_feedforward_layernorm", block);
      pass.add(states[p], block);
    }
  }
  Rows logits;
  for (const Vector& state : states) {
    Vector out = linear(tables, model.ties ? "model.embed_tokens" : "lm_head",
                        pass.norm("model.norm", state));
    for (double& v : out) {
      v *= model.logit_scale;
      if (model.logit_cap > 0) v = model.logit_cap * std::tanh(v / model.logit_cap);
    }
    logits.push_back(out);
  }
  return logits;
}

}  // namespace hartonomous::test::reference
