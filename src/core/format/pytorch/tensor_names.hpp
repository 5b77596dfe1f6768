// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <string>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/format/parse.hpp"
#include "core/format/pytorch/pickle_values.hpp"

namespace hartonomous::core::format::pytorch {

struct NamedTensor {
  std::string name;
  ValueId tensor;
};

struct TensorNames {
  std::vector<NamedTensor> tensors;   // in the order of the pickle
  std::vector<std::string> classes;   // of opaque objects on the way, each once, at most 16
  std::size_t unread = 0;             // opaque objects that are tensors of kinds not read
  std::string wrapper;                // the key that was left out of names, if one was
};

// The tensors reachable from `root` and their names, as list_tensors() describes them; names may
// repeat. Each container is entered once. O(values), with a checkpoint at every 64 K of them.
Result<TensorNames> name_tensors(const Values& values, ValueId root, const Limits& limits,
                                 ParseBudget& budget, Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::pytorch
