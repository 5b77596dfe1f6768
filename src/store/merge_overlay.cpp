// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/merge_overlay.hpp"

#include <algorithm>
#include <set>

#include "pg/boundary.hpp"
#include "store/merged_tensor.hpp"

namespace hartonomous::store {

namespace {

using StepsByTensor = std::map<std::string, std::vector<NamedStep>>;

StepsByTensor steps_by_tensor(std::int64_t version_id) {
  StepsByTensor all;
  for (NamedStep& step : steps_of(version_id)) all[step.tensor].push_back(std::move(step));
  return all;
}

// A version whose tensors become operands, all names under one prefix.
class OperandSource {
 public:
  OperandSource(const VersionKey& version, std::string prefix)
      : version_(version),
        prefix_(std::move(prefix)),
        steps_(steps_by_tensor(version.version_id)) {}

  // The name that the tensor has as an operand.
  std::string use(const std::string& name) {
    if (used_.insert(name).second) {
      const auto steps = steps_.find(name);
      if (steps != steps_.end()) {
        for (const NamedStep& step : steps->second) {
          for (const std::string& operand : step.operands) use(operand);
        }
      }
    }
    return prefix_ + name;
  }

  void append_to(ManifestEntries& entries) const {
    const std::vector<std::string_view> names(used_.begin(), used_.end());
    const std::map<std::string, FileKey> files = files_by_path(version_.version_id);
    std::set<std::string> paths;
    for (const auto& [name, tensor] : tensors_of(version_.version_id, names)) {
      const auto steps = steps_.find(name);
      entries.tensors.push_back({prefix_ + name, tensor.key.tensor_id, prefix_ + tensor.path,
                                 steps == steps_.end() ? "" : prefixed_json(steps->second)});
      if (!paths.insert(tensor.path).second) continue;
      entries.files.push_back({prefix_ + tensor.path, files.at(tensor.path).file_id});
    }
  }

 private:
  std::string prefixed_json(std::vector<NamedStep> steps) const {
    for (NamedStep& step : steps) {
      for (std::string& operand : step.operands) operand.insert(0, prefix_);
    }
    return steps_json(steps);
  }

  VersionKey version_;
  std::string prefix_;
  StepsByTensor steps_;
  std::set<std::string> used_;
};

// Of each input that is not the frame.
std::map<std::int64_t, OperandSource> sources_of(const MergePlan& plan) {
  std::vector<std::string> names = tensor_names_of(plan.frame.version_id);
  std::map<std::int64_t, OperandSource> sources;
  for (const VersionKey& input : plan.inputs) {
    if (input.version_id == plan.frame.version_id || sources.contains(input.version_id)) continue;
    names.push_back(next_operand_prefix(names));
    sources.emplace(input.version_id, OperandSource(input, names.back()));
  }
  return sources;
}

// The step that makes the frame's value the sum of multiples of the inputs.
NamedStep linear_step(const MergePlan& plan, const std::string& name,
                      std::span<const double> multiples,
                      std::map<std::int64_t, OperandSource>& sources) {
  NamedStep step;
  step.tensor = name;
  step.parameters.operation = Operation::kLinear;
  step.parameters.keep = 0;
  for (std::size_t i = 0; i < plan.inputs.size(); ++i) {
    const auto source = sources.find(plan.inputs[i].version_id);
    if (source == sources.end()) {
      step.parameters.keep += multiples[i];
    } else {
      step.operands.push_back(source->second.use(name));
      step.parameters.weights.push_back(multiples[i]);
    }
  }
  return step;
}

}  // namespace

ManifestEntries overlay_entries(const MergePlan& plan, core::Checkpoint& progress) {
  StepsByTensor steps = steps_by_tensor(plan.frame.version_id);
  std::map<std::int64_t, OperandSource> sources = sources_of(plan);
  ManifestEntries entries;
  for (const TensorPlan& tensor : plan.tensors) {
    const NamedTensor& frame = tensor.frame;
    if (tensor.shared == frame.key.tensor_id && frame.key.steps.empty()) continue;
    const std::vector<double> multiples = multiples_of(plan.recipe, tensor, progress);
    if (multiples.empty()) {
      pg::raise(core::Status(core::Code::kUnsupported,
                             "method " + core::quoted(core::merge::name(plan.recipe.method)) +
                                 " does not make an overlay")
                    .with_detail("Its values are not the same multiples of a whole tensor's."));
    }
    auto& own = steps[frame.name];
    own.push_back(linear_step(plan, frame.name, multiples, sources));
    entries.tensors.push_back({frame.name, frame.key.tensor_id, frame.path, steps_json(own)});
  }
  for (const auto& [version, source] : sources) source.append_to(entries);
  return entries;
}

}  // namespace hartonomous::store
