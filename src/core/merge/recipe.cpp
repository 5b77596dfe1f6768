// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/merge/recipe.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/format/json_reader.hpp"

namespace hartonomous::core::merge {

namespace {

using format::JsonReader;

// What methods take, as bits.
enum : unsigned {
  kWeight = 1,
  kNormalize = 2,
  kLambda = 4,
  kDensity = 8,
  kGamma = 16,
  kEpsilon = 32,
  kRescale = 64,
  kSeed = 128,
  kT = 256,
  kFlatten = 512,
  kIterations = 1024,
  kTopk = 2048,
  kFilterWise = 4096
};
constexpr unsigned kTask = kWeight | kNormalize | kLambda;
constexpr unsigned kDare = kTask | kDensity | kRescale | kSeed;

struct MethodFacts {
  Method method;
  std::string_view name;
  BaseUse base;
  std::size_t fewest, most;  // models; a base that is the first of them counted
  unsigned takes;
  bool normalizes;
};
constexpr std::size_t kMany = 64;
constexpr MethodFacts kMethods[] = {
    {Method::kLinear, "linear", BaseUse::kNone, 1, kMany, kWeight | kNormalize, true},
    {Method::kSlerp, "slerp", BaseUse::kFirstModel, 2, 2, kT, false},
    {Method::kNuslerp, "nuslerp", BaseUse::kOptional, 2, 2, kWeight | kFlatten, false},
    {Method::kMultislerp, "multislerp", BaseUse::kOptional, 1, kMany, kWeight | kNormalize, true},
    {Method::kKarcher, "karcher", BaseUse::kNone, 1, kMany, kWeight | kIterations, false},
    {Method::kTaskArithmetic, "task_arithmetic", BaseUse::kRequired, 1, kMany, kTask, false},
    {Method::kTies, "ties", BaseUse::kRequired, 1, kMany, kTask | kDensity, true},
    {Method::kDareLinear, "dare_linear", BaseUse::kRequired, 1, kMany, kDare, false},
    {Method::kDareTies, "dare_ties", BaseUse::kRequired, 1, kMany, kDare, false},
    {Method::kDella, "della", BaseUse::kRequired, 1, kMany, kDare | kEpsilon, true},
    {Method::kDellaLinear, "della_linear", BaseUse::kRequired, 1, kMany, kDare | kEpsilon, false},
    {Method::kBreadcrumbs, "breadcrumbs", BaseUse::kRequired, 1, kMany, kTask | kDensity | kGamma,
     false},
    {Method::kBreadcrumbsTies, "breadcrumbs_ties", BaseUse::kRequired, 1, kMany,
     kTask | kDensity | kGamma, false},
    {Method::kSce, "sce", BaseUse::kRequired, 1, kMany, kTopk, false},
    {Method::kModelStock, "model_stock", BaseUse::kRequired, 2, kMany, kFilterWise, false},
    {Method::kNearswap, "nearswap", BaseUse::kFirstModel, 2, 2, kT, false},
};

const MethodFacts& facts_of(Method method) noexcept {
  return *std::ranges::find(kMethods, method, &MethodFacts::method);
}

Status invalid(std::string_view key, std::string_view what) {
  return {Code::kInvalidArgument, "parameter " + quoted(key) + " " + std::string(what)};
}

Result<double> read_number(JsonReader& json, std::string_view key, double least, double most) {
  HARTONOMOUS_TRY(const double value, json.read_double());
  if (std::isfinite(value) && value >= least && value <= most) return value;
  return invalid(key, "is out of range");
}

// A number for every model, or an array with one for each.
Status read_each(JsonReader& json, std::string_view key, Recipe& recipe,
                 double ModelParameters::*member) {
  if (json.peek() != '[') {
    HARTONOMOUS_TRY(const double value, read_number(json, key, 0, 1));
    for (ModelParameters& model : recipe.models) model.*member = value;
    return Status::ok();
  }
  HARTONOMOUS_CHECK(json.begin_array());
  for (ModelParameters& model : recipe.models) {
    HARTONOMOUS_TRY(const bool more, json.next_element());
    if (!more) return invalid(key, "has fewer values than there are models");
    HARTONOMOUS_TRY(model.*member, read_number(json, key, 0, 1));
  }
  HARTONOMOUS_TRY(const bool more, json.next_element());
  return more ? invalid(key, "has more values than there are models") : Status::ok();
}

Status read_flag(JsonReader& json, bool& flag) {
  HARTONOMOUS_TRY(flag, json.read_bool());
  return Status::ok();
}

Status read_value(JsonReader& json, std::string_view key, double least, double most, double& out) {
  HARTONOMOUS_TRY(out, read_number(json, key, least, most));
  return Status::ok();
}

// The parameter, if there is one of that name; else nothing is read.
Result<bool> read_option(JsonReader& json, std::string_view key, MergeOptions& options) {
  Status status = Status::ok();
  if (key == "check_config") {
    status = read_flag(json, options.check_config);
  } else if (key == "check_tokenizer") {
    status = read_flag(json, options.check_tokenizer);
  } else if (key == "max_distance") {
    status = read_value(json, key, 0, 8, options.max_distance);
  } else {
    return false;
  }
  HARTONOMOUS_CHECK(std::move(status));
  return true;
}

Status read_parameter(JsonReader& json, std::string_view key, unsigned takes, Recipe& recipe) {
  const auto is = [&](std::string_view wanted, unsigned bit) {
    return key == wanted && (takes & bit) != 0;
  };
  if (is("normalize", kNormalize)) return read_flag(json, recipe.normalize);
  if (is("rescale", kRescale)) return read_flag(json, recipe.rescale);
  if (is("flatten", kFlatten)) return read_flag(json, recipe.flatten);
  if (is("row_wise", kFlatten)) return read_flag(json, recipe.row_wise);
  if (is("filter_wise", kFilterWise)) return read_flag(json, recipe.filter_wise);
  if (is("lambda", kLambda)) return read_value(json, key, -1e6, 1e6, recipe.lambda);
  if (is("t", kT)) return read_value(json, key, 0, 1, recipe.t);
  if (is("select_topk", kTopk)) return read_value(json, key, 0, 1, recipe.select_topk);
  if (is("tol", kIterations)) return read_value(json, key, 1e-15, 1, recipe.tolerance);
  if (is("density", kDensity)) return read_each(json, key, recipe, &ModelParameters::density);
  if (is("gamma", kGamma)) return read_each(json, key, recipe, &ModelParameters::gamma);
  if (is("epsilon", kEpsilon)) return read_each(json, key, recipe, &ModelParameters::epsilon);
  if (is("max_iter", kIterations) || is("seed", kSeed)) {
    std::uint64_t& out = key == "seed" ? recipe.seed : recipe.max_iterations;
    HARTONOMOUS_TRY(out, json.read_uint64());
    return recipe.max_iterations <= 1000 ? Status::ok() : invalid(key, "is out of range");
  }
  return invalid(key, "is none of method " + quoted(name(recipe.method)));
}

Status read_parameters(std::string_view text, Recipe& recipe, MergeOptions& options,
                       Checkpoint& checkpoint) {
  JsonReader json(text, "parameters", 0, checkpoint);
  const unsigned takes = facts_of(recipe.method).takes;
  HARTONOMOUS_CHECK(json.begin_object());
  std::string key;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, json.next_key(key));
    if (!more) return json.finish();
    HARTONOMOUS_TRY(const bool is_option, read_option(json, key, options));
    if (!is_option) HARTONOMOUS_CHECK(read_parameter(json, key, takes, recipe));
  }
}

Status check_counts(const RecipeRequest& request, const MethodFacts& facts) {
  const std::string method = "method " + quoted(facts.name);
  if (facts.base == BaseUse::kRequired && !request.has_base) {
    return {Code::kInvalidArgument, method + " needs a base"};
  }
  const bool is_first = facts.base == BaseUse::kFirstModel && request.has_base;
  const std::size_t models = request.models + (is_first ? 1 : 0);
  if (models < facts.fewest || models > facts.most) {
    return {Code::kInvalidArgument,
            method + " merges " + std::to_string(facts.fewest) +
                (facts.most == facts.fewest ? "" : " to " + std::to_string(facts.most)) +
                " models, not " + std::to_string(models)};
  }
  if (request.weights == nullptr) return Status::ok();
  if ((facts.takes & kWeight) == 0) return {Code::kInvalidArgument, method + " takes no weights"};
  if (request.weights->size() != request.models) {
    return {Code::kInvalidArgument, std::to_string(request.models) + " weights are needed, not " +
                                        std::to_string(request.weights->size())};
  }
  const auto is_usable = [](double w) { return std::isfinite(w) && std::abs(w) <= 1e6; };
  if (!std::ranges::all_of(*request.weights, is_usable)) {
    return {Code::kOutOfRange, "weights must be finite and at most 1000000"};
  }
  return Status::ok();
}

bool needs_positive_sum(const Recipe& recipe) {
  switch (recipe.method) {
    case Method::kLinear:
    case Method::kMultislerp:
      return recipe.normalize;
    case Method::kKarcher:
      return true;
    default:
      return false;
  }
}

Status check_ranges(const Recipe& recipe, unsigned takes) {
  double sum = 0;
  for (const ModelParameters& model : recipe.models) {
    sum += model.weight;
    if ((takes & kEpsilon) == 0 || model.density <= 0 || model.density >= 1) continue;
    if (model.density - model.epsilon <= 0 || model.density + model.epsilon >= 1) {
      return invalid("epsilon", "must keep density -+ epsilon between 0 and 1");
    }
  }
  if (needs_positive_sum(recipe) && std::abs(sum) < 1e-8) {
    return {Code::kInvalidArgument, "weights must not sum to 0"};
  }
  return Status::ok();
}

}  // namespace

std::string_view name(Method method) noexcept { return facts_of(method).name; }
BaseUse base_use(Method method) noexcept { return facts_of(method).base; }

std::optional<Method> method_by_name(std::string_view name) noexcept {
  const auto* found = std::ranges::find(kMethods, name, &MethodFacts::name);
  if (found == std::end(kMethods)) return std::nullopt;
  return found->method;
}

std::string method_names() {
  std::string names;
  for (const MethodFacts& facts : kMethods) {
    if (!names.empty()) names += ", ";
    names += facts.name;
  }
  return names;
}

Result<Recipe> read_recipe(const RecipeRequest& request, MergeOptions& options,
                           Checkpoint& checkpoint) {
  const MethodFacts& facts = facts_of(request.method);
  HARTONOMOUS_CHECK(check_counts(request, facts));
  Recipe recipe;
  recipe.method = request.method;
  recipe.has_base = request.has_base && facts.base != BaseUse::kNone;
  recipe.normalize = facts.normalizes;
  recipe.models.resize(request.models);
  if (request.weights != nullptr) {
    for (std::size_t i = 0; i < request.models; ++i)
      recipe.models[i].weight = (*request.weights)[i];
  }
  HARTONOMOUS_CHECK(read_parameters(request.parameters, recipe, options, checkpoint));
  HARTONOMOUS_CHECK(check_ranges(recipe, facts.takes));
  return recipe;
}

}  // namespace hartonomous::core::merge
