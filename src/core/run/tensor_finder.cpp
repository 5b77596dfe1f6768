// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/tensor_finder.hpp"

namespace hartonomous::core::run {

namespace {

std::string spelled(std::span<const std::uint64_t> shape) {
  std::string text = "[";
  for (const std::uint64_t size : shape) {
    if (text.size() > 1) text += ", ";
    text += std::to_string(size);
  }
  return text + "]";
}

Status wrong_shape(const std::string& name, std::span<const std::uint64_t> found,
                   std::span<const std::uint64_t> wanted) {
  return Status(Code::kMalformed, "tensor " + quoted(name) + " has shape " + spelled(found))
      .with_detail("The model's description asks for " + spelled(wanted) + ".");
}

Status check_additions(const std::string& name, const TensorShape& tensor) {
  for (const LowRank& addition : tensor.additions) {
    for (const tensor::DType dtype : {addition.a_dtype, addition.b_dtype}) {
      const auto& type = tensor::info(dtype);
      if (type.is_decodable && type.block_elements == 1 && addition.rank > 0) continue;
      return {Code::kUnsupported, "adapter of tensor " + quoted(name) +
                                      " has factors of element type " + std::string(type.name)};
    }
  }
  return Status::ok();
}

}  // namespace

TensorFinder::TensorFinder(const ModelDescription& description, const WeightSource& weights)
    : description_(&description), weights_(&weights) {
  has_prefix_ = weights.find(name(Role::kTokenEmbedding, {}) + ".weight").has_value();
}

std::string TensorFinder::name(Role role, LayerNumber at) const {
  return tensor_name(*description_->family, description_->naming, role, has_prefix_, at.layer,
                     at.expert);
}

bool TensorFinder::has(Role role, LayerNumber at) const {
  const std::string stem = name(role, at);
  return !stem.empty() && weights_->find(stem + ".weight").has_value();
}

Result<TensorShape> TensorFinder::find(const std::string& name) const {
  auto tensor = weights_->find(name);
  if (!tensor) {
    return Status(Code::kMalformed, "model lacks tensor " + quoted(name))
        .with_detail("Its architecture, " + std::string(description_->family->name) +
                     ", needs it.");
  }
  const auto& type = tensor::info(tensor->dtype);
  if (!type.is_decodable) {
    return Status(Code::kUnsupported, "tensor " + quoted(name) + " has element type " +
                                          std::string(type.name) + ", which is not run");
  }
  HARTONOMOUS_CHECK(check_additions(name, *tensor));
  return std::move(*tensor);
}

Result<MatrixPlace> TensorFinder::matrix(Role role, std::size_t outputs, std::size_t inputs,
                                         LayerNumber at) const {
  const std::string full = name(role, at) + ".weight";
  HARTONOMOUS_TRY(TensorShape tensor, find(full));
  const bool turned = description_->weights_are_transposed;
  // A matrix of one output may be stored as the vector that it is.
  if (tensor.shape.size() == 1 && outputs == 1) tensor.shape.insert(tensor.shape.begin(), 1);
  std::vector<std::uint64_t> wanted{outputs, inputs};
  if (outputs == 0 && tensor.shape.size() == 2) wanted[0] = tensor.shape[turned ? 1 : 0];
  MatrixPlace place{tensor.number, tensor.dtype, wanted[0], inputs, turned, 0, {}};
  if (turned) std::swap(wanted[0], wanted[1]);
  if (tensor.shape != wanted || place.outputs == 0) return wrong_shape(full, tensor.shape, wanted);
  place.additions = std::move(tensor.additions);
  return place;
}

Result<MatrixPlace> TensorFinder::table(Role role, std::size_t rows, std::size_t columns) const {
  const std::string full = name(role, {}) + ".weight";
  HARTONOMOUS_TRY(const TensorShape tensor, find(full));
  std::vector<std::uint64_t> wanted{rows, columns};
  if (rows == 0 && tensor.shape.size() == 2) wanted[0] = tensor.shape[0];
  if (tensor.shape != wanted || wanted[0] == 0) return wrong_shape(full, tensor.shape, wanted);
  if (!tensor.additions.empty()) {
    return Status(Code::kUnsupported,
                  "adapter of tensor " + quoted(full) + ", an embedding, is not supported");
  }
  return MatrixPlace{tensor.number, tensor.dtype, wanted[0], columns, false, 0, {}};
}

Result<LinearPlace> TensorFinder::linear(Role role, std::size_t outputs, std::size_t inputs,
                                         bool needs_bias, LayerNumber at) const {
  LinearPlace place;
  HARTONOMOUS_TRY(place.matrix, matrix(role, outputs, inputs, at));
  const std::string bias = name(role, at) + ".bias";
  if (needs_bias || weights_->find(bias)) {
    HARTONOMOUS_TRY(place.bias, vector_named(bias, outputs));
  }
  return place;
}

Result<LinearPlace> TensorFinder::stacked(Role role, std::size_t index, std::size_t count,
                                          std::size_t outputs, std::size_t inputs,
                                          std::size_t layer) const {
  const std::string full = name(role, {layer}) + ".weight";
  HARTONOMOUS_TRY(const TensorShape tensor, find(full));
  const std::vector<std::uint64_t> wanted{count, outputs, inputs};
  if (tensor.shape != wanted) return wrong_shape(full, tensor.shape, wanted);
  if (!tensor.additions.empty()) {
    return Status(Code::kUnsupported, "adapters of stacked experts are not supported");
  }
  const auto bytes = tensor::byte_length(tensor.dtype, std::span(wanted).subspan(1));
  if (!bytes) return wrong_shape(full, tensor.shape, wanted);
  return LinearPlace{{tensor.number, tensor.dtype, outputs, inputs, false, index * *bytes, {}},
                     std::nullopt};
}

Result<VectorPlace> TensorFinder::vector_named(const std::string& name, std::size_t size) const {
  HARTONOMOUS_TRY(const TensorShape tensor, find(name));
  const std::vector<std::uint64_t> wanted{size};
  if (tensor.shape != wanted) return wrong_shape(name, tensor.shape, wanted);
  return VectorPlace{tensor.number, tensor.dtype, size};
}

Result<VectorPlace> TensorFinder::vector(Role role, std::size_t size) const {
  return vector_named(name(role, {}) + ".weight", size);
}

Result<NormPlace> TensorFinder::norm(Role role, NormKind kind, std::size_t size,
                                     std::size_t layer) const {
  const std::string stem = name(role, {layer});
  NormPlace place;
  HARTONOMOUS_TRY(place.weight, vector_named(stem + ".weight", size));
  if (kind == NormKind::kLayer) {
    HARTONOMOUS_TRY(place.bias, vector_named(stem + ".bias", size));
  }
  return place;
}

}  // namespace hartonomous::core::run
