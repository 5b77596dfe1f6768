// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/version_record.hpp"

#include <unordered_set>

#include "pg/spi.hpp"
#include "store/model_refs.hpp"

namespace hartonomous::store {

namespace {

using pg::Parameters;

// Of a tensor that is in several files the first counts.
ManifestEntries entries_of(std::span<const PlannedFile> files, const StoredContent& content) {
  ManifestEntries entries;
  std::unordered_set<std::string_view> seen;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const std::string& path = files[i].upload->path;
    entries.files.push_back({path, content.files[i]});
    for (const PlannedTensor& tensor : files[i].tensors) {
      if (!seen.insert(tensor.name).second) continue;
      entries.tensors.push_back({tensor.name, content.tensors.at(tensor.hash), path});
    }
  }
  return entries;
}

std::int64_t insert_version(const DerivedVersion& version, const ContentHash& hash) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.model_version (model_id, parent_ids, manifest_hash, manifest_id, "
      "base_manifest_id, logical_bytes, message, created_by) "
      "VALUES ($1, $2, $3, $4, $5, $6, $7, $8::name) RETURNING version_id");
  pg::Spi spi;
  return spi
      .execute(insert, Parameters()
                           .int8(version.model_id)
                           .int8s(version.parents)
                           .bytea(hash.bytes)
                           .int8(version.manifest.manifest_id)
                           .int8(version.manifest.base_id)
                           .int8(static_cast<std::int64_t>(version.charged_bytes))
                           .text(version.message)
                           .text(version.author))
      .int8(0, 0);
}

}  // namespace

std::int64_t lock_or_make_model(std::int64_t tenant_id, std::string_view name,
                                std::string_view author) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.model (tenant_id, name, created_by) VALUES ($1, $2, $3::name) "
      "ON CONFLICT (tenant_id, name) DO NOTHING");
  static pg::Statement lock(
      "SELECT model_id FROM hartonomous.model WHERE tenant_id = $1 AND name = $2 "
      "FOR NO KEY UPDATE");
  pg::Spi spi;
  // Until the second pass sees a row: one may be deleted between the two statements.
  for (;;) {
    const auto key = [&] { return Parameters().int8(tenant_id).text(name); };
    spi.execute(insert, key().text(author));
    const pg::Rows rows = spi.execute(lock, key());
    if (rows.count() == 1) return rows.int8(0, 0);
    pg::poll();
  }
}

RecordedVersion record_version(const DerivedVersion& version) {
  const ContentHash hash = hash_of(version.manifest);
  const auto current = ref_target(version.model_id, version.ref);
  if (current && current->manifest == hash) {
    discard(version.manifest);
    return {current->version_id, false};
  }
  const std::int64_t version_id = insert_version(version, hash);
  point_ref(version.model_id, version.ref, version_id, {version.author, version.message});
  return {version_id, true};
}

RecordedVersion record_ingest(const NewVersion& version, std::span<const PlannedFile> files,
                              const StoredContent& content) {
  std::vector<ManifestEntry> hashed;
  for (const PlannedFile& file : files) hashed.push_back({file.upload->path, file.hash});
  const std::int64_t model_id = lock_or_make_model(version.tenant_id, version.name, version.author);
  const auto current = ref_target(model_id, version.ref);
  if (current && current->manifest == manifest_hash(std::move(hashed))) {
    return {current->version_id, false};
  }
  std::vector<std::int64_t> parents;
  if (current) parents.push_back(current->version_id);
  if (version.base_version) parents.push_back(*version.base_version);
  std::uint64_t bytes = 0;
  for (const PlannedFile& file : files) bytes += file.upload->source->size();
  return record_version({.model_id = model_id,
                         .ref = version.ref,
                         .parents = parents,
                         .manifest = make_manifest(entries_of(files, content)),
                         .charged_bytes = bytes,
                         .message = version.message,
                         .author = version.author});
}

}  // namespace hartonomous::store
