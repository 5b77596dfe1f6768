// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Merges that add multiples of the inputs: linear, task_arithmetic, slerp, nuslerp, multislerp,
// karcher, model_stock; the same multiples for the whole tensor, or for each row or column its own.
#pragma once

#include "core/merge/tensor_merge.hpp"

namespace hartonomous::core::merge {

// REQUIRES: is_combination(recipe.method).
std::unique_ptr<TensorMerge> make_combination(const Recipe& recipe, const MergedTensor& tensor);

}  // namespace hartonomous::core::merge
