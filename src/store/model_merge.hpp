// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Merges of models, as versions.
#pragma once

#include "store/merge_plan.hpp"

namespace hartonomous::store {

struct MergeTarget {
  std::string_view model;  // name or name@ref; made if need be, by default its main
  std::string_view message;
};

// Makes a version whose tensors are the merge and whose files are otherwise the frame's, points the
// target's ref at it and returns it; the one that the ref has, if that is the same. Its parents are
// what the ref had, the frame and the inputs. Tensors that need no arithmetic are shared. Charges
// the frame's tenant, whose the model is or becomes, with the bytes of the others. Errors as
// plan_merge(), merge_tensor() and replace_in_file(); kQuotaExceeded.
std::int64_t merge_models(const MergeTarget& target, const MergeRequest& request);

}  // namespace hartonomous::store
