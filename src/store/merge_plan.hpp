// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a merge of models will do, tensor by tensor, before any value is read.
#pragma once

#include <optional>

#include "core/merge/recipe.hpp"
#include "store/version_tensors.hpp"

namespace hartonomous::store {

struct MergeRequest {
  std::string_view method;
  std::vector<std::string_view> models;  // with their refs or versions
  std::optional<std::vector<double>> weights;
  std::string_view base;   // empty: none
  std::string parameters;  // a JSON object: recipe.hpp
};

struct TensorPlan {
  NamedTensor frame;                   // what it replaces; dtype and shape of the result
  std::vector<TensorKey> inputs;       // as the recipe counts them
  std::optional<std::int64_t> shared;  // the tensor that the result is; nothing: values are made
  std::optional<double> distance;      // of the farthest model from the frame, in bits a sample
};

struct MergePlan {
  core::merge::Recipe recipe;
  VersionKey frame;                 // the base or else the first model: files come from it
  std::vector<VersionKey> inputs;   // as the recipe counts them
  std::vector<TensorPlan> tensors;  // in order of names
};

// kNotFound for a model that is not there, kInvalidArgument for what the method does not take and
// for models that do not fit together: another set of tensors, other shapes, configuration or
// tokenizer, integers that differ, weights that are not related; the first such tensor is named.
// kUnsupported for tensors of types that are not computed with. Runs as the caller.
MergePlan plan_merge(const MergeRequest& request);

}  // namespace hartonomous::store
