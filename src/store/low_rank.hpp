// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tensors that are expressions: a stored matrix W and what adapters add to it, W + s B A for each.
// The factors are tensors of the same version.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/run/row_order.hpp"
#include "store/model_catalog.hpp"

namespace hartonomous::store {

// What the names of an adapter's tensors and files begin with in an overlay; its number and a colon
// follow.
inline constexpr std::string_view kAdapterPrefix = "adapter:";

// One step of an expression, by the names of its operands in the version.
struct NamedStep {
  std::string tensor;  // what it adds to
  std::string a, b;    // rank x inputs; outputs x rank
  float scale;
  core::run::RowOrder rows;  // from b's to the tensor's
};
// Of all tensors of a version; those of a tensor in the order in which they apply. REQUIRES:
// owner's rights.
std::vector<NamedStep> steps_of(std::int64_t version_id);
// Of one tensor. Runs as the caller.
std::vector<NamedStep> steps_of(std::int64_t version_id, std::string_view tensor);
// As manifest_tensor.steps has them.
std::string steps_json(std::span<const NamedStep> steps);
// Whether a version has tensors that are expressions. Runs as the caller.
bool is_overlay(std::int64_t version_id);

// The additions to one matrix, factors in memory. None for a tensor that is stored as it is.
class LowRankTerms {
 public:
  // REQUIRES: owner's rights.
  explicit LowRankTerms(const TensorKey& tensor);

  // Adds to `values`, which are the elements of the tensor from `first` on in row-major order:
  // scale * (sum over the rank, in ascending order, of b * a), step by step, each product, sum and
  // addition rounded to single precision. That is what a merge stores, bit for bit.
  void add(std::uint64_t first, std::span<float> values) const noexcept;

 private:
  struct Term {
    std::vector<float> a, b;
    std::size_t rank;
    float scale;
    core::run::RowOrder to_b;  // from the tensor's rows to b's
  };
  std::size_t inputs_;
  std::vector<Term> terms_;
};

}  // namespace hartonomous::store
