// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <set>

#include "core/facts/tensor_kind.hpp"

using namespace hartonomous::core;
using facts::TensorKind;

TEST_CASE("tensors of every framework's habit are of the kind that their names say") {
  const std::pair<const char*, TensorKind> kCases[] = {
      {"model.embed_tokens.weight", TensorKind::kEmbedding},
      {"token_embd.weight", TensorKind::kEmbedding},
      {"transformer.wte.weight", TensorKind::kEmbedding},
      {"transformer.wpe.weight", TensorKind::kPositionEmbedding},
      {"bert.embeddings.position_embeddings.weight", TensorKind::kPositionEmbedding},
      {"model.layers.0.self_attn.q_proj.weight", TensorKind::kAttention},
      {"blk.3.attn_q.weight", TensorKind::kAttention},
      {"blk.3.attn_norm.weight", TensorKind::kLayerNorm},
      {"blk.3.attn_qkv.weight", TensorKind::kFusedAttention},
      {"h.0.attn.c_attn.weight", TensorKind::kFusedAttention},
      {"decoder.layers.0.encoder_attn.k_proj.weight", TensorKind::kCrossAttention},
      {"model.layers.7.mlp.down_proj.weight", TensorKind::kFeedForward},
      {"blk.3.ffn_up.weight", TensorKind::kFeedForward},
      {"blk.3.ffn_up_exps.weight", TensorKind::kExpert},
      {"blk.3.ffn_gate_inp.weight", TensorKind::kRouter},
      {"model.layers.1.input_layernorm.weight", TensorKind::kLayerNorm},
      {"encoder.rms_norm.weight", TensorKind::kRmsNorm},
      {"bert.encoder.layer.0.output.LayerNorm.gamma", TensorKind::kLayerNorm},
      {"lm_head.weight", TensorKind::kOutputHead},
      {"output.weight", TensorKind::kOutputHead},
      {"module.layer1.0.bn1.running_var", TensorKind::kBatchNorm},
      {"module.conv1.weight", TensorKind::kConvolution},
      {"base_model.model.q_proj.lora_A.weight", TensorKind::kAdapter},
      {"lora_unet_up_blocks_1.lora_down.weight", TensorKind::kAdapter},
      {"model.diffusion_model.input_blocks.1.0.weight", TensorKind::kUnetDown},
      {"mid_block.resnets.0.conv1.weight", TensorKind::kUnetMid},
      {"up_blocks.0.resnets.0.conv1.weight", TensorKind::kUnetUp},
      {"first_stage_model.decoder.conv_in.weight", TensorKind::kVae},
      {"cond_stage_model.transformer.text_model.final_layer_norm.bias", TensorKind::kTextEncoder},
      {"time_embedding.linear_1.weight", TensorKind::kTimeEmbedding},
      {"decoder.rnn.weight_ih", TensorKind::kRecurrent},
      {"lstm_1/kernel:0", TensorKind::kLstm},
      {"encoder.gru.bias", TensorKind::kGru},
      {"backbone.layers.0.mixer.A_log", TensorKind::kStateSpace},
      {"norm.group_norm.weight", TensorKind::kGroupNorm},
      {"dense_1/kernel:0", TensorKind::kDense},
      {"fc.weight", TensorKind::kDense},
      {"bert.pooler.dense.weight", TensorKind::kPooling},
      {"layer2.0.downsample.0.weight", TensorKind::kResidual},
      {"double_blocks.0.img_mod.lin.weight", TensorKind::kModulation},
      {"double_blocks.0.img_attn.qkv.weight", TensorKind::kFusedAttention},
      {"lora_unet_mid_block_attn.alpha", TensorKind::kAdapter},
      {"model.layers.0.mlp.up_proj.qzeros", TensorKind::kQuantization},
      {"optimizer.state.0.exp_avg", TensorKind::kOptimizerState},
      {"alpha", TensorKind::kUnknown},
      {"", TensorKind::kUnknown}};
  std::set<TensorKind> seen;
  for (const auto& [tensor_name, kind] : kCases) {
    INFO(tensor_name << " is " << facts::name(facts::tensor_kind(tensor_name)));
    CHECK(facts::tensor_kind(tensor_name) == kind);
    seen.insert(kind);
  }
  CHECK(seen.size() == facts::kTensorKindCount);
  CHECK(facts::tensor_kind(std::string(100'000, 'x') + ".lm_head.weight") ==
        TensorKind::kOutputHead);
}
