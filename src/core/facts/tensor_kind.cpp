// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/facts/tensor_kind.hpp"

#include <array>
#include <string>

namespace hartonomous::core::facts {

namespace {

constexpr std::array<std::string_view, kTensorKindCount> kNames = {"unknown",
                                                                   "dense",
                                                                   "embedding",
                                                                   "position_embedding",
                                                                   "time_embedding",
                                                                   "layer_norm",
                                                                   "rms_norm",
                                                                   "batch_norm",
                                                                   "group_norm",
                                                                   "attention",
                                                                   "fused_attention",
                                                                   "cross_attention",
                                                                   "feed_forward",
                                                                   "expert",
                                                                   "router",
                                                                   "convolution",
                                                                   "pooling",
                                                                   "residual",
                                                                   "modulation",
                                                                   "recurrent",
                                                                   "lstm",
                                                                   "gru",
                                                                   "state_space",
                                                                   "unet_down",
                                                                   "unet_mid",
                                                                   "unet_up",
                                                                   "vae",
                                                                   "text_encoder",
                                                                   "output_head",
                                                                   "adapter",
                                                                   "quantization",
                                                                   "optimizer_state"};

struct Rule {
  std::string_view part;  // lower case; every '.', '/' and ':' is a '_'
  TensorKind kind;
};

// The first rule whose part occurs decides: the special before the general, what a tensor is before
// where it is. Names have a '_' added at both ends.
constexpr Rule kRules[] = {
    {"_exp_avg", TensorKind::kOptimizerState},
    {"_momentum_buffer_", TensorKind::kOptimizerState},
    {"_optimizer_weights_", TensorKind::kOptimizerState},
    {"_adam_", TensorKind::kOptimizerState},
    {"_lora_", TensorKind::kAdapter},
    {"_hada_w", TensorKind::kAdapter},
    {"_lokr_w", TensorKind::kAdapter},
    {"_dora_scale_", TensorKind::kAdapter},
    {"_oft_", TensorKind::kAdapter},
    {"_qzeros_", TensorKind::kQuantization},
    {"_g_idx_", TensorKind::kQuantization},
    {"_scales_", TensorKind::kQuantization},
    {"_weight_scale", TensorKind::kQuantization},
    {"_input_scale", TensorKind::kQuantization},
    {"_absmax", TensorKind::kQuantization},
    {"_quant_map_", TensorKind::kQuantization},
    {"_first_stage_model_", TensorKind::kVae},
    {"_encoder_down_blocks_", TensorKind::kVae},
    {"_encoder_mid_block_", TensorKind::kVae},
    {"_decoder_up_blocks_", TensorKind::kVae},
    {"_decoder_mid_block_", TensorKind::kVae},
    {"_vae_", TensorKind::kVae},
    {"_quant_conv_", TensorKind::kVae},
    {"_cond_stage_model_", TensorKind::kTextEncoder},
    {"_conditioner_embedders_", TensorKind::kTextEncoder},
    {"_text_encoder", TensorKind::kTextEncoder},
    {"_time_embed", TensorKind::kTimeEmbedding},
    {"_timestep_embed", TensorKind::kTimeEmbedding},
    {"_t_embedder_", TensorKind::kTimeEmbedding},
    {"_time_in_", TensorKind::kTimeEmbedding},
    {"_guidance_in_", TensorKind::kTimeEmbedding},
    {"_time_emb_", TensorKind::kTimeEmbedding},
    {"_down_blocks_", TensorKind::kUnetDown},
    {"_input_blocks_", TensorKind::kUnetDown},
    {"_mid_block_", TensorKind::kUnetMid},
    {"_middle_block_", TensorKind::kUnetMid},
    {"_up_blocks_", TensorKind::kUnetUp},
    {"_output_blocks_", TensorKind::kUnetUp},
    {"_modulation_", TensorKind::kModulation},
    {"_img_mod_", TensorKind::kModulation},
    {"_txt_mod_", TensorKind::kModulation},
    {"_adaln", TensorKind::kModulation},
    {"_batch_norm", TensorKind::kBatchNorm},
    {"_batchnorm", TensorKind::kBatchNorm},
    {"_bn_", TensorKind::kBatchNorm},
    {"_bn1_", TensorKind::kBatchNorm},
    {"_bn2_", TensorKind::kBatchNorm},
    {"_bn3_", TensorKind::kBatchNorm},
    {"_running_mean_", TensorKind::kBatchNorm},
    {"_running_var_", TensorKind::kBatchNorm},
    {"_num_batches_tracked_", TensorKind::kBatchNorm},
    {"_moving_mean", TensorKind::kBatchNorm},
    {"_moving_variance", TensorKind::kBatchNorm},
    {"_group_norm", TensorKind::kGroupNorm},
    {"_groupnorm", TensorKind::kGroupNorm},
    {"_rms_norm", TensorKind::kRmsNorm},
    {"_rmsnorm", TensorKind::kRmsNorm},
    {"_input_layernorm_", TensorKind::kLayerNorm},
    {"_post_attention_layernorm_", TensorKind::kLayerNorm},
    {"_attn_norm_", TensorKind::kLayerNorm},
    {"_ffn_norm_", TensorKind::kLayerNorm},
    {"_output_norm_", TensorKind::kLayerNorm},
    {"_layer_norm", TensorKind::kLayerNorm},
    {"_layernorm", TensorKind::kLayerNorm},
    {"_ln_", TensorKind::kLayerNorm},
    {"_ln1_", TensorKind::kLayerNorm},
    {"_ln2_", TensorKind::kLayerNorm},
    {"_norm_", TensorKind::kLayerNorm},
    {"_norm1_", TensorKind::kLayerNorm},
    {"_norm2_", TensorKind::kLayerNorm},
    {"_norm3_", TensorKind::kLayerNorm},
    {"_position_embedding", TensorKind::kPositionEmbedding},
    {"_positional_embedding", TensorKind::kPositionEmbedding},
    {"_embed_positions_", TensorKind::kPositionEmbedding},
    {"_pos_embed", TensorKind::kPositionEmbedding},
    {"_wpe_", TensorKind::kPositionEmbedding},
    {"_position_embd_", TensorKind::kPositionEmbedding},
    {"_position_ids_", TensorKind::kPositionEmbedding},
    {"_inv_freq_", TensorKind::kPositionEmbedding},
    {"_rope_freqs_", TensorKind::kPositionEmbedding},
    {"_lm_head_", TensorKind::kOutputHead},
    {"_classifier_", TensorKind::kOutputHead},
    {"_score_", TensorKind::kOutputHead},
    {"_ffn_gate_inp_", TensorKind::kRouter},
    {"_router_", TensorKind::kRouter},
    {"_moe_gate_", TensorKind::kRouter},
    {"_mlp_gate_weight_", TensorKind::kRouter},
    {"_experts_", TensorKind::kExpert},
    {"_exps_", TensorKind::kExpert},
    {"_cross_attn_", TensorKind::kCrossAttention},
    {"_crossattention_", TensorKind::kCrossAttention},
    {"_encoder_attn_", TensorKind::kCrossAttention},
    {"_attn2_", TensorKind::kCrossAttention},
    {"_qkv", TensorKind::kFusedAttention},
    {"_attn_qkv_", TensorKind::kFusedAttention},
    {"_c_attn_", TensorKind::kFusedAttention},
    {"_query_key_value_", TensorKind::kFusedAttention},
    {"_in_proj_weight_", TensorKind::kFusedAttention},
    {"_in_proj_bias_", TensorKind::kFusedAttention},
    {"_wqkv_", TensorKind::kFusedAttention},
    {"_mamba_", TensorKind::kStateSpace},
    {"_ssm_", TensorKind::kStateSpace},
    {"_mixer_a_log_", TensorKind::kStateSpace},
    {"_attn_", TensorKind::kAttention},
    {"_attn1_", TensorKind::kAttention},
    {"_attention_", TensorKind::kAttention},
    {"_self_attn", TensorKind::kAttention},
    {"_q_proj_", TensorKind::kAttention},
    {"_k_proj_", TensorKind::kAttention},
    {"_v_proj_", TensorKind::kAttention},
    {"_o_proj_", TensorKind::kAttention},
    {"_wq_", TensorKind::kAttention},
    {"_wk_", TensorKind::kAttention},
    {"_wv_", TensorKind::kAttention},
    {"_wo_", TensorKind::kAttention},
    {"_mlp_", TensorKind::kFeedForward},
    {"_ffn_", TensorKind::kFeedForward},
    {"_ff_", TensorKind::kFeedForward},
    {"_feed_forward_", TensorKind::kFeedForward},
    {"_intermediate_dense_", TensorKind::kFeedForward},
    {"_up_proj_", TensorKind::kFeedForward},
    {"_down_proj_", TensorKind::kFeedForward},
    {"_gate_proj_", TensorKind::kFeedForward},
    {"_fc1_", TensorKind::kFeedForward},
    {"_fc2_", TensorKind::kFeedForward},
    {"_lstm", TensorKind::kLstm},
    {"_gru_", TensorKind::kGru},
    {"_weight_ih", TensorKind::kRecurrent},
    {"_weight_hh", TensorKind::kRecurrent},
    {"_bias_ih", TensorKind::kRecurrent},
    {"_bias_hh", TensorKind::kRecurrent},
    {"_rnn_", TensorKind::kRecurrent},
    {"_token_embd_", TensorKind::kEmbedding},
    {"_embed_tokens_", TensorKind::kEmbedding},
    {"_embed", TensorKind::kEmbedding},
    {"_wte_", TensorKind::kEmbedding},
    {"_output_weight_", TensorKind::kOutputHead},
    {"_output_bias_", TensorKind::kOutputHead},
    {"_pooler_", TensorKind::kPooling},
    {"_pooling_", TensorKind::kPooling},
    {"_downsample_", TensorKind::kResidual},
    {"_shortcut", TensorKind::kResidual},
    {"_skip_connection_", TensorKind::kResidual},
    {"_conv", TensorKind::kConvolution},
    {"_depthwise_kernel", TensorKind::kConvolution},
    {"_dense", TensorKind::kDense},
    {"_linear", TensorKind::kDense},
    {"_fc_", TensorKind::kDense},
    {"_proj_", TensorKind::kDense},
    {"_kernel", TensorKind::kDense},
};

}  // namespace

std::string_view name(TensorKind kind) noexcept { return kNames[static_cast<std::size_t>(kind)]; }

TensorKind tensor_kind(std::string_view tensor_name) noexcept {
  // Longer names than any framework makes are judged by their end.
  constexpr std::size_t kLongest = 256;
  if (tensor_name.size() > kLongest) {
    tensor_name.remove_prefix(tensor_name.size() - kLongest);
  }
  std::array<char, kLongest + 2> text;
  std::size_t size = 0;
  text[size++] = '_';
  for (const char c : tensor_name) {
    const bool is_separator = c == '.' || c == '/' || c == ':';
    text[size++] = is_separator ? '_' : (c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c);
  }
  text[size++] = '_';
  const std::string_view plain(text.data(), size);
  for (const Rule& rule : kRules) {
    if (plain.find(rule.part) != plain.npos) return rule.kind;
  }
  return TensorKind::kUnknown;
}

}  // namespace hartonomous::core::facts
