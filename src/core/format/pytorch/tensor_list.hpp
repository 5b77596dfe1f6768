// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// From what a pickle describes to the tensors of a file.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/format/layout.hpp"
#include "core/format/parse.hpp"
#include "core/format/pytorch/globals.hpp"
#include "core/format/pytorch/pickle_values.hpp"

namespace hartonomous::core::format::pytorch {

// A storage as the pickle declares it.
struct Storage {
  std::string_view key;  // digits
  StorageType type;
  std::uint64_t count;         // of elements, or of bytes if untyped
  std::uint64_t bytes;         // count * item size
  std::uint64_t first = 0;     // where this view of the storage begins, in elements (old files)
};
// kMalformed if it is none; kUnsupported for a class that is not known. REQUIRES: a kStorage.
Result<Storage> storage_of(const Values& values, ValueId id);

// Where the bytes of a storage are in the file.
struct StoragePlace {
  std::uint64_t offset;
  bool is_raw;      // not compressed
  bool is_swapped;  // most significant byte first
};

class StorageMap {
 public:
  virtual ~StorageMap() = default;
  // kMalformed if the file has no such storage, or not of that size.
  virtual Result<StoragePlace> place(const Storage& storage) = 0;
};

// Fills `layout` with the tensors reachable from `root`, named by their path ("layer.0.weight"), in
// the order of the pickle, and its warnings and metadata. A root that is a tensor is named "tensor".
// The names of a module saved whole lose the names of PyTorch's own attributes, and those below a
// checkpoint's "state_dict", "model_state_dict", "model" or "module" lose that, if all stay unique.
// Checks every tensor, reachable or not: kMalformed unless its view lies within its storage;
// kLimitExceeded for too many, for names too long, and for more than 64 nested containers.
Status list_tensors(const Values& values, ValueId root, StorageMap& storages, const Limits& limits,
                    ParseBudget& budget, Checkpoint& checkpoint, FileLayout& layout);

}  // namespace hartonomous::core::format::pytorch
