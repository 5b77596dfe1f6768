// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/merge/pruning.hpp"

#include <algorithm>

#include "core/base/random_number.hpp"
#include "core/merge/selection.hpp"

namespace hartonomous::core::merge {

namespace {

std::uint64_t part_of(double fraction, std::uint64_t count) noexcept {
  return std::min(static_cast<std::uint64_t>(fraction * static_cast<double>(count)), count);
}

// The seed of a model's draws for a tensor: FNV-1a over the recipe's seed, the model's number and
// the tensor's name. The draw for an element is the element-th number of that sequence.
std::uint64_t draw_seed(std::uint64_t seed, std::uint64_t model, std::string_view name) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325;
  const auto take = [&](std::uint64_t byte) { hash = (hash ^ byte) * 0x100000001b3; };
  for (const std::uint64_t number : {seed, model}) {
    for (unsigned shift = 0; shift < 64; shift += 8) take(number >> shift & 0xff);
  }
  for (const char c : name) take(static_cast<unsigned char>(c));
  return hash;
}

class All final : public Pruning {
 public:
  void prune(std::uint64_t /*first*/, std::span<const float> differences,
             std::span<double> out) override {
    std::ranges::copy(differences, out.begin());
  }
};

// Of all elements in descending order of magnitude, those from `dropped` on, as many as `kept`.
class ByMagnitude final : public Pruning {
 public:
  ByMagnitude(std::uint64_t dropped, std::uint64_t kept)
      : dropped_(dropped), taken_(dropped + kept) {}

  int passes() const noexcept override { return Largest::kPasses; }
  void observe(int pass, std::span<const float> differences) override {
    dropped_.observe(pass, differences);
    taken_.observe(pass, differences);
  }
  void end_pass(int pass) override {
    dropped_.end_pass(pass);
    taken_.end_pass(pass);
  }
  void prune(std::uint64_t /*first*/, std::span<const float> differences,
             std::span<double> out) override {
    for (std::size_t i = 0; i < differences.size(); ++i) {
      const bool is_dropped = dropped_.takes(differences[i]);
      const bool is_kept = taken_.takes(differences[i]) && !is_dropped;
      out[i] = is_kept ? static_cast<double>(differences[i]) : 0;
    }
  }

 private:
  Largest dropped_, taken_;
};

class AtRandom final : public Pruning {
 public:
  AtRandom(double density, bool rescale, std::uint64_t seed)
      : density_(density), scale_(rescale && density > 0 ? density : 1), seed_(seed) {}

  void prune(std::uint64_t first, std::span<const float> differences,
             std::span<double> out) override {
    for (std::size_t i = 0; i < differences.size(); ++i) {
      const bool is_kept = random_number(seed_, first + i) < density_;
      out[i] = is_kept ? static_cast<double>(differences[i]) / scale_ : 0;
    }
  }

 private:
  double density_, scale_;
  std::uint64_t seed_;
};

class ByRank final : public Pruning {
 public:
  ByRank(const ModelParameters& model, bool rescale, std::uint64_t seed, std::uint64_t row)
      : least_(model.density - model.epsilon),
        width_(2 * model.epsilon),
        rescale_(rescale),
        seed_(seed),
        order_(row),
        probability_(row) {}

  bool wants_rows() const noexcept override { return true; }
  void prune(std::uint64_t first, std::span<const float> differences,
             std::span<double> out) override {
    const std::size_t row = order_.size();
    for (std::size_t at = 0; at < differences.size(); at += row) {
      const auto own = differences.subspan(at, row);
      rank(own);
      for (std::size_t i = 0; i < row; ++i) {
        const bool is_kept = random_number(seed_, first + at + i) < probability_[i];
        const double scale = rescale_ ? probability_[i] : 1;
        out[at + i] = is_kept ? static_cast<double>(own[i]) / scale : 0;
      }
    }
  }

 private:
  // Of equal magnitudes the earlier has the lower rank.
  void rank(std::span<const float> row) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      order_[i] = std::uint64_t{magnitude_key(row[i])} << 32 | i;
    }
    std::ranges::sort(order_);
    const auto last = static_cast<double>(row.size() - 1);
    for (std::size_t rank = 0; rank < row.size(); ++rank) {
      const double place = last > 0 ? static_cast<double>(rank) / last : 0.5;
      probability_[order_[rank] & 0xffffffffU] = least_ + place * width_;
    }
  }

  double least_, width_;
  bool rescale_;
  std::uint64_t seed_;
  std::vector<std::uint64_t> order_;
  std::vector<double> probability_;
};

std::unique_ptr<Pruning> by_magnitude(const ModelParameters& model, double gamma,
                                      std::uint64_t count) {
  const std::uint64_t kept = part_of(model.density, count);
  return std::make_unique<ByMagnitude>(std::min(part_of(gamma, count), count - kept), kept);
}

}  // namespace

std::unique_ptr<Pruning> make_pruning(const Recipe& recipe, std::size_t number,
                                      const MergedTensor& tensor) {
  const ModelParameters& model = recipe.models[number];
  if (model.density >= 1) return std::make_unique<All>();
  const std::uint64_t seed = draw_seed(recipe.seed, number, tensor.name);
  switch (recipe.method) {
    case Method::kTies:
      return by_magnitude(model, 0, tensor.elements);
    case Method::kBreadcrumbs:
    case Method::kBreadcrumbsTies:
      return by_magnitude(model, model.gamma, tensor.elements);
    case Method::kDella:
    case Method::kDellaLinear:
      if (model.density > 0) {
        return std::make_unique<ByRank>(model, recipe.rescale, seed, tensor.row);
      }
      [[fallthrough]];
    default:
      return std::make_unique<AtRandom>(model.density, recipe.rescale, seed);
  }
}

}  // namespace hartonomous::core::merge
