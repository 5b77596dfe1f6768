// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/model.hpp"

#include "core/run/tensor_finder.hpp"
#include "core/tensor/dequantize.hpp"

namespace hartonomous::core::run {

namespace {

Status find_attention(const ModelDescription& model, const TensorFinder& find, std::size_t layer,
                      LayerPlaces& out) {
  const std::size_t queries = model.query_size(), keys = model.key_size();
  const bool bias = model.has_qkv_bias;
  const LayerNumber at{layer};
  // Some GGUF files of a family with three matrices hold them joined; shapes tell the two apart.
  const bool is_fused = model.qkv != QkvLayout::kSeparate && !find.has(Role::kQuery, at);
  if (is_fused) {
    HARTONOMOUS_TRY(out.qkv.emplace_back(),
                    find.linear(Role::kQueryKeyValue, queries + 2 * keys, model.hidden, bias, at));
  } else {
    HARTONOMOUS_TRY(out.qkv.emplace_back(),
                    find.linear(Role::kQuery, queries, model.hidden, bias, at));
    HARTONOMOUS_TRY(out.qkv.emplace_back(), find.linear(Role::kKey, keys, model.hidden, bias, at));
    HARTONOMOUS_TRY(out.qkv.emplace_back(),
                    find.linear(Role::kValue, keys, model.hidden, bias, at));
  }
  if (model.has_query_key_norms) {
    HARTONOMOUS_TRY(out.query_norm,
                    find.norm(Role::kQueryNorm, NormKind::kRms, model.head_size, layer));
    HARTONOMOUS_TRY(out.key_norm,
                    find.norm(Role::kKeyNorm, NormKind::kRms, model.head_size, layer));
  }
  HARTONOMOUS_TRY(out.attention_output, find.linear(Role::kAttentionOutput, model.hidden, queries,
                                                    model.has_output_bias, at));
  return Status::ok();
}

struct FeedForwardRoles {
  Role gate, up, down;
};

Result<FeedForwardPlace> find_gated(const ModelDescription& model, const TensorFinder& find,
                                    FeedForwardRoles roles, std::size_t size, LayerNumber at) {
  FeedForwardPlace out;
  HARTONOMOUS_TRY(out.gate, find.linear(roles.gate, size, model.hidden, false, at));
  HARTONOMOUS_TRY(out.up, find.linear(roles.up, size, model.hidden, false, at));
  HARTONOMOUS_TRY(out.down, find.linear(roles.down, model.hidden, size, false, at));
  return out;
}

Result<FeedForwardPlace> find_feed_forward(const ModelDescription& model, const TensorFinder& find,
                                           std::size_t layer) {
  const LayerNumber at{layer};
  const std::size_t size = model.feed_forward;
  const bool bias = model.has_feed_forward_bias;
  if (model.is_gated && !model.gate_and_up_are_fused) {
    return find_gated(model, find, {Role::kGate, Role::kUp, Role::kDown}, size, at);
  }
  FeedForwardPlace out;
  const Role role = model.gate_and_up_are_fused ? Role::kGateAndUp : Role::kUp;
  const std::size_t outputs = model.gate_and_up_are_fused ? 2 * size : size;
  HARTONOMOUS_TRY(out.up, find.linear(role, outputs, model.hidden, bias, at));
  HARTONOMOUS_TRY(out.down, find.linear(Role::kDown, model.hidden, size, bias, at));
  return out;
}

Result<FeedForwardPlace> find_stacked(const ModelDescription& model, const TensorFinder& find,
                                      std::size_t layer, std::size_t expert) {
  const Experts& experts = model.experts;
  FeedForwardPlace out;
  HARTONOMOUS_TRY(out.gate, find.stacked(Role::kExpertsGate, expert, experts.count,
                                         experts.feed_forward, model.hidden, layer));
  HARTONOMOUS_TRY(out.up, find.stacked(Role::kExpertsUp, expert, experts.count,
                                       experts.feed_forward, model.hidden, layer));
  HARTONOMOUS_TRY(out.down, find.stacked(Role::kExpertsDown, expert, experts.count, model.hidden,
                                         experts.feed_forward, layer));
  return out;
}

Result<ExpertsPlace> find_experts(const ModelDescription& model, const TensorFinder& find,
                                  std::size_t layer) {
  const Experts& experts = model.experts;
  ExpertsPlace out;
  HARTONOMOUS_TRY(out.router, find.linear(Role::kRouter, experts.count, model.hidden, false,
                                          LayerNumber{layer}));
  const bool are_stacked = find.has(Role::kExpertsUp, {layer});
  for (std::size_t expert = 0; expert < experts.count; ++expert) {
    HARTONOMOUS_TRY(
        out.experts.emplace_back(),
        are_stacked
            ? find_stacked(model, find, layer, expert)
            : find_gated(model, find, {Role::kExpertGate, Role::kExpertUp, Role::kExpertDown},
                         experts.feed_forward, {layer, expert}));
  }
  if (!find.has(Role::kSharedUp, {layer}) && experts.shared_feed_forward == 0) return out;
  const std::size_t size =
      experts.shared_feed_forward > 0 ? experts.shared_feed_forward : model.feed_forward;
  HARTONOMOUS_TRY(out.shared,
                  find_gated(model, find, {Role::kSharedGate, Role::kSharedUp, Role::kSharedDown},
                             size, LayerNumber{layer}));
  HARTONOMOUS_TRY(out.shared_router,
                  find.linear(Role::kSharedRouter, 1, model.hidden, false, LayerNumber{layer}));
  return out;
}

Result<LayerPlaces> find_layer(const ModelDescription& model, const TensorFinder& find,
                               std::size_t layer) {
  LayerPlaces out;
  const auto norm = [&](Role role) {
    return find.norm(role, model.norm.kind, model.hidden, layer);
  };
  HARTONOMOUS_TRY(out.attention_norm, norm(Role::kAttentionNorm));
  HARTONOMOUS_CHECK(find_attention(model, find, layer, out));
  HARTONOMOUS_TRY(out.feed_forward_norm, norm(Role::kFeedForwardNorm));
  if (model.norm_placement == NormPlacement::kBeforeAndWithin) {
    HARTONOMOUS_TRY(out.attention_post_norm, norm(Role::kAttentionPostNorm));
    HARTONOMOUS_TRY(out.feed_forward_post_norm, norm(Role::kFeedForwardPostNorm));
  }
  // A model of experts may have dense layers among the others.
  if (model.experts.count > 0 &&
      (find.has(Role::kRouter, {layer}) || !find.has(Role::kUp, {layer}))) {
    HARTONOMOUS_TRY(out.experts, find_experts(model, find, layer));
  } else {
    HARTONOMOUS_TRY(out.feed_forward, find_feed_forward(model, find, layer));
  }
  return out;
}

Status find_embeddings(const ModelDescription& model, const TensorFinder& find, ModelPlaces& out) {
  HARTONOMOUS_TRY(out.token_embedding,
                  find.table(Role::kTokenEmbedding, model.vocabulary, model.hidden));
  if (model.has_learned_positions) {
    HARTONOMOUS_TRY(out.position_embedding,
                    find.table(Role::kPositionEmbedding,
                               model.context_length + model.position_offset, model.hidden));
  }
  if (model.has_token_types) {
    HARTONOMOUS_TRY(out.token_types, find.table(Role::kTokenTypes, 0, model.hidden));
  }
  if (model.has_embedding_norm) {
    HARTONOMOUS_TRY(out.embedding_norm,
                    find.norm(Role::kEmbeddingNorm, model.norm.kind, model.hidden));
  }
  return Status::ok();
}

Status find_output(const ModelDescription& model, const TensorFinder& find, ModelPlaces& out) {
  if (model.has_final_norm) {
    HARTONOMOUS_TRY(out.final_norm, find.norm(Role::kFinalNorm, model.norm.kind, model.hidden));
  }
  if (model.kind != ModelKind::kDecoder) return Status::ok();
  // A GGUF file ties by leaving the matrix out.
  const bool ties =
      model.naming == Naming::kGguf ? !find.has(Role::kOutput) : model.ties_embeddings;
  if (ties) {
    out.output = LinearPlace{out.token_embedding, std::nullopt};
    return Status::ok();
  }
  HARTONOMOUS_TRY(MatrixPlace matrix,
                  find.table(Role::kOutput, out.token_embedding.outputs, model.hidden));
  out.output = LinearPlace{std::move(matrix), std::nullopt};
  return Status::ok();
}

Result<std::vector<double>> read_factors(const TensorFinder& find, Role role, std::size_t pairs,
                                         WeightSource& weights) {
  HARTONOMOUS_TRY(const VectorPlace place, find.vector(role, pairs));
  HARTONOMOUS_TRY(const Bytes bytes, weights.acquire(place.number));
  std::vector<float> factors(pairs);
  const Status decoded = tensor::dequantize(place.dtype, bytes, factors);
  weights.release(place.number);
  HARTONOMOUS_CHECK(decoded);
  for (const float factor : factors) {
    if (!(factor > 0))
      return Status(Code::kMalformed, "model has a rotary factor that is not positive");
  }
  return std::vector<double>(factors.begin(), factors.end());
}

// GGUF files keep divisors of rotary frequencies as tensors and do not name the scaling.
Status read_rope_tensors(ModelDescription& model, const TensorFinder& find, WeightSource& weights) {
  Rope& rope = model.rope;
  if (rope.kind == RopeKind::kNone || model.naming != Naming::kGguf) return Status::ok();
  const std::size_t pairs = rope.dimensions / 2;
  if (find.has(Role::kRopeFactors)) {
    HARTONOMOUS_TRY(rope.short_factors, read_factors(find, Role::kRopeFactors, pairs, weights));
    if (rope.scaling == RopeScaling::kNone) rope.scaling = RopeScaling::kDivisors;
  } else if (find.has(Role::kRopeLongFactors) || rope.scaling == RopeScaling::kLong) {
    HARTONOMOUS_TRY(rope.short_factors,
                    read_factors(find, Role::kRopeShortFactors, pairs, weights));
    HARTONOMOUS_TRY(rope.long_factors, read_factors(find, Role::kRopeLongFactors, pairs, weights));
    rope.scaling = RopeScaling::kLong;
    // What the stretch does to attention is said by the file, or nothing is.
    if (rope.attention_factor == 0) rope.attention_factor = 1;
  }
  return Status::ok();
}

}  // namespace

Result<Model> Model::open(ModelDescription description, WeightSource& weights) {
  const TensorFinder find(description, weights);
  ModelPlaces places;
  HARTONOMOUS_CHECK(find_embeddings(description, find, places));
  for (std::size_t layer = 0; layer < description.layers; ++layer) {
    HARTONOMOUS_TRY(places.layers.emplace_back(), find_layer(description, find, layer));
  }
  HARTONOMOUS_CHECK(find_output(description, find, places));
  HARTONOMOUS_CHECK(read_rope_tensors(description, find, weights));
  return Model(std::move(description), std::move(places));
}

bool Model::has_full_floats() const noexcept {
  return places_.layers.empty() ||
         places_.layers[0].attention_output.matrix.dtype == tensor::DType::kF32;
}

}  // namespace hartonomous::core::run
