// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_catalog.hpp"

#include <algorithm>
#include <charconv>

#include "pg/spi.hpp"
#include "store/low_rank.hpp"
#include "store/model_refs.hpp"
#include "store/row_hash.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using pg::Parameters;

constexpr std::size_t kBatch = 10'000;  // rows per statement

[[noreturn]] void no_such_model(std::string_view name) {
  pg::raise(Status(Code::kNotFound, "model " + core::quoted(name) + " does not exist")
                .with_hint("SELECT name FROM hartonomous.model lists the models you may see."));
}

std::optional<std::int64_t> as_number(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

// What the ref points at now, locked against concurrent moves until the transaction ends.
struct RefTarget {
  std::int64_t version_id;
  ContentHash manifest;
};
std::optional<RefTarget> lock_ref(std::int64_t model_id, std::string_view ref) {
  static pg::Statement find(
      "SELECT r.version_id, v.manifest_hash FROM hartonomous.model_ref r "
      "JOIN hartonomous.model_version v USING (version_id) "
      "WHERE r.model_id = $1 AND r.ref_name = $2 FOR UPDATE OF r");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, Parameters().int8(model_id).text(ref));
  if (rows.count() == 0) return std::nullopt;
  return RefTarget{rows.int8(0, 0), hash_at(rows, 0, 1)};
}

// The model's row, made if need be and locked, so that versions of one model are made one by one.
std::int64_t lock_model(const NewVersion& version) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.model (tenant_id, name, created_by) VALUES ($1, $2, $3::name) "
      "ON CONFLICT (tenant_id, name) DO NOTHING");
  static pg::Statement lock(
      "SELECT model_id FROM hartonomous.model WHERE tenant_id = $1 AND name = $2 FOR UPDATE");
  pg::Spi spi;
  // Until the second pass sees a row: one may be deleted between the two statements.
  for (;;) {
    const auto key = [&] { return Parameters().int8(version.tenant_id).text(version.name); };
    spi.execute(insert, key().text(version.author));
    const pg::Rows rows = spi.execute(lock, key());
    if (rows.count() == 1) return rows.int8(0, 0);
    pg::poll();
  }
}

void insert_files(std::int64_t version_id, std::span<const PlannedFile> files,
                  const StoredContent& content) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.version_file (version_id, path, file_id) "
      "SELECT $1, * FROM unnest($2::text[], $3::int8[])");
  std::vector<std::string_view> paths;
  for (const PlannedFile& file : files) paths.push_back(file.upload->path);
  pg::Spi().execute(insert, Parameters().int8(version_id).texts(paths).int8s(content.files));
}

// Of a tensor that is in several files the first counts.
void insert_tensors(std::int64_t version_id, const PlannedFile& file,
                    const StoredContent& content) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.version_tensor (version_id, name, tensor_id, path) "
      "SELECT $1, u.name, u.tensor_id, $4 FROM unnest($2::text[], $3::int8[]) AS u(name, "
      "tensor_id) ON CONFLICT (version_id, name) DO NOTHING");
  for (std::size_t at = 0; at < file.tensors.size(); at += kBatch) {
    pg::poll();
    std::vector<std::string_view> names;
    std::vector<std::int64_t> ids;
    for (std::size_t i = at; i < std::min(at + kBatch, file.tensors.size()); ++i) {
      names.push_back(file.tensors[i].name);
      ids.push_back(content.tensors.at(file.tensors[i].hash));
    }
    pg::Spi().execute(
        insert, Parameters().int8(version_id).texts(names).int8s(ids).text(file.upload->path));
  }
}

std::int64_t insert_version(std::int64_t model_id, std::span<const std::int64_t> parents,
                            const ContentHash& manifest, std::uint64_t logical_bytes,
                            const NewVersion& version) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.model_version "
      "(model_id, parent_ids, manifest_hash, logical_bytes, message, created_by) "
      "VALUES ($1, $2, $3, $4, $5, $6::name) RETURNING version_id");
  pg::Spi spi;
  return spi
      .execute(insert, Parameters()
                           .int8(model_id)
                           .int8s(parents)
                           .bytea(manifest.bytes)
                           .int8(static_cast<std::int64_t>(logical_bytes))
                           .text(version.message)
                           .text(version.author))
      .int8(0, 0);
}

}  // namespace

std::int64_t find_model(std::string_view name) {
  static pg::Statement find("SELECT model_id FROM hartonomous.model WHERE name = $1 LIMIT 2");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().text(name));
  if (rows.count() == 0) no_such_model(name);
  if (rows.count() > 1) {
    pg::raise(Status(Code::kInvalidArgument, "model name " + core::quoted(name) + " is ambiguous")
                  .with_detail("More than one of your tenants has a model of that name.")
                  .with_hint("Use a role that is a member of one of them."));
  }
  return rows.int8(0, 0);
}

std::vector<std::int64_t> version_at(std::int64_t tenant_id, std::string_view name,
                                     std::string_view ref) {
  static pg::Statement find(
      "SELECT r.version_id FROM hartonomous.model m JOIN hartonomous.model_ref r USING (model_id) "
      "WHERE m.tenant_id = $1 AND m.name = $2 AND r.ref_name = $3");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(tenant_id).text(name).text(ref));
  if (rows.count() == 0) return {};
  return {rows.int8(0, 0)};
}

VersionKey find_version(std::string_view model) {
  static pg::Statement by_ref(
      "SELECT version_id FROM hartonomous.model_ref WHERE model_id = $1 AND ref_name = $2");
  static pg::Statement by_id(
      "SELECT version_id FROM hartonomous.model_version WHERE model_id = $1 AND version_id = $2");
  const std::size_t at = model.rfind('@');
  const std::string_view name = model.substr(0, at);
  const std::string_view ref = at == std::string_view::npos ? "main" : model.substr(at + 1);
  const std::int64_t model_id = find_model(name);
  const auto number = as_number(ref);
  pg::Spi spi;
  const pg::Rows rows = number ? spi.query(by_id, Parameters().int8(model_id).int8(*number))
                               : spi.query(by_ref, Parameters().int8(model_id).text(ref));
  if (rows.count() == 0) {
    pg::raise(Status(Code::kNotFound, "model " + core::quoted(name) + " has no " +
                                          (number ? "version " : "ref ") + core::quoted(ref))
                  .with_hint("SELECT * FROM hartonomous.model_ref lists the refs you may see."));
  }
  return {model_id, rows.int8(0, 0)};
}

CommittedVersion commit_version(const NewVersion& version, std::span<const PlannedFile> files,
                                const StoredContent& content) {
  std::vector<ManifestEntry> entries;
  for (const PlannedFile& file : files) entries.push_back({file.upload->path, file.hash});
  const ContentHash manifest = manifest_hash(std::move(entries));
  const std::int64_t model_id = lock_model(version);
  const auto current = lock_ref(model_id, version.ref);
  if (current && current->manifest == manifest) return {current->version_id, false};

  std::vector<std::int64_t> parents;
  if (current) parents.push_back(current->version_id);
  if (version.base_version) parents.push_back(*version.base_version);
  std::uint64_t logical_bytes = 0;
  for (const PlannedFile& file : files) logical_bytes += file.upload->source->size();
  const std::int64_t version_id =
      insert_version(model_id, parents, manifest, logical_bytes, version);
  insert_files(version_id, files, content);
  for (const PlannedFile& file : files) insert_tensors(version_id, file, content);
  point_ref(model_id, version.ref, version_id, version.author);
  return {version_id, true};
}

VersionIdentity identity_of(const VersionKey& version) {
  static pg::Statement find(
      "SELECT m.tenant_id, v.manifest_hash FROM hartonomous.model_version v "
      "JOIN hartonomous.model m USING (model_id) WHERE v.version_id = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(version.version_id));
  return {rows.int8(0, 0), hash_at(rows, 0, 1)};
}

std::vector<FileKey> files_of(const VersionKey& version) {
  static pg::Statement find(
      "SELECT v.path, f.file_id, f.format, f.byte_length, encode(f.sha256, 'hex') "
      "FROM hartonomous.version_file v JOIN hartonomous.file f USING (file_id) "
      "WHERE v.version_id = $1 ORDER BY v.path COLLATE \"C\"");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(version.version_id));
  std::vector<FileKey> files;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    files.push_back({std::string(rows.text(i, 0)), rows.int8(i, 1), std::string(rows.text(i, 2)),
                     static_cast<std::uint64_t>(rows.int8(i, 3)), std::string(rows.text(i, 4))});
  }
  return files;
}

TensorKey find_tensor(const VersionKey& version, std::string_view name) {
  static pg::Statement find(
      "SELECT t.tensor_id, t.dtype, t.shape, t.byte_length "
      "FROM hartonomous.version_tensor v JOIN hartonomous.tensor t USING (tensor_id) "
      "WHERE v.version_id = $1 AND v.name = $2");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(version.version_id).text(name));
  if (rows.count() == 0) {
    pg::raise(Status(Code::kNotFound, "model has no tensor " + core::quoted(name))
                  .with_hint("SELECT name FROM hartonomous.model_tensor lists them."));
  }
  const auto dtype = core::tensor::dtype_by_name(rows.text(0, 1));
  if (!dtype) pg::raise({Code::kCorrupt, "unknown dtype " + core::quoted(rows.text(0, 1))});
  const std::vector<std::int64_t> shape = pg::int8_array(rows.datum(0, 2));
  TensorKey tensor{rows.int8(0, 0),
                   *dtype,
                   {shape.begin(), shape.end()},
                   static_cast<std::uint64_t>(rows.int8(0, 3))};
  for (const NamedStep& step : steps_of(version.version_id, name)) {
    tensor.steps.push_back(
        {{find_tensor(version, step.a), find_tensor(version, step.b)}, step.scale, step.rows});
  }
  return tensor;
}

}  // namespace hartonomous::store
