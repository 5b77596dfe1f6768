// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Manifests: immutable lists of files and tensors, shared between versions. A version names a
// manifest of its own and at most one base below it; its own entries hide the base's of the same
// name. Making a version of another thus writes what differs and never the whole list:
// docs/internals/versions.md. All of this REQUIRES owner's rights.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/hash/content_hash.hpp"

namespace hartonomous::store {

struct ManifestKey {
  std::int64_t manifest_id;
  std::optional<std::int64_t> base_id;
};

// Without file or tensor: the base's of that name is removed.
struct FileEntry {
  std::string path;
  std::optional<std::int64_t> file_id;
};
struct TensorEntry {
  std::string name;
  std::optional<std::int64_t> tensor_id;
  std::string path;
  std::string steps = {};  // a JSON array, or empty for a tensor that is stored as it is
};
struct ManifestEntries {
  std::vector<FileEntry> files;
  std::vector<TensorEntry> tensors;
};

ManifestKey manifest_of_version(std::int64_t version_id);

// A manifest with these entries and no base.
ManifestKey make_manifest(const ManifestEntries& entries);

// What the version has, changed by these entries. O(entries, and what the version itself says
// beside its base). Where that is more than 256 the whole list is written out, to be the base of
// those to come.
ManifestKey derive_manifest(std::int64_t version_id, const ManifestEntries& changes);

// Adds to `changes` the removal of what the version's expressions are made of: the tensors and
// files of adapters. For versions that store what those say.
void append_removal_of_operands(std::int64_t version_id, ManifestEntries& changes);

// The identity of that content in any database: ingest_plan.hpp's manifest_hash() over the files,
// and for each tensor that is an expression an entry "/name" with the hash of its steps.
core::hash::ContentHash hash_of(const ManifestKey& manifest);

// Takes back a manifest that no version uses; leaves another as it is.
void discard(const ManifestKey& manifest);

}  // namespace hartonomous::store
