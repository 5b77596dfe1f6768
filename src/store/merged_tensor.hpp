// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One tensor made of several, streaming.
#pragma once

#include "core/merge/tensor_merge.hpp"
#include "store/merge_plan.hpp"
#include "store/tensor_writer.hpp"

namespace hartonomous::store {

// How many times the inputs of a tensor pass by, the last to make its values.
int passes_of(const core::merge::Recipe& recipe, const TensorPlan& plan);

// The multiples of the inputs that sum to the value; none if it is no such sum. Reads them in all
// passes but the last. Errors and REQUIRES: as below.
std::vector<double> multiples_of(const core::merge::Recipe& recipe, const TensorPlan& plan,
                                 core::Checkpoint& progress);

// Reads the inputs, merges them, stores the result in the frame's type. Memory: the recipe's, a
// block and a chunk of each input, and small tensors whole. Reports the bytes of the inputs, each
// pass. kInvalidArgument for an input that is not finite, kOutOfRange for a result that its type
// does not hold. REQUIRES: owner's rights.
StoredTensor merge_tensor(const core::merge::Recipe& recipe, const TensorPlan& plan,
                          TensorWriter& writer, core::Checkpoint& progress);

}  // namespace hartonomous::store
