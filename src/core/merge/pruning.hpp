// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Task vectors made sparse: which elements of how a model differs from its base count, and by how
// much. One for each model.
//
//   ties               the density * n largest                 (Yadav et al., 2023)
//   breadcrumbs        without the gamma * n largest, then the density * n largest of the rest
//                                                              (Davari and Belilovsky, 2023)
//   dare               each with probability density, divided by it        (Yu et al., 2023)
//   della              with a probability that rises from density - epsilon for the smallest of a
//   row
//                      to density + epsilon for its largest, divided by it (Deep et al., 2024)
#pragma once

#include <memory>

#include "core/merge/tensor_merge.hpp"

namespace hartonomous::core::merge {

class Pruning {
 public:
  virtual ~Pruning() = default;
  virtual bool wants_rows() const noexcept { return false; }
  virtual int passes() const noexcept { return 0; }
  // As TensorMerge's, with the differences; end_pass() after the last of a pass.
  virtual void observe(int /*pass*/, std::span<const float> /*differences*/) {}
  virtual void end_pass(int /*pass*/) {}
  // What is left of the differences that begin at element `first`, in order.
  virtual void prune(std::uint64_t first, std::span<const float> differences,
                     std::span<double> out) = 0;
};

// For the model of that number. REQUIRES: a method of those above.
std::unique_ptr<Pruning> make_pruning(const Recipe& recipe, std::size_t model,
                                      const MergedTensor& tensor);

}  // namespace hartonomous::core::merge
