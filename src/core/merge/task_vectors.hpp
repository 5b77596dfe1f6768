// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Merges of sparse task vectors: the base, and a weighted sum of how the models differ from it,
// each difference rounded to single precision and pruned; with or without an election of signs.
#pragma once

#include "core/merge/tensor_merge.hpp"

namespace hartonomous::core::merge {

// REQUIRES: a method of pruning.hpp.
std::unique_ptr<TensorMerge> make_task_vectors(const Recipe& recipe, const MergedTensor& tensor);

// sce: the positions whose variance among the models is largest, weights by the mean square of what
// is left there, an election of signs (Wan et al., "FuseChat", 2024).
std::unique_ptr<TensorMerge> make_sce(const Recipe& recipe, const MergedTensor& tensor);

}  // namespace hartonomous::core::merge
