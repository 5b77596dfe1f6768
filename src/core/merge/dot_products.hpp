// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The products of several vectors with each other, in one pass: all that the angles and norms
// between them, and any sums of them, can be had from.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace hartonomous::core::merge {

// A symmetric matrix of dot products.
class Gram {
 public:
  explicit Gram(std::size_t vectors) : vectors_(vectors), products_(vectors * vectors) {}
  std::size_t size() const noexcept { return vectors_; }
  double operator()(std::size_t i, std::size_t j) const noexcept {
    return products_[i * vectors_ + j];
  }
  void set(std::size_t i, std::size_t j, double product) noexcept {
    products_[i * vectors_ + j] = products_[j * vectors_ + i] = product;
  }

 private:
  std::size_t vectors_;
  std::vector<double> products_;
};

class DotProducts {
 public:
  explicit DotProducts(std::size_t vectors);
  // The next elements of each vector; `first` is the position of the first of them. Of `origin`, if
  // it is not empty, each vector's difference counts. O(vectors^2 * elements).
  void add(std::uint64_t first, std::span<const std::span<const float>> vectors,
           std::span<const float> origin);
  Gram gram() const;

 private:
  static constexpr std::size_t kLanes = 8;  // partial sums, by position

  std::size_t vectors_;
  std::vector<std::array<double, kLanes>> sums_;  // of pairs i <= j
  std::vector<std::vector<double>> parts_;        // differences, a stretch at a time
};

}  // namespace hartonomous::core::merge
