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
// All of the version's own, by name, wherever they are: without the operands of its expressions,
// and with the steps of those that are expressions. REQUIRES: as above.
std::map<std::string, NamedTensor> own_tensors_of(const VersionKey& version);
// The names of all, operands too, in no order. REQUIRES: as above.
std::vector<std::string> tensor_names_of(std::int64_t version_id);
// The files, by path. REQUIRES: as tensors_of().
std::map<std::string, FileKey> files_by_path(std::int64_t version_id);

// The content of these versions stays until the transaction ends. kNotFound if one is gone.
// REQUIRES: owner's rights.
void hold_versions(std::vector<std::int64_t> version_ids);

}  // namespace hartonomous::store
