// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// GPT-2, GPT-NeoX and BERT: layer norms with biases, feed-forward blocks without gates.
#include <cmath>

#include "reference.hpp"

namespace hartonomous::test::reference {

namespace {

// GPT-2's files hold matrices inputs x outputs.
Vector turned_linear(const Tables& tables, const std::string& name, const Vector& x) {
  const Table& weight = tables.at(name + ".weight");
  const Table& bias = tables.at(name + ".bias");
  Vector y(bias.values.begin(), bias.values.end());
  for (std::size_t i = 0; i < x.size(); ++i) {
    for (std::size_t o = 0; o < y.size(); ++o) y[o] += x[i] * weight.values[i * y.size() + o];
  }
  return y;
}

Vector activated(const Function& f, Vector x) {
  for (double& v : x) v = f(v);
  return x;
}

// All heads of all positions; `sees` tells how many positions one may look at.
template <class F>
Rows attend_all(std::size_t heads, const Rows& queries, const Rows& keys, const Rows& values,
                F&& sees) {
  const std::size_t size = queries[0].size() / heads;
  Rows out(queries.size());
  for (std::size_t h = 0; h < heads; ++h) {
    Rows k, v;
    for (std::size_t p = 0; p < keys.size(); ++p) {
      k.push_back(part(keys[p], h * size, size));
      v.push_back(part(values[p], h * size, size));
    }
    for (std::size_t p = 0; p < queries.size(); ++p) {
      const Vector answer = attend({1 / std::sqrt(static_cast<double>(size))},
                                   part(queries[p], h * size, size), k, v, 0, sees(p));
      out[p].insert(out[p].end(), answer.begin(), answer.end());
    }
  }
  return out;
}

}  // namespace

Rows run_gpt2(const Gpt& model, const Tables& tables, const std::vector<unsigned>& tokens) {
  Rows states;
  for (std::size_t p = 0; p < tokens.size(); ++p) {
    states.push_back(
        plus(row(tables, "transformer.wte", tokens[p]), row(tables, "transformer.wpe", p)));
  }
  for (std::size_t l = 0; l < model.layers; ++l) {
    const std::string layer = numbered("transformer.h.", l);
    Rows queries, keys, values;
    for (const Vector& state : states) {
      const Vector all = turned_linear(tables, layer + "attn.c_attn",
                                       layer_norm(tables, layer + "ln_1", state, model.epsilon));
      const std::size_t size = state.size();
      queries.push_back(part(all, 0, size));
      keys.push_back(part(all, size, size));
      values.push_back(part(all, 2 * size, size));
    }
    const Rows attended =
        attend_all(model.heads, queries, keys, values, [](std::size_t p) { return p + 1; });
    for (std::size_t p = 0; p < states.size(); ++p) {
      states[p] = plus(states[p], turned_linear(tables, layer + "attn.c_proj", attended[p]));
      const Vector x = layer_norm(tables, layer + "ln_2", states[p], model.epsilon);
      const Vector inner =
          activated(model.activation, turned_linear(tables, layer + "mlp.c_fc", x));
      states[p] = plus(states[p], turned_linear(tables, layer + "mlp.c_proj", inner));
    }
  }
  Rows logits;
  for (const Vector& state : states) {
    logits.push_back(linear(tables, "transformer.wte",
                            layer_norm(tables, "transformer.ln_f", state, model.epsilon)));
  }
  return logits;
}

Rows run_gpt_neox(const Neox& model, const Tables& tables, const std::vector<unsigned>& tokens) {
  const Gpt& gpt = model.gpt;
  Rows states;
  for (const unsigned token : tokens) states.push_back(row(tables, "gpt_neox.embed_in", token));
  for (std::size_t l = 0; l < gpt.layers; ++l) {
    const std::string layer = numbered("gpt_neox.layers.", l);
    Rows queries, keys, values;
    for (std::size_t p = 0; p < states.size(); ++p) {
      const Vector all =
          linear(tables, layer + "attention.query_key_value",
                 layer_norm(tables, layer + "input_layernorm", states[p], gpt.epsilon));
      const std::size_t size = states[p].size() / gpt.heads;
      Vector query, key, value;
      for (std::size_t h = 0; h < gpt.heads; ++h) {
        const Vector q = rotated(part(all, 3 * h * size, size), p, model.frequencies, 1);
        const Vector k = rotated(part(all, (3 * h + 1) * size, size), p, model.frequencies, 1);
        const Vector v = part(all, (3 * h + 2) * size, size);
        query.insert(query.end(), q.begin(), q.end());
        key.insert(key.end(), k.begin(), k.end());
        value.insert(value.end(), v.begin(), v.end());
      }
      queries.push_back(query);
      keys.push_back(key);
      values.push_back(value);
    }
    const Rows attended =
        attend_all(gpt.heads, queries, keys, values, [](std::size_t p) { return p + 1; });
    for (std::size_t p = 0; p < states.size(); ++p) {
      const Vector after = plus(states[p], linear(tables, layer + "attention.dense", attended[p]));
      const Vector x = layer_norm(tables, layer + "post_attention_layernorm",
                                  model.is_parallel ? states[p] : after, gpt.epsilon);
      const Vector inner =
          activated(gpt.activation, linear(tables, layer + "mlp.dense_h_to_4h", x));
      states[p] = plus(after, linear(tables, layer + "mlp.dense_4h_to_h", inner));
    }
  }
  Rows logits;
  for (const Vector& state : states) {
    logits.push_back(linear(tables, "embed_out",
                            layer_norm(tables, "gpt_neox.final_layer_norm", state, gpt.epsilon)));
  }
  return logits;
}

Rows run_bert(const Bert& model, const Tables& tables, const std::vector<unsigned>& tokens) {
  const Gpt& gpt = model.gpt;
  Rows states;
  for (std::size_t p = 0; p < tokens.size(); ++p) {
    Vector sum = row(tables, "embeddings.word_embeddings", tokens[p]);
    sum = plus(sum, row(tables, "embeddings.token_type_embeddings", 0));
    sum = plus(sum, row(tables, "embeddings.position_embeddings", p + model.first_position));
    states.push_back(layer_norm(tables, "embeddings.LayerNorm", sum, gpt.epsilon));
  }
  for (std::size_t l = 0; l < gpt.layers; ++l) {
    const std::string layer = numbered("encoder.layer.", l);
    Rows queries, keys, values;
    for (const Vector& state : states) {
      queries.push_back(linear(tables, layer + "attention.self.query", state));
      keys.push_back(linear(tables, layer + "attention.self.key", state));
      values.push_back(linear(tables, layer + "attention.self.value", state));
    }
    const Rows attended =
        attend_all(gpt.heads, queries, keys, values, [&](std::size_t) { return states.size(); });
    for (std::size_t p = 0; p < states.size(); ++p) {
      states[p] = plus(states[p], linear(tables, layer + "attention.output.dense", attended[p]));
      states[p] = layer_norm(tables, layer + "attention.output.LayerNorm", states[p], gpt.epsilon);
      const Vector inner =
          activated(gpt.activation, linear(tables, layer + "intermediate.dense", states[p]));
      states[p] = plus(states[p], linear(tables, layer + "output.dense", inner));
      states[p] = layer_norm(tables, layer + "output.LayerNorm", states[p], gpt.epsilon);
    }
  }
  return states;
}

}  // namespace hartonomous::test::reference
