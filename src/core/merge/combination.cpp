// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/merge/combination.hpp"

#include <algorithm>

#include "core/merge/coefficients.hpp"

namespace hartonomous::core::merge {

namespace {

// Whether what is combined is how the models differ from the base.
bool is_of_differences(const Recipe& recipe) noexcept {
  return recipe.has_base && base_use(recipe.method) != BaseUse::kFirstModel;
}

// Multiples of the inputs from those of the vectors.
std::vector<double> of_inputs(const Recipe& recipe, std::vector<double> multiples) {
  if (!is_of_differences(recipe)) return multiples;
  double sum = 0;
  for (const double multiple : multiples) sum += multiple;
  multiples.insert(multiples.begin(), 1 - sum);
  return multiples;
}

// out[i] = sum over the inputs, in order, of multiple * input.
void combine(std::span<const std::span<const float>> inputs, std::span<const double> multiples,
             std::span<float> out) {
  constexpr std::size_t kStretch = 1024;
  double sums[kStretch];
  for (std::size_t at = 0; at < out.size(); at += kStretch) {
    const std::size_t n = std::min(kStretch, out.size() - at);
    std::fill_n(sums, n, 0.0);
    for (std::size_t v = 0; v < inputs.size(); ++v) {
      const float* values = inputs[v].data() + at;
      const double multiple = multiples[v];
      for (std::size_t i = 0; i < n; ++i) sums[i] += multiple * static_cast<double>(values[i]);
    }
    for (std::size_t i = 0; i < n; ++i) out[at + i] = static_cast<float>(sums[i]);
  }
}

// What the products are taken of: the vectors, and the base that they are taken from.
struct Vectors {
  std::span<const std::span<const float>> all;
  std::span<const float> origin;
};
Vectors vectors_of(const Recipe& recipe, const Chunk& chunk) {
  if (!is_of_differences(recipe)) return {chunk.inputs, {}};
  return {chunk.inputs.subspan(1), chunk.inputs.front()};
}
std::size_t vector_count(const Recipe& recipe) noexcept {
  return recipe.inputs() - (is_of_differences(recipe) ? 1 : 0);
}

// The same multiples for the whole tensor.
class WholeTensor final : public TensorMerge {
 public:
  explicit WholeTensor(const Recipe& recipe)
      : recipe_(recipe), products_(needs_products(recipe.method) ? vector_count(recipe) : 0) {}

  int passes() const noexcept override { return needs_products(recipe_.method) ? 1 : 0; }
  void observe(int /*pass*/, const Chunk& chunk) override {
    const Vectors vectors = vectors_of(recipe_, chunk);
    products_.add(chunk.first, vectors.all, vectors.origin);
  }
  void merge(const Chunk& chunk, std::span<float> out) override {
    if (multiples_.empty()) multiples_ = coefficients();
    combine(chunk.inputs, multiples_, out);
  }
  std::vector<double> coefficients() const override {
    return of_inputs(recipe_, merge::coefficients(recipe_, products_.gram()));
  }

 private:
  Recipe recipe_;
  DotProducts products_;
  std::vector<double> multiples_;
};

// Each row by itself.
class EachRow final : public TensorMerge {
 public:
  EachRow(const Recipe& recipe, std::uint64_t row) : recipe_(recipe), row_(row) {}

  bool wants_rows() const noexcept override { return true; }
  void merge(const Chunk& chunk, std::span<float> out) override {
    std::vector<std::span<const float>> rows(chunk.inputs.size());
    for (std::size_t at = 0; at < out.size(); at += row_) {
      for (std::size_t v = 0; v < rows.size(); ++v) rows[v] = chunk.inputs[v].subspan(at, row_);
      const Vectors vectors = vectors_of(recipe_, {0, rows});
      DotProducts products(vectors.all.size());
      products.add(0, vectors.all, vectors.origin);
      combine(rows, of_inputs(recipe_, merge::coefficients(recipe_, products.gram())),
              out.subspan(at, row_));
    }
  }

 private:
  Recipe recipe_;
  std::size_t row_;
};

// Each column by itself: of two vectors, the three products.
class EachColumn final : public TensorMerge {
 public:
  EachColumn(const Recipe& recipe, std::uint64_t row)
      : recipe_(recipe), row_(row), sums_(3, std::vector<double>(row)) {}

  bool wants_rows() const noexcept override { return true; }
  int passes() const noexcept override { return 1; }
  void observe(int /*pass*/, const Chunk& chunk) override {
    const Vectors vectors = vectors_of(recipe_, chunk);
    const std::size_t count = vectors.all.front().size();
    for (std::size_t i = 0; i < count; ++i) {
      const double zero = vectors.origin.empty() ? 0.0 : static_cast<double>(vectors.origin[i]);
      const double a = static_cast<double>(vectors.all[0][i]) - zero;
      const double b = static_cast<double>(vectors.all[1][i]) - zero;
      const std::size_t column = i % row_;
      sums_[0][column] += a * a;
      sums_[1][column] += a * b;
      sums_[2][column] += b * b;
    }
  }
  void merge(const Chunk& chunk, std::span<float> out) override {
    if (multiples_.empty()) find_multiples();
    for (std::size_t i = 0; i < out.size(); ++i) {
      const double* multiples = multiples_.data() + i % row_ * chunk.inputs.size();
      double sum = 0;
      for (std::size_t v = 0; v < chunk.inputs.size(); ++v) {
        sum += multiples[v] * static_cast<double>(chunk.inputs[v][i]);
      }
      out[i] = static_cast<float>(sum);
    }
  }

 private:
  void find_multiples() {
    for (std::size_t column = 0; column < row_; ++column) {
      Gram gram(2);
      gram.set(0, 0, sums_[0][column]);
      gram.set(0, 1, sums_[1][column]);
      gram.set(1, 1, sums_[2][column]);
      const auto all = of_inputs(recipe_, merge::coefficients(recipe_, gram));
      multiples_.insert(multiples_.end(), all.begin(), all.end());
    }
  }

  Recipe recipe_;
  std::size_t row_;
  std::vector<std::vector<double>> sums_;
  std::vector<double> multiples_;  // of each column, one for each input
};

}  // namespace

std::unique_ptr<TensorMerge> make_combination(const Recipe& recipe, const MergedTensor& tensor) {
  const bool is_vector = tensor.row >= tensor.elements;
  if (recipe.filter_wise) return std::make_unique<EachRow>(recipe, tensor.row);
  if (recipe.flatten || is_vector) return std::make_unique<WholeTensor>(recipe);
  if (recipe.row_wise) return std::make_unique<EachRow>(recipe, tensor.row);
  return std::make_unique<EachColumn>(recipe, tensor.row);
}

}  // namespace hartonomous::core::merge
