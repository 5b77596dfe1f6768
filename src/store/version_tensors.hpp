// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The tensors and files of a version at once, for what reads a whole model or changes one.
#pragma once

#include <map>

#include "store/model_catalog.hpp"

namespace hartonomous::store {

struct NamedTensor {
  std::string name;
  std::string path;  // of its file in the version
  TensorKey key;
  ContentHash hash;
};

// Without the steps of those that are expressions, which steps_of() gives.
// What subdirectories hold is left out: it is other models, or the same one in another form.
// In the order in which the version's files hold them. kCorrupt for a dtype that is none.
// REQUIRES: owner's rights, and that the caller was seen to see the version: find_version().
std::vector<NamedTensor> tensors_of(std::int64_t version_id);
// The same in any order, which costs half.
std::vector<NamedTensor> tensors_unordered(std::int64_t version_id);
// Those of these names, by name, wherever they are; the same otherwise.
std::map<std::string, NamedTensor> tensors_of(std::int64_t version_id,
                                              std::span<const std::string_view> names);
// The files, by path. REQUIRES: as tensors_of().
std::map<std::string, FileKey> files_by_path(std::int64_t version_id);

}  // namespace hartonomous::store
