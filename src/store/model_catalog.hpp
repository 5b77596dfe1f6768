// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Models, versions, files and tensors by name. Look-ups run as the caller, so row security decides
// what can be found.
#pragma once

#include <optional>

#include "store/block_store.hpp"
#include "store/expression.hpp"

namespace hartonomous::store {

struct VersionKey {
  std::int64_t model_id;
  std::int64_t version_id;
};

// `model` is name, name@ref or name@version_id; without @ the ref is main. Runs as the caller:
// kNotFound if no such model or version is visible, kInvalidArgument if the name is ambiguous
// because several of the caller's tenants have one.
VersionKey find_version(std::string_view model);

// The model of that name, as the caller sees it; errors as find_version().
std::int64_t find_model(std::string_view name);

// What the ref of a tenant's model points at: one version, or none. REQUIRES: owner's rights.
std::vector<std::int64_t> version_at(std::int64_t tenant_id, std::string_view name,
                                     std::string_view ref);

// Whose a version is, and what it is in any database. REQUIRES: owner's rights; a version that is
// there.
struct VersionIdentity {
  std::int64_t tenant_id;
  ContentHash manifest_hash;
};
VersionIdentity identity_of(const VersionKey& version);

// A file of a version.
struct FileKey {
  std::string path;
  std::int64_t file_id;
  std::string format;
  std::uint64_t byte_length;
  std::string sha256_hex;  // empty while it is not known: of a file that a commit made
};
// In path order. Runs as the caller.
std::vector<FileKey> files_of(const VersionKey& version);

struct TensorStep;
// A tensor of a version: what is stored, and the steps that make its value of that. Runs as the
// caller; kNotFound with a hint if there is none of that name.
struct TensorKey {
  std::int64_t tensor_id;
  core::tensor::DType dtype;
  std::vector<std::uint64_t> shape;  // outermost first
  std::uint64_t byte_length;
  std::vector<TensorStep> steps = {};  // as a rule none
};
struct TensorStep {
  std::vector<TensorKey> operands;
  StepParameters parameters;
};
TensorKey find_tensor(const VersionKey& version, std::string_view name);

}  // namespace hartonomous::store
