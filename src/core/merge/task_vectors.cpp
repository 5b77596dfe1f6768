// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/merge/task_vectors.hpp"

#include <algorithm>
#include <cmath>

#include "core/merge/pruning.hpp"

namespace hartonomous::core::merge {

namespace {

bool elects_signs(Method method) noexcept {
  return method == Method::kTies || method == Method::kDareTies || method == Method::kDella ||
         method == Method::kBreadcrumbsTies;
}

class TaskVectors final : public TensorMerge {
 public:
  TaskVectors(const Recipe& recipe, const MergedTensor& tensor)
      : recipe_(recipe), elements_(tensor.elements) {
    for (std::size_t i = 0; i < recipe.models.size(); ++i) {
      prunings_.push_back(make_pruning(recipe, i, tensor));
      weight_sum_ += recipe.models[i].weight;
    }
    if (std::abs(weight_sum_) < 1e-8) weight_sum_ = 1;
    pruned_.resize(recipe.models.size());
  }

  bool wants_rows() const noexcept override {
    return std::ranges::any_of(prunings_, [](const auto& p) { return p->wants_rows(); });
  }
  int passes() const noexcept override {
    int most = 0;
    for (const auto& pruning : prunings_) most = std::max(most, pruning->passes());
    return most;
  }
  void observe(int pass, const Chunk& chunk) override {
    const std::size_t count = chunk.inputs.front().size();
    for (std::size_t m = 0; m < prunings_.size(); ++m) {
      if (pass >= prunings_[m]->passes()) continue;
      prunings_[m]->observe(pass, difference(chunk, m));
      if (chunk.first + count == elements_) prunings_[m]->end_pass(pass);
    }
  }
  void merge(const Chunk& chunk, std::span<float> out) override {
    for (std::size_t m = 0; m < prunings_.size(); ++m) {
      pruned_[m].resize(out.size());
      prunings_[m]->prune(chunk.first, difference(chunk, m), pruned_[m]);
      const double weight = recipe_.models[m].weight;
      for (double& value : pruned_[m]) value *= weight;
    }
    const std::span<const float> base = chunk.inputs.front();
    const bool elects = elects_signs(recipe_.method);
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double sum = recipe_.lambda * (elects ? elected(i) : mixed(i));
      out[i] = static_cast<float>(static_cast<double>(base[i]) + sum);
    }
  }

 private:
  std::span<const float> difference(const Chunk& chunk, std::size_t model) {
    const std::span<const float> base = chunk.inputs.front(), own = chunk.inputs[model + 1];
    difference_.resize(own.size());
    for (std::size_t i = 0; i < own.size(); ++i) difference_[i] = own[i] - base[i];
    return difference_;
  }

  double mixed(std::size_t i) const noexcept {
    double sum = 0;
    for (const auto& values : pruned_) sum += values[i];
    return recipe_.normalize ? sum / weight_sum_ : sum;
  }

  // Of the sign that outweighs the other alone, zero counting as positive.
  double elected(std::size_t i) const noexcept {
    double all = 0, sum = 0, weights = 0;
    for (const auto& values : pruned_) all += values[i];
    for (std::size_t m = 0; m < pruned_.size(); ++m) {
      const double value = pruned_[m][i];
      if (all >= 0 ? value <= 0 : value >= 0) continue;
      sum += value;
      weights += recipe_.models[m].weight;
    }
    return recipe_.normalize && weights != 0 ? sum / weights : sum;
  }

  Recipe recipe_;
  std::uint64_t elements_;
  std::vector<std::unique_ptr<Pruning>> prunings_;
  double weight_sum_ = 0;
  std::vector<float> difference_;
  std::vector<std::vector<double>> pruned_;  // and weighted
};

}  // namespace

std::unique_ptr<TensorMerge> make_task_vectors(const Recipe& recipe, const MergedTensor& tensor) {
  return std::make_unique<TaskVectors>(recipe, tensor);
}

}  // namespace hartonomous::core::merge
