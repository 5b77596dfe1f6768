// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/merge/tensor_merge.hpp"

#include <cmath>

#include "core/merge/coefficients.hpp"
#include "core/merge/combination.hpp"
#include "core/merge/task_vectors.hpp"

namespace hartonomous::core::merge {

namespace {

// From the first model to the second, all the way where they are at most t apart, elsewhere by t.
class Nearswap final : public TensorMerge {
 public:
  explicit Nearswap(double t) : t_(t) {}
  void merge(const Chunk& chunk, std::span<float> out) override {
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double a = chunk.inputs[0][i], b = chunk.inputs[1][i];
      const double away = std::abs(a - b);
      const double part = away <= t_ ? 1 : t_ / away;
      out[i] = static_cast<float>(part * b + (1 - part) * a);
    }
  }

 private:
  double t_;
};

std::unique_ptr<TensorMerge> made(const Recipe& recipe, const MergedTensor& tensor) {
  if (is_combination(recipe.method)) return make_combination(recipe, tensor);
  if (recipe.method == Method::kNearswap) return std::make_unique<Nearswap>(recipe.t);
  if (recipe.method == Method::kSce) return make_sce(recipe, tensor);
  return make_task_vectors(recipe, tensor);
}

}  // namespace

Result<std::unique_ptr<TensorMerge>> make_merge(const Recipe& recipe, const MergedTensor& tensor) {
  const bool may_want_rows = recipe.method == Method::kDella ||
                             recipe.method == Method::kDellaLinear || !recipe.flatten ||
                             recipe.filter_wise;
  if (may_want_rows && tensor.row > kMaxRow) {
    return Status(Code::kLimitExceeded, "tensor " + quoted(tensor.name) + " has rows of " +
                                            std::to_string(tensor.row) + " elements")
        .with_detail("Methods that look at rows take at most " + std::to_string(kMaxRow) + ".");
  }
  return made(recipe, tensor);
}

bool keeps_equal(const Recipe& recipe) noexcept {
  const bool is_scaled = recipe.method == Method::kLinear || recipe.method == Method::kMultislerp;
  return !is_scaled || recipe.normalize || recipe.has_base;
}

}  // namespace hartonomous::core::merge
