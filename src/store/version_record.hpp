// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Entering versions into the catalogue. All of this REQUIRES owner's rights, after the caller's
// membership was checked.
#pragma once

#include <optional>

#include "store/content_store.hpp"
#include "store/manifest.hpp"

namespace hartonomous::store {

struct NewVersion {
  std::int64_t tenant_id;
  std::string_view name;
  std::string_view ref;
  std::string_view message;
  std::string_view author;                   // a role
  std::optional<std::int64_t> base_version;  // a second parent
};

// Finds or makes the model and holds its row, so that versions of one model are made one by one.
std::int64_t lock_or_make_model(std::int64_t tenant_id, std::string_view name,
                                std::string_view author);

struct RecordedVersion {
  std::int64_t version_id;
  bool is_new;
};

// Records a version of these files, of a model that is made if need be, and points the ref at it.
// If the ref already points at a version with the same content, that one is returned and nothing
// changes.
RecordedVersion record_ingest(const NewVersion& version, std::span<const PlannedFile> files,
                              const StoredContent& content);

// A version of a model that is there.
struct DerivedVersion {
  std::int64_t model_id;
  std::string_view ref;
  std::span<const std::int64_t> parents;
  ManifestKey manifest;
  std::uint64_t charged_bytes;  // of the tenant's quota
  std::string_view message;
  std::string_view author;
};
// Records it and points the ref at it. If the ref already points at a version with the same
// content, that one is returned and the manifest discarded. REQUIRES: lock_model().
RecordedVersion record_version(const DerivedVersion& version);

}  // namespace hartonomous::store
