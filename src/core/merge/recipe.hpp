// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How models are merged: a method and its parameters, under the names that mergekit gave them.
// docs/internals/merging.md has the formulae.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::merge {

enum class Method : std::uint8_t {
  kLinear,
  kSlerp,
  kNuslerp,
  kMultislerp,
  kKarcher,
  kTaskArithmetic,
  kTies,
  kDareLinear,
  kDareTies,
  kDella,
  kDellaLinear,
  kBreadcrumbs,
  kBreadcrumbsTies,
  kSce,
  kModelStock,
  kNearswap,
};
std::string_view name(Method method) noexcept;
std::optional<Method> method_by_name(std::string_view name) noexcept;
std::string method_names();  // of all, with commas

// What a base is to a method.
enum class BaseUse : std::uint8_t {
  kNone,       // no term of the merge: only files come from it
  kOptional,   // with one, what is merged is how the models differ from it
  kRequired,   // what is merged is how the models differ from it
  kFirstModel  // it is the first of two models
};
BaseUse base_use(Method method) noexcept;

// Of one model, the base not counted.
struct ModelParameters {
  double weight = 1;
  double density = 1;     // 0 .. 1: the part of a task vector that is kept
  double gamma = 0.01;    // 0 .. 1: the part, of the largest, that is dropped
  double epsilon = 0.15;  // keep probabilities lie in density -+ epsilon
};

struct Recipe {
  Method method = Method::kLinear;
  bool has_base = false;  // as a term of the merge: the first input
  std::vector<ModelParameters> models;
  double lambda = 1, t = 0.5, select_topk = 1, tolerance = 1e-5;
  std::uint64_t max_iterations = 10, seed = 0;
  bool normalize = false, rescale = true, flatten = true, row_wise = false, filter_wise = false;

  std::size_t inputs() const noexcept { return models.size() + (has_base ? 1 : 0); }
};

// What of `parameters`, a JSON object, is not the method's: merge_models() has parameters of its
// own.
struct MergeOptions {
  double max_distance = 5.5;  // bits a sample; 5.5 is what unrelated tensors are apart
  bool check_config = true, check_tokenizer = true;
};

struct RecipeRequest {
  Method method;
  std::size_t models;
  bool has_base;
  const std::vector<double>* weights = nullptr;  // one for each model; null: all 1
  std::string_view parameters = "{}";
};
// kInvalidArgument, naming the parameter, for one that the method does not take or that is out of
// range, and for too many or too few models, weights or bases.
Result<Recipe> read_recipe(const RecipeRequest& request, MergeOptions& options,
                           Checkpoint& checkpoint);

}  // namespace hartonomous::core::merge
