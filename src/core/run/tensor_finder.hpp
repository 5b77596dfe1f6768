// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A family's tensors found by role, each checked against the shape that the description demands.
#pragma once

#include <optional>
#include <string>

#include "core/run/families.hpp"
#include "core/run/model.hpp"

namespace hartonomous::core::run {

struct LayerNumber {
  std::size_t layer = 0, expert = 0;
};

class TensorFinder {
 public:
  // Both outlive this.
  TensorFinder(const ModelDescription& description, const WeightSource& weights);

  bool has(Role role, LayerNumber at = {}) const;

  // outputs x inputs, or inputs x outputs where the description says transposed. `outputs` of 0:
  // any number of rows.
  Result<MatrixPlace> matrix(Role role, std::size_t outputs, std::size_t inputs,
                             LayerNumber at = {}) const;
  // A table of vectors: never transposed.
  Result<MatrixPlace> table(Role role, std::size_t rows, std::size_t columns) const;
  Result<LinearPlace> linear(Role role, std::size_t outputs, std::size_t inputs, bool needs_bias,
                             LayerNumber at = {}) const;
  // Expert `index` of a stack of `count` matrices.
  Result<LinearPlace> stacked(Role role, std::size_t index, std::size_t count, std::size_t outputs,
                              std::size_t inputs, std::size_t layer) const;
  // A norm's weight, and its bias where the kind has one.
  Result<NormPlace> norm(Role role, NormKind kind, std::size_t size, std::size_t layer = 0) const;
  Result<VectorPlace> vector(Role role, std::size_t size) const;

 private:
  std::string name(Role role, LayerNumber at) const;
  Result<TensorShape> find(const std::string& name) const;
  Result<VectorPlace> vector_named(const std::string& name, std::size_t size) const;

  const ModelDescription* description_;
  const WeightSource* weights_;
  bool has_prefix_ = true;
};

}  // namespace hartonomous::core::run
