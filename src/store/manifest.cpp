// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/manifest.hpp"

#include <algorithm>

#include "pg/spi.hpp"
#include "store/ingest_plan.hpp"
#include "store/expression.hpp"
#include "store/row_hash.hpp"

namespace hartonomous::store {

namespace {

using pg::Parameters;

constexpr std::size_t kBatch = 10'000;     // rows per statement
constexpr std::int64_t kMostBeside = 256;  // entries that a further version copies beside its base

// An id for unnest(), which carries no NULLs from here: 0 is none.
std::int64_t id_or_zero(const std::optional<std::int64_t>& id) { return id.value_or(0); }

void insert_files(std::int64_t manifest_id, std::span<const FileEntry> files) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.manifest_file (manifest_id, path, file_id) "
      "SELECT $1, u.path, nullif(u.file_id, 0) FROM unnest($2::text[], $3::int8[]) "
      "AS u(path, file_id)");
  if (files.empty()) return;
  std::vector<std::string_view> paths;
  std::vector<std::int64_t> ids;
  for (const FileEntry& file : files) {
    paths.push_back(file.path);
    ids.push_back(id_or_zero(file.file_id));
  }
  pg::Spi().execute(insert, Parameters().int8(manifest_id).texts(paths).int8s(ids));
}

void insert_tensors(std::int64_t manifest_id, std::span<const TensorEntry> tensors) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.manifest_tensor (manifest_id, name, tensor_id, path, steps) "
      "SELECT $1, u.name, nullif(u.tensor_id, 0), CASE WHEN u.tensor_id <> 0 THEN u.path END, "
      "nullif(u.steps, '')::jsonb "
      "FROM unnest($2::text[], $3::int8[], $4::text[], $5::text[]) AS u(name, tensor_id, path, "
      "steps)");
  for (std::size_t at = 0; at < tensors.size(); at += kBatch) {
    pg::poll();
    std::vector<std::string_view> names, paths, steps;
    std::vector<std::int64_t> ids;
    for (const TensorEntry& tensor : tensors.subspan(at, std::min(kBatch, tensors.size() - at))) {
      names.push_back(tensor.name);
      ids.push_back(id_or_zero(tensor.tensor_id));
      paths.push_back(tensor.path);
      steps.push_back(tensor.steps);
    }
    pg::Spi().execute(
        insert, Parameters().int8(manifest_id).texts(names).int8s(ids).texts(paths).texts(steps));
  }
}

// One with these entries.
std::int64_t new_manifest(const ManifestEntries& entries) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.manifest (entry_count) VALUES ($1::int8) RETURNING manifest_id");
  const auto count = static_cast<std::int64_t>(entries.files.size() + entries.tensors.size());
  const std::int64_t manifest_id = [&] {
    pg::Spi spi;
    return spi.execute(insert, Parameters().int8(count)).int8(0, 0);
  }();
  insert_files(manifest_id, entries.files);
  insert_tensors(manifest_id, entries.tensors);
  return manifest_id;
}

void count_entries(std::int64_t manifest_id) {
  static pg::Statement count(
      "UPDATE hartonomous.manifest SET entry_count = "
      "(SELECT count(*) FROM hartonomous.manifest_file f WHERE f.manifest_id = $1) + "
      "(SELECT count(*) FROM hartonomous.manifest_tensor t WHERE t.manifest_id = $1) "
      "WHERE manifest_id = $1");
  pg::Spi().execute(count, Parameters().int8(manifest_id));
}

// Copies the entries of `from` that `changes` do not name. Removals stay only beside a base.
void copy_entries(std::int64_t to, std::int64_t from, const ManifestEntries& changes) {
  static pg::Statement files(
      "INSERT INTO hartonomous.manifest_file (manifest_id, path, file_id) "
      "SELECT $1, f.path, f.file_id FROM hartonomous.manifest_file f "
      "WHERE f.manifest_id = $2 AND f.path <> ALL ($3::text[])");
  static pg::Statement tensors(
      "INSERT INTO hartonomous.manifest_tensor (manifest_id, name, tensor_id, path, steps) "
      "SELECT $1, t.name, t.tensor_id, t.path, t.steps FROM hartonomous.manifest_tensor t "
      "WHERE t.manifest_id = $2 AND t.name <> ALL ($3::text[])");
  std::vector<std::string_view> paths, names;
  for (const FileEntry& file : changes.files) paths.push_back(file.path);
  for (const TensorEntry& tensor : changes.tensors) names.push_back(tensor.name);
  pg::Spi spi;
  spi.execute(files, Parameters().int8(to).int8(from).texts(paths));
  spi.execute(tensors, Parameters().int8(to).int8(from).texts(names));
}

// Adds what the base has and the manifest does not hide, and drops the removals: the manifest then
// needs no base.
void absorb_base(std::int64_t manifest_id, std::int64_t base_id) {
  static pg::Statement files(
      "INSERT INTO hartonomous.manifest_file (manifest_id, path, file_id) "
      "SELECT $1, f.path, f.file_id FROM hartonomous.manifest_file f WHERE f.manifest_id = $2 "
      "ON CONFLICT (manifest_id, path) DO NOTHING");
  static pg::Statement tensors(
      "INSERT INTO hartonomous.manifest_tensor (manifest_id, name, tensor_id, path, steps) "
      "SELECT $1, t.name, t.tensor_id, t.path, t.steps FROM hartonomous.manifest_tensor t "
      "WHERE t.manifest_id = $2 ON CONFLICT (manifest_id, name) DO NOTHING");
  static pg::Statement removed_files(
      "DELETE FROM hartonomous.manifest_file WHERE manifest_id = $1 AND file_id IS NULL");
  static pg::Statement removed_tensors(
      "DELETE FROM hartonomous.manifest_tensor WHERE manifest_id = $1 AND tensor_id IS NULL");
  pg::Spi spi;
  spi.execute(files, Parameters().int8(manifest_id).int8(base_id));
  spi.execute(tensors, Parameters().int8(manifest_id).int8(base_id));
  spi.execute(removed_files, Parameters().int8(manifest_id));
  spi.execute(removed_tensors, Parameters().int8(manifest_id));
}

bool is_much(std::int64_t manifest_id) {
  static pg::Statement compare(
      "SELECT entry_count > $2 FROM hartonomous.manifest WHERE manifest_id = $1");
  pg::Spi spi;
  return spi.execute(compare, Parameters().int8(manifest_id).int8(kMostBeside)).boolean(0, 0);
}

}  // namespace

ManifestKey manifest_of_version(std::int64_t version_id) {
  static pg::Statement find(
      "SELECT manifest_id, base_manifest_id FROM hartonomous.model_version WHERE version_id = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, Parameters().int8(version_id));
  if (rows.count() == 0) {
    pg::raise(core::Status(core::Code::kNotFound,
                           "version " + std::to_string(version_id) + " does not exist any more"));
  }
  return {rows.int8(0, 0),
          rows.is_null(0, 1) ? std::nullopt : std::optional<std::int64_t>(rows.int8(0, 1))};
}

ManifestKey make_manifest(const ManifestEntries& entries) {
  return {new_manifest(entries), std::nullopt};
}

ManifestKey derive_manifest(std::int64_t version_id, const ManifestEntries& changes) {
  const ManifestKey parent = manifest_of_version(version_id);
  const std::int64_t manifest_id = new_manifest(changes);
  ManifestKey derived{manifest_id, parent.base_id.value_or(parent.manifest_id)};
  if (parent.base_id) {
    copy_entries(manifest_id, parent.manifest_id, changes);
    if (is_much(parent.manifest_id)) {
      absorb_base(manifest_id, *parent.base_id);
      derived.base_id.reset();
    }
    count_entries(manifest_id);
  }
  return derived;
}

void append_removal_of_operands(std::int64_t version_id, ManifestEntries& changes) {
  static pg::Statement tensors(
      "SELECT name FROM hartonomous.version_tensor WHERE version_id = $1 AND starts_with(name, "
      "$2)");
  static pg::Statement files(
      "SELECT path FROM hartonomous.version_file WHERE version_id = $1 AND starts_with(path, $2)");
  const auto operands = [&] { return Parameters().int8(version_id).text(kOperandPrefix); };
  pg::Spi spi;
  const pg::Rows names = spi.execute(tensors, operands());
  for (std::size_t i = 0; i < names.count(); ++i) {
    changes.tensors.push_back({std::string(names.text(i, 0)), std::nullopt, ""});
  }
  const pg::Rows paths = spi.execute(files, operands());
  for (std::size_t i = 0; i < paths.count(); ++i) {
    changes.files.push_back({std::string(paths.text(i, 0)), std::nullopt});
  }
}

core::hash::ContentHash hash_of(const ManifestKey& manifest) {
  static pg::Statement files(
      "SELECT e.path, f.file_hash FROM hartonomous.manifest_file e "
      "JOIN hartonomous.file f USING (file_id) WHERE e.manifest_id = $1 UNION ALL "
      "SELECT e.path, f.file_hash FROM hartonomous.manifest_file e "
      "JOIN hartonomous.file f USING (file_id) WHERE e.manifest_id = $2 AND NOT EXISTS "
      "(SELECT FROM hartonomous.manifest_file own WHERE own.manifest_id = $1 "
      "AND own.path = e.path)");
  static pg::Statement steps(
      "SELECT e.name, e.steps::text FROM hartonomous.manifest_tensor e "
      "WHERE e.manifest_id = $1 AND e.steps IS NOT NULL UNION ALL "
      "SELECT e.name, e.steps::text FROM hartonomous.manifest_tensor e "
      "WHERE e.manifest_id = $2 AND e.steps IS NOT NULL AND NOT EXISTS "
      "(SELECT FROM hartonomous.manifest_tensor own WHERE own.manifest_id = $1 "
      "AND own.name = e.name)");
  const auto both = [&] { return Parameters().int8(manifest.manifest_id).int8(manifest.base_id); };
  std::vector<ManifestEntry> entries;
  pg::Spi spi;
  const pg::Rows paths = spi.execute(files, both());
  for (std::size_t i = 0; i < paths.count(); ++i) {
    entries.push_back({std::string(paths.text(i, 0)), hash_at(paths, i, 1)});
  }
  const pg::Rows expressions = spi.execute(steps, both());
  for (std::size_t i = 0; i < expressions.count(); ++i) {
    entries.push_back({std::string("/").append(expressions.text(i, 0)),
                       core::hash::block_hash(core::as_bytes(expressions.text(i, 1)))});
  }
  return manifest_hash(std::move(entries));
}

void discard(const ManifestKey& manifest) {
  static pg::Statement remove(
      "DELETE FROM hartonomous.manifest m WHERE m.manifest_id = $1 AND NOT EXISTS "
      "(SELECT FROM hartonomous.model_version v WHERE v.manifest_id = m.manifest_id)");
  pg::Spi().execute(remove, Parameters().int8(manifest.manifest_id));
}

}  // namespace hartonomous::store
