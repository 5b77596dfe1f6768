// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The inputs of a matrix product: some positions' vectors, and, made when first asked for and kept
// for the next product with the same inputs, the rounded forms that quantised weights meet.
#pragma once

#include <cstddef>
#include <span>

namespace hartonomous::core::run {

class Activations {
 public:
  // REQUIRES: values.size() == positions * columns; the values outlive this.
  Activations(std::span<const float> values, std::size_t positions, std::size_t columns) noexcept
      : values_(values), positions_(positions), columns_(columns) {}

  std::size_t positions() const noexcept { return positions_; }
  std::size_t columns() const noexcept { return columns_; }
  std::span<const float> row(std::size_t position) const noexcept {
    return values_.subspan(position * columns_, columns_);
  }

 private:
  std::span<const float> values_;
  std::size_t positions_, columns_;
};

}  // namespace hartonomous::core::run
