// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/static_embedding.hpp"

#include "core/run/config_file.hpp"
#include "core/run/held_tensor.hpp"
#include "core/run/pooler.hpp"
#include "core/tensor/dequantize.hpp"

namespace hartonomous::core::run {

namespace {

std::optional<TensorShape> find_vectors(const WeightSource& weights) {
  auto found = weights.find("embeddings");
  return found ? std::move(found) : weights.find("embedding.weight");
}

// A per-token vector of numbers, if the source has it.
Result<std::optional<VectorPlace>> find_per_token(const WeightSource& weights, const char* name) {
  using Answer = std::optional<VectorPlace>;
  const auto found = weights.find(name);
  if (!found) return Answer();
  if (found->shape.size() != 1 || !tensor::info(found->dtype).is_decodable) {
    return Status(Code::kMalformed, "tensor " + quoted(name) + " is not one number per token");
  }
  return Answer(VectorPlace{found->number, found->dtype, found->shape[0]});
}

// Element `index` of a vector that is held.
Result<float> element(const VectorPlace& place, Bytes bytes, std::size_t index) {
  const std::size_t size = tensor::info(place.dtype).block_bytes;
  float value = 0;
  HARTONOMOUS_CHECK(
      tensor::dequantize(place.dtype, bytes.subspan(index * size, size), std::span(&value, 1)));
  return value;
}

}  // namespace

bool StaticEmbedding::is_in(const WeightSource& weights) {
  return find_vectors(weights).has_value();
}

Result<StaticEmbedding> StaticEmbedding::open(const WeightSource& weights, bool normalizes) {
  const auto vectors = find_vectors(weights);
  if (!vectors) return Status(Code::kMalformed, "model lacks tensor \"embeddings\"");
  if (vectors->shape.size() != 2 || vectors->shape[0] == 0 || vectors->shape[1] == 0 ||
      !tensor::info(vectors->dtype).is_decodable) {
    return Status(Code::kMalformed, "tensor \"embeddings\" is not one vector per token");
  }
  StaticEmbedding out;
  out.normalizes_ = normalizes;
  out.vectors_ = {vectors->number,
                  vectors->dtype,
                  static_cast<std::size_t>(vectors->shape[0]),
                  static_cast<std::size_t>(vectors->shape[1]),
                  false,
                  0,
                  {}};
  HARTONOMOUS_TRY(out.weights_, find_per_token(weights, "weights"));
  HARTONOMOUS_TRY(out.mapping_, find_per_token(weights, "mapping"));
  out.vocabulary_ = out.mapping_ ? out.mapping_->size : out.vectors_.outputs;
  if (out.weights_ && out.weights_->size != out.vocabulary_) {
    return Status(Code::kMalformed, "tensor \"weights\" has " + std::to_string(out.weights_->size) +
                                        " numbers for " + std::to_string(out.vocabulary_) +
                                        " tokens");
  }
  return out;
}

Status StaticEmbedding::add(TokenId token, const Held& held, std::span<float> vector,
                            Pooler& pooler) const {
  if (token >= vocabulary_) {
    return Status(Code::kInvalidArgument,
                  "token " + std::to_string(token) + " is not in the model's vocabulary")
        .with_detail("It has " + std::to_string(vocabulary_) + " tokens.");
  }
  std::size_t row = token;
  if (mapping_) {
    HARTONOMOUS_TRY(const float mapped, element(*mapping_, held.mapping->bytes(), token));
    if (!(mapped >= 0 && mapped < static_cast<float>(vectors_.outputs))) {
      return {Code::kMalformed,
              "token " + std::to_string(token) + " is mapped to a vector that is not there"};
    }
    row = static_cast<std::size_t>(mapped);
  }
  const std::size_t bytes = held.vectors.bytes().size() / vectors_.outputs;
  HARTONOMOUS_CHECK(
      tensor::dequantize(vectors_.dtype, held.vectors.bytes().subspan(row * bytes, bytes), vector));
  if (weights_) {
    HARTONOMOUS_TRY(const float weight, element(*weights_, held.weights->bytes(), token));
    for (float& x : vector) x *= weight;
  }
  pooler.add(vector);
  return Status::ok();
}

Result<std::vector<float>> StaticEmbedding::embed(std::span<const TokenId> tokens,
                                                  Machine machine) const {
  constexpr std::size_t kBatch = 4096;
  HARTONOMOUS_TRY(HeldTensor vectors, HeldTensor::acquire(machine.weights, vectors_.number));
  Held held{std::move(vectors), std::nullopt, std::nullopt};
  if (weights_) {
    HARTONOMOUS_TRY(HeldTensor tensor, HeldTensor::acquire(machine.weights, weights_->number));
    held.weights.emplace(std::move(tensor));
  }
  if (mapping_) {
    HARTONOMOUS_TRY(HeldTensor tensor, HeldTensor::acquire(machine.weights, mapping_->number));
    held.mapping.emplace(std::move(tensor));
  }
  Pooler pooler(Pooling::kMean, size());
  std::vector<float> vector(size());
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (i % kBatch == 0) machine.checkpoint.reached(0);
    HARTONOMOUS_CHECK(add(tokens[i], held, vector, pooler));
  }
  return pooler.vector(normalizes_);
}

Result<bool> read_static_normalizes(std::string_view config_json, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const format::Metadata config, read_config(config_json, checkpoint));
  const format::MetadataValue* value = config.find("normalize");
  const bool* normalizes = value == nullptr ? nullptr : std::get_if<bool>(value);
  return normalizes != nullptr && *normalizes;
}

}  // namespace hartonomous::core::run
