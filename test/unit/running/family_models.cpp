// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "family_models.hpp"

#include "llama_family_models.hpp"

namespace hartonomous::test {

namespace {

using core::format::Metadata;
using reference::numbered;

constexpr std::size_t kHidden = 32, kLayers = 2, kHeads = 4, kFeedForward = 56;

void norm(Tables& tables, Dice& dice, const std::string& name) {
  fill(tables, dice, name + ".weight", {kHidden}, 1, 0.3);
  fill(tables, dice, name + ".bias", {kHidden}, 0, 0.3);
}

void linear(Tables& tables, Dice& dice, const std::string& name, std::size_t outputs,
            std::size_t inputs, bool turned = false) {
  fill_matrix(tables, dice, name, outputs, inputs, 1.3);
  if (turned) tables[name + ".weight"].shape = {inputs, outputs};  // random either way
  fill(tables, dice, name + ".bias", {outputs}, 0, 0.3);
}

Metadata metadata(const std::string& architecture) {
  Metadata out;
  out.append("general.architecture", architecture);
  const auto add = [&](const char* key, core::format::MetadataValue value) {
    out.append(architecture + "." + key, std::move(value));
  };
  add("block_count", std::uint64_t{kLayers});
  add("embedding_length", std::uint64_t{kHidden});
  add("context_length", std::uint64_t{64});
  add("feed_forward_length", std::uint64_t{kFeedForward});
  add("attention.head_count", std::uint64_t{kHeads});
  add("attention.layer_norm_epsilon", 1e-5F);
  return out;
}

Table turned(const Table& table) {
  const std::size_t rows = table.shape[0], columns = table.shape[1];
  Table out{{columns, rows}, std::vector<float>(table.values.size())};
  for (std::size_t r = 0; r < rows; ++r) {
    for (std::size_t c = 0; c < columns; ++c) {
      out.values[c * rows + r] = table.values[r * columns + c];
    }
  }
  return out;
}

// GPT-NeoX interleaves query, key and value head by head; GGUF has all queries first.
Table regrouped(const Table& table) {
  Table out = table;
  const std::size_t size = kHidden / kHeads, row = table.values.size() / table.shape[0];
  for (std::size_t r = 0; r < table.shape[0]; ++r) {
    const std::size_t head = r / (3 * size), kind = r / size % 3;
    const std::size_t to = kind * kHidden + head * size + r % size;
    for (std::size_t c = 0; c < row; ++c) out.values[to * row + c] = table.values[r * row + c];
  }
  return out;
}

struct Renamed {
  std::string from, to;  // of whole stems; {l} is a layer
};

// Every table under its new name, changed by `change` where that is a matrix.
template <class F>
Tables converted(const Tables& tables, const std::vector<Renamed>& names, F&& change) {
  Tables out;
  for (const auto& [name, table] : tables) {
    const std::size_t dot = name.rfind('.');
    for (const Renamed& rename : names) {
      for (std::size_t l = 0; l < kLayers; ++l) {
        const auto filled = [l](const std::string& text) {
          const std::size_t at = text.find("{l}");
          if (at == std::string::npos) return text;
          return numbered(text.substr(0, at), l) + text.substr(at + 4);
        };
        if (filled(rename.from) != name.substr(0, dot)) continue;
        out[filled(rename.to) + name.substr(dot)] = change(rename.to, table);
      }
    }
  }
  return out;
}

FamilyModel gpt2() {
  Tables tables;
  Dice dice(21);
  fill(tables, dice, "transformer.wte.weight", {kVocabulary, kHidden}, 0, 1);
  fill(tables, dice, "transformer.wpe.weight", {64, kHidden}, 0, 0.5);
  norm(tables, dice, "transformer.ln_f");
  for (std::size_t l = 0; l < kLayers; ++l) {
    const std::string layer = numbered("transformer.h.", l);
    norm(tables, dice, layer + "ln_1");
    norm(tables, dice, layer + "ln_2");
    linear(tables, dice, layer + "attn.c_attn", 3 * kHidden, kHidden, true);
    linear(tables, dice, layer + "attn.c_proj", kHidden, kHidden, true);
    linear(tables, dice, layer + "mlp.c_fc", 4 * kHidden, kHidden, true);
    linear(tables, dice, layer + "mlp.c_proj", kHidden, 4 * kHidden, true);
  }
  const Oracle oracle = [](const Tables& weights, const Tokens& tokens) {
    return reference::run_gpt2({kLayers, kHeads}, weights, tokens);
  };
  GgufTwin twin{Metadata(),
                converted(tables,
                          {{"transformer.wte", "token_embd"},
                           {"transformer.wpe", "position_embd"},
                           {"transformer.ln_f", "output_norm"},
                           {"transformer.h.{l}.ln_1", "blk.{l}.attn_norm"},
                           {"transformer.h.{l}.ln_2", "blk.{l}.ffn_norm"},
                           {"transformer.h.{l}.attn.c_attn", "blk.{l}.attn_qkv"},
                           {"transformer.h.{l}.attn.c_proj", "blk.{l}.attn_output"},
                           {"transformer.h.{l}.mlp.c_fc", "blk.{l}.ffn_up"},
                           {"transformer.h.{l}.mlp.c_proj", "blk.{l}.ffn_down"}},
                          [](const std::string& to, const Table& table) {
                            const bool is_turned = to.starts_with("blk") && table.shape.size() == 2;
                            return is_turned ? turned(table) : table;
                          }),
                oracle};
  twin.metadata.append("general.architecture", std::string("gpt2"));
  twin.metadata.append("gpt2.block_count", std::uint64_t{kLayers});
  twin.metadata.append("gpt2.embedding_length", std::uint64_t{kHidden});
  twin.metadata.append("gpt2.context_length", std::uint64_t{64});
  twin.metadata.append("gpt2.feed_forward_length", std::uint64_t{4 * kHidden});
  twin.metadata.append("gpt2.attention.head_count", std::uint64_t{kHeads});
  twin.metadata.append("gpt2.attention.layer_norm_epsilon", 1e-5F);
  return {"gpt2",
          R"({"model_type":"gpt2","n_embd":32,"n_layer":2,"n_head":4,"n_positions":64,)"
          R"("n_inner":null,"vocab_size":61,"layer_norm_epsilon":1e-05,)"
          R"("activation_function":"gelu_new"})",
          tables, oracle, std::move(twin)};
}

FamilyModel gpt_neox(bool is_parallel) {
  Tables tables;
  Dice dice(is_parallel ? 22 : 23);
  fill(tables, dice, "gpt_neox.embed_in.weight", {kVocabulary, kHidden}, 0, 1);
  fill_matrix(tables, dice, "embed_out", kVocabulary, kHidden);
  norm(tables, dice, "gpt_neox.final_layer_norm");
  for (std::size_t l = 0; l < kLayers; ++l) {
    const std::string layer = numbered("gpt_neox.layers.", l);
    norm(tables, dice, layer + "input_layernorm");
    norm(tables, dice, layer + "post_attention_layernorm");
    linear(tables, dice, layer + "attention.query_key_value", 3 * kHidden, kHidden);
    linear(tables, dice, layer + "attention.dense", kHidden, kHidden);
    linear(tables, dice, layer + "mlp.dense_h_to_4h", kFeedForward, kHidden);
    linear(tables, dice, layer + "mlp.dense_4h_to_h", kHidden, kFeedForward);
  }
  const auto oracle = [is_parallel](reference::Function activation) -> Oracle {
    return [=](const Tables& weights, const Tokens& tokens) {
      // Four of a head's eight elements turn.
      return reference::run_gpt_neox(
          {{kLayers, kHeads, 1e-5, activation}, frequencies(4, 10000), is_parallel}, weights,
          tokens);
    };
  };
  const std::string at = "gpt_neox.layers.{l}.";
  GgufTwin twin{metadata("gptneox"),
                converted(tables,
                          {{"gpt_neox.embed_in", "token_embd"},
                           {"embed_out", "output"},
                           {"gpt_neox.final_layer_norm", "output_norm"},
                           {at + "input_layernorm", "blk.{l}.attn_norm"},
                           {at + "post_attention_layernorm", "blk.{l}.ffn_norm"},
                           {at + "attention.query_key_value", "blk.{l}.attn_qkv"},
                           {at + "attention.dense", "blk.{l}.attn_output"},
                           {at + "mlp.dense_h_to_4h", "blk.{l}.ffn_up"},
                           {at + "mlp.dense_4h_to_h", "blk.{l}.ffn_down"}},
                          [](const std::string& to, const Table& table) {
                            return to.ends_with("qkv") ? regrouped(table) : table;
                          }),
                oracle(reference::gelu_tanh)};
  twin.metadata.append("gptneox.rope.dimension_count", std::uint64_t{4});
  twin.metadata.append("gptneox.use_parallel_residual", is_parallel);
  return {is_parallel ? "gpt_neox" : "gpt_neox, blocks one after the other",
          std::string(R"({"model_type":"gpt_neox","hidden_size":32,"num_hidden_layers":2,)") +
              R"("num_attention_heads":4,"max_position_embeddings":64,"intermediate_size":56,)" +
              R"("vocab_size":61,"layer_norm_eps":1e-05,"hidden_act":"gelu","rotary_pct":0.5,)" +
              R"("rotary_emb_base":10000,"use_parallel_residual":)" +
              (is_parallel ? "true}" : "false}"),
          tables, oracle(reference::gelu), std::move(twin)};
}

FamilyModel bert(bool is_roberta) {
  Tables tables;
  Dice dice(is_roberta ? 24 : 25);
  const std::size_t offset = is_roberta ? 2 : 0, positions = 64;
  fill(tables, dice, "embeddings.word_embeddings.weight", {kVocabulary, kHidden}, 0, 1);
  fill(tables, dice, "embeddings.position_embeddings.weight", {positions, kHidden}, 0, 0.5);
  fill(tables, dice, "embeddings.token_type_embeddings.weight", {2, kHidden}, 0, 0.5);
  norm(tables, dice, "embeddings.LayerNorm");
  for (std::size_t l = 0; l < kLayers; ++l) {
    const std::string layer = numbered("encoder.layer.", l);
    for (const char* name : {"query", "key", "value"}) {
      linear(tables, dice, layer + "attention.self." + name, kHidden, kHidden);
    }
    linear(tables, dice, layer + "attention.output.dense", kHidden, kHidden);
    norm(tables, dice, layer + "attention.output.LayerNorm");
    linear(tables, dice, layer + "intermediate.dense", kFeedForward, kHidden);
    linear(tables, dice, layer + "output.dense", kHidden, kFeedForward);
    norm(tables, dice, layer + "output.LayerNorm");
  }
  const auto oracle = [offset](reference::Function activation) -> Oracle {
    return [=](const Tables& weights, const Tokens& tokens) {
      return reference::run_bert({{kLayers, kHeads, 1e-5, activation}, offset}, weights, tokens);
    };
  };
  FamilyModel out{is_roberta ? "roberta" : "bert",
                  std::string("{\"model_type\":\"") + (is_roberta ? "roberta" : "bert") +
                      R"(","hidden_size":32,"num_hidden_layers":2,"num_attention_heads":4,)" +
                      R"("max_position_embeddings":64,"intermediate_size":56,"vocab_size":61,)" +
                      R"("layer_norm_eps":1e-05,"hidden_act":"gelu","pad_token_id":1})",
                  tables, oracle(reference::gelu), std::nullopt};
  if (is_roberta) return out;
  const std::string at = "encoder.layer.{l}.";
  out.twin = GgufTwin{metadata("bert"),
                      converted(tables,
                                {{"embeddings.word_embeddings", "token_embd"},
                                 {"embeddings.position_embeddings", "position_embd"},
                                 {"embeddings.token_type_embeddings", "token_types"},
                                 {"embeddings.LayerNorm", "token_embd_norm"},
                                 {at + "attention.self.query", "blk.{l}.attn_q"},
                                 {at + "attention.self.key", "blk.{l}.attn_k"},
                                 {at + "attention.self.value", "blk.{l}.attn_v"},
                                 {at + "attention.output.dense", "blk.{l}.attn_output"},
                                 {at + "attention.output.LayerNorm", "blk.{l}.attn_output_norm"},
                                 {at + "intermediate.dense", "blk.{l}.ffn_up"},
                                 {at + "output.dense", "blk.{l}.ffn_down"},
                                 {at + "output.LayerNorm", "blk.{l}.layer_output_norm"}},
                                [](const std::string&, const Table& table) { return table; }),
                      oracle(reference::gelu_tanh)};
  return out;
}

}  // namespace

std::vector<FamilyModel> family_models() {
  std::vector<FamilyModel> models = llama_family_models();
  models.push_back(gpt2());
  models.push_back(gpt_neox(true));
  models.push_back(gpt_neox(false));
  models.push_back(bert(false));
  models.push_back(bert(true));
  return models;
}

}  // namespace hartonomous::test
