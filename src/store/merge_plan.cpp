// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/merge_plan.hpp"

#include <algorithm>
#include <cstdio>

#include "core/merge/tensor_merge.hpp"
#include "core/tensor/quantize.hpp"
#include "pg/identity.hpp"
#include "store/merge_guard.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::tensor::DType;
namespace merge = core::merge;

struct NamedVersion {
  std::string_view name;
  VersionKey version;
  std::vector<FileKey> files;
  std::map<std::string, NamedTensor> tensors;
};

NamedVersion found(std::string_view name) {
  const VersionKey version = find_version(name);
  return {name, version, files_of(version), {}};
}

std::string shape_of(const TensorKey& tensor) {
  std::string shape = "[";
  for (const std::uint64_t n : tensor.shape) {
    if (shape.size() > 1) shape += ", ";
    shape += std::to_string(n);
  }
  return shape += "]";
}

bool is_whole(DType dtype) noexcept { return dtype <= DType::kU64; }

bool is_computed_with(DType dtype) noexcept {
  return !is_whole(dtype) && core::tensor::info(dtype).is_decodable;
}

// Every tensor of the frame and no other, in the same shapes.
void require_same_tensors(const NamedVersion& frame, const NamedVersion& model) {
  const auto refuse = [&](std::string_view tensor, std::string_view how, std::string detail) {
    pg::raise(Status(Code::kInvalidArgument, "tensor " + core::quoted(tensor) + " of model " +
                                                 core::quoted(model.name) + " " + std::string(how))
                  .with_detail(std::move(detail)));
  };
  for (const auto& [name, tensor] : frame.tensors) {
    const auto other = model.tensors.find(name);
    if (other == model.tensors.end()) {
      refuse(name, "is missing", "Model " + core::quoted(frame.name) + " has it.");
    }
    if (other->second.key.shape == tensor.key.shape) continue;
    refuse(name, "has another shape",
           "It is " + shape_of(other->second.key) + ", that of model " + core::quoted(frame.name) +
               " " + shape_of(tensor.key) + ".");
  }
  for (const auto& [name, tensor] : model.tensors) {
    if (frame.tensors.contains(name)) continue;
    refuse(name, "is superfluous", "Model " + core::quoted(frame.name) + " has none of that name.");
  }
}

bool are_same(const TensorKey& a, const TensorKey& b) {
  return a.tensor_id == b.tensor_id && a.steps.empty() && b.steps.empty();
}

TensorPlan plan_tensor(const NamedTensor& frame, std::vector<TensorKey> inputs,
                       const merge::Recipe& recipe) {
  const TensorKey& first = inputs.front();
  const bool are_equal =
      std::ranges::all_of(inputs, [&](const TensorKey& input) { return are_same(first, input); });
  const bool are_computed = std::ranges::all_of(
      inputs, [](const TensorKey& input) { return is_computed_with(input.dtype); });
  if (are_equal && first.dtype == frame.key.dtype &&
      (merge::keeps_equal(recipe) || !are_computed || frame.key.byte_length == 0)) {
    return {frame, std::move(inputs), first.tensor_id, {}};
  }
  const auto dtype = core::quoted(core::tensor::info(frame.key.dtype).name);
  if (is_whole(frame.key.dtype)) {
    pg::raise(Status(Code::kInvalidArgument,
                     "tensor " + core::quoted(frame.name) + " of type " + dtype + " differs")
                  .with_detail("Whole numbers are not merged: all models must have the same."));
  }
  if (!are_computed || !core::tensor::is_quantizable(frame.key.dtype)) {
    pg::raise({Code::kUnsupported,
               "tensor " + core::quoted(frame.name) + " of type " + dtype + " cannot be merged"});
  }
  return {frame, std::move(inputs), {}, {}};
}

std::string rounded(double value) {
  char digits[32];
  std::snprintf(digits, sizeof digits, "%.2f", value);
  return digits;
}

// Fills in the distances; refuses a model whose weights are on average as far from the frame's as
// unrelated ones.
void measure(const NamedVersion& frame, std::span<const NamedVersion* const> models, double limit,
             std::vector<TensorPlan>& plans) {
  std::vector<std::int64_t> ids;
  for (const auto& [name, tensor] : frame.tensors) ids.push_back(tensor.key.tensor_id);
  for (const NamedVersion* model : models) {
    for (const auto& [name, tensor] : model->tensors) ids.push_back(tensor.key.tensor_id);
  }
  const StoredSamples samples(ids);
  for (const NamedVersion* model : models) {
    double sum = 0;
    std::size_t measured = 0;
    const TensorPlan* farthest = nullptr;
    double most = -1;
    for (TensorPlan& plan : plans) {
      const auto away = samples.distance(plan.frame.key.tensor_id,
                                         model->tensors.at(plan.frame.name).key.tensor_id);
      if (!away) continue;
      plan.distance = std::max(plan.distance.value_or(0), *away);
      sum += *away;
      ++measured;
      if (*away > most) {
        most = *away;
        farthest = &plan;
      }
    }
    if (measured == 0 || sum / static_cast<double>(measured) < limit) continue;
    pg::raise(Status(Code::kInvalidArgument, "model " + core::quoted(model->name) +
                                                 " is not related to the base: tensor " +
                                                 core::quoted(farthest->frame.name) + " is " +
                                                 rounded(most) + " bits a sample away")
                  .with_detail(
                      "On average its tensors are " + rounded(sum / static_cast<double>(measured)) +
                      " away; those of tunes of one base are below " + rounded(limit) + ".")
                  .with_hint("The parameter {\"max_distance\": 8} merges all the same."));
  }
}

merge::Recipe recipe_of(const MergeRequest& request, merge::MergeOptions& options) {
  const auto method = merge::method_by_name(request.method);
  if (!method) {
    pg::raise(Status(Code::kInvalidArgument, "unknown method " + core::quoted(request.method))
                  .with_hint("Methods are " + merge::method_names() + "."));
  }
  pg::PollCheckpoint checkpoint;
  auto recipe = merge::read_recipe({.method = *method,
                                    .models = request.models.size(),
                                    .has_base = !request.base.empty(),
                                    .weights = request.weights ? &*request.weights : nullptr,
                                    .parameters = request.parameters},
                                   options, checkpoint);
  if (!recipe.is_ok() && recipe.status().code() == Code::kMalformed) {
    pg::raise({Code::kInvalidArgument, recipe.status().message()});
  }
  return pg::check(std::move(recipe));
}

}  // namespace

MergePlan plan_merge(const MergeRequest& request) {
  merge::MergeOptions options;
  const merge::Recipe recipe = recipe_of(request, options);
  std::vector<NamedVersion> models;
  for (const std::string_view name : request.models) models.push_back(found(name));
  std::optional<NamedVersion> base;
  if (!request.base.empty()) base = found(request.base);
  NamedVersion& frame = base ? *base : models.front();

  const pg::OwnerRights rights;
  if (base) base->tensors = own_tensors_of(base->version);
  std::vector<const NamedVersion*> others;
  for (NamedVersion& model : models) {
    model.tensors = own_tensors_of(model.version);
    if (&model != &frame) others.push_back(&model);
  }
  for (const NamedVersion* model : others) {
    require_same_tensors(frame, *model);
    require_alike({frame.name, frame.files}, {model->name, model->files}, options);
  }
  MergePlan plan{recipe, frame.version, {}, {}};
  if (recipe.has_base) plan.inputs.push_back(base->version);
  for (const NamedVersion& model : models) plan.inputs.push_back(model.version);
  for (const auto& [name, tensor] : frame.tensors) {
    std::vector<TensorKey> inputs;
    if (recipe.has_base) inputs.push_back(tensor.key);
    for (const NamedVersion& model : models) inputs.push_back(model.tensors.at(name).key);
    plan.tensors.push_back(plan_tensor(tensor, std::move(inputs), recipe));
  }
  measure(frame, others, options.max_distance, plan.tensors);
  return plan;
}

}  // namespace hartonomous::store
