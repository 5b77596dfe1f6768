// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// All tensors of a version's model at once: what subdirectories hold is other models, or the same
// one in another form.
#pragma once

#include "store/model_catalog.hpp"

namespace hartonomous::store {

struct NamedTensor {
  std::string name;
  TensorKey key;
  ContentHash hash;
};

// Without the steps of those that are expressions, which steps_of() gives.
// In the order in which the version's files hold them. kCorrupt for a dtype that is none.
// REQUIRES: owner's rights, and that the caller was seen to see the version: find_version().
std::vector<NamedTensor> tensors_of(std::int64_t version_id);

}  // namespace hartonomous::store
