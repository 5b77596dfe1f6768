// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <array>

#include "core/merge/selection.hpp"
#include "core/merge/task_vectors.hpp"

namespace hartonomous::core::merge {

namespace {

constexpr std::size_t kLanes = 8;  // partial sums, by position

class Sce final : public TensorMerge {
 public:
  Sce(const Recipe& recipe, const MergedTensor& tensor)
      : topk_(recipe.select_topk),
        elements_(tensor.elements),
        squares_(recipe.models.size()),
        weights_(recipe.models.size()),
        differences_(recipe.models.size()) {}

  int passes() const noexcept override { return (selects() ? Largest::kPasses : 0) + 1; }

  void observe(int pass, const Chunk& chunk) override {
    const bool is_last = chunk.first + chunk.inputs.front().size() == elements_;
    take_differences(chunk);
    if (selects() && pass < Largest::kPasses) {
      take_variances();
      if (pass == 0) {
        const auto varies = [](float variance) { return variance != 0; };
        varied_ += static_cast<std::uint64_t>(std::ranges::count_if(variances_, varies));
      }
      largest_.observe(pass, variances_);
      if (is_last) end_selection(pass);
      return;
    }
    erase_unselected();
    for (std::size_t m = 0; m < differences_.size(); ++m) {
      for (std::size_t i = 0; i < differences_[m].size(); ++i) {
        const double value = differences_[m][i];
        squares_[m][(chunk.first + i) % kLanes] += value * value;
      }
    }
    if (is_last) find_weights();
  }

  void merge(const Chunk& chunk, std::span<float> out) override {
    take_differences(chunk);
    erase_unselected();
    const std::span<const float> base = chunk.inputs.front();
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<float>(static_cast<double>(base[i]) + elected(i));
    }
  }

 private:
  bool selects() const noexcept { return topk_ < 1; }

  void take_differences(const Chunk& chunk) {
    const std::span<const float> base = chunk.inputs.front();
    for (std::size_t m = 0; m < differences_.size(); ++m) {
      const std::span<const float> own = chunk.inputs[m + 1];
      differences_[m].resize(own.size());
      for (std::size_t i = 0; i < own.size(); ++i) differences_[m][i] = own[i] - base[i];
    }
  }

  // Of the differences at each position, rounded to single precision.
  void take_variances() {
    const auto count = static_cast<double>(differences_.size());
    variances_.resize(differences_.front().size());
    for (std::size_t i = 0; i < variances_.size(); ++i) {
      double sum = 0, squares = 0;
      for (const auto& values : differences_) sum += static_cast<double>(values[i]);
      const double mean = sum / count;
      for (const auto& values : differences_) {
        const double away = static_cast<double>(values[i]) - mean;
        squares += away * away;
      }
      variances_[i] = static_cast<float>(squares / count);
    }
  }

  void end_selection(int pass) {
    if (pass == 0) {
      largest_.set_count(static_cast<std::uint64_t>(topk_ * static_cast<double>(varied_)));
    }
    largest_.end_pass(pass);
  }

  void erase_unselected() {
    if (!selects()) return;
    take_variances();
    for (std::size_t i = 0; i < variances_.size(); ++i) {
      if (largest_.takes(variances_[i])) continue;
      for (auto& values : differences_) values[i] = 0;
    }
  }

  void find_weights() {
    largest_.restart();
    double sum = 0;
    for (std::size_t m = 0; m < squares_.size(); ++m) {
      const auto& s = squares_[m];
      weights_[m] = ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));
      sum += weights_[m];
    }
    if (sum == 0) return;
    for (double& weight : weights_) weight /= sum;
  }

  // The weighted mean of the differences whose sign has the larger sum, zero counting as positive.
  double elected(std::size_t i) const noexcept {
    double all = 0, sum = 0, weights = 0;
    for (const auto& values : differences_) all += static_cast<double>(values[i]);
    for (std::size_t m = 0; m < differences_.size(); ++m) {
      const double value = differences_[m][i];
      if (all >= 0 ? value <= 0 : value >= 0) continue;
      sum += weights_[m] * value;
      weights += weights_[m];
    }
    return weights > 0 ? sum / weights : 0;
  }

  double topk_;
  std::uint64_t elements_, varied_ = 0;
  Largest largest_{1};  // the count is known when the positions that vary are counted
  std::vector<std::array<double, kLanes>> squares_;
  std::vector<double> weights_;
  std::vector<std::vector<float>> differences_;
  std::vector<float> variances_;
};

}  // namespace

std::unique_ptr<TensorMerge> make_sce(const Recipe& recipe, const MergedTensor& tensor) {
  return std::make_unique<Sce>(recipe, tensor);
}

}  // namespace hartonomous::core::merge
