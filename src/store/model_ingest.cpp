// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_ingest.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

#include "core/format/safetensors/shard_index.hpp"
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/server_file.hpp"
#include "pg/server_path.hpp"
#include "pg/session.hpp"
#include "pg/settings.hpp"
#include "store/format_limits.hpp"
#include "store/model_catalog.hpp"
#include "store/version_record.hpp"
#include "store/model_refs.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
namespace format = core::format;

constexpr std::string_view kIndexSuffix = ".safetensors.index.json";

bool is_shard_index(std::string_view path) { return path.ends_with(kIndexSuffix); }

// A name means one tensor in a version: it is how users and refs address it. The same tensor may
// be in several files, as when a directory holds its weights in two formats.
void require_unique_tensors(std::span<const PlannedFile> files) {
  struct Place {
    std::string_view path;
    const ContentHash* hash;
  };
  std::unordered_map<std::string_view, Place> seen;
  for (const PlannedFile& file : files) {
    for (const PlannedTensor& tensor : file.tensors) {
      const auto [first, is_new] =
          seen.emplace(tensor.name, Place{file.upload->path, &tensor.hash});
      if (!is_new && *first->second.hash != tensor.hash) {
        pg::raise(Status(Code::kMalformed,
                         "tensor " + core::quoted(tensor.name) + " is in two files of the upload")
                      .with_detail("It differs between " + core::quoted(first->second.path) +
                                   " and " + core::quoted(file.upload->path) + ".")
                      .with_hint("Ingest independent model files one by one."));
      }
    }
  }
}

// Refuses unless every tensor of the index is in the file the index names; tensors of those files
// that the index does not know are noticed and kept.
void check_shard_index(const UploadFile& index_file, std::span<const PlannedFile> files,
                       const format::Limits& limits, core::Checkpoint& checkpoint) {
  const auto index =
      pg::check(format::safetensors::read_shard_index(*index_file.source, limits, checkpoint));
  const std::string directory = index_file.path.substr(0, index_file.path.rfind('/') + 1);
  std::unordered_map<std::string_view, std::unordered_set<std::string_view>> present;
  for (const PlannedFile& file : files) {
    auto& names = present[file.upload->path];
    for (const PlannedTensor& tensor : file.tensors) names.insert(tensor.name);
  }
  for (const auto& mapping : index.weight_map) {
    const std::string shard = directory + index.files[mapping.file];
    const auto file = present.find(shard);
    if (file == present.end()) {
      pg::raise(Status(Code::kMalformed, "shard " + core::quoted(shard) + " is missing")
                    .with_detail("It is named by " + core::quoted(index_file.path) + "."));
    }
    if (!file->second.contains(mapping.tensor)) {
      pg::raise(
          Status(Code::kMalformed, "tensor " + core::quoted(mapping.tensor) +
                                       " is not in its shard " + core::quoted(shard))
              .with_detail("The placement is that of " + core::quoted(index_file.path) + "."));
    }
  }
  std::size_t held = 0;
  for (const std::string& shard : index.files) held += present.at(directory + shard).size();
  if (held > index.weight_map.size()) {
    pg::notice(core::quoted(index_file.path) + " does not list " +
               std::to_string(held - index.weight_map.size()) + " tensors of its shards");
  }
}

// Files in subdirectories are models of their own, or the same one in another form: their tensors
// bear their path.
void name_by_path(PlannedFile& file) {
  const std::string& path = file.upload->path;
  if (path.find('/') == std::string::npos) return;
  for (PlannedTensor& tensor : file.tensors) tensor.name.insert(0, path + ":");
}

std::vector<PlannedFile> plan(std::span<const UploadFile> files, UploadKind kind,
                              core::Checkpoint& checkpoint) {
  const format::Limits limits = format_limits();
  std::vector<PlannedFile> planned;
  for (const UploadFile& file : files) {
    planned.push_back(
        pg::check(plan_file(file, kind == UploadKind::kDirectory, limits, checkpoint)));
    for (const std::string& warning : planned.back().warnings) {
      pg::notice(core::quoted(file.path) + ": " + warning);
    }
  }
  for (const UploadFile& file : files) {
    if (is_shard_index(file.path)) check_shard_index(file, planned, limits, checkpoint);
  }
  for (PlannedFile& file : planned) name_by_path(file);
  require_unique_tensors(planned);
  if (std::ranges::all_of(planned, [](const PlannedFile& f) { return f.format == "opaque"; })) {
    pg::raise({Code::kMalformed, "no model file in the upload"});
  }
  return planned;
}

}  // namespace

std::int64_t ingest_model(std::span<const UploadFile> files, UploadKind kind,
                          const IngestRequest& request) {
  require_model_name(request.name);
  require_ref_name(request.ref);
  const std::int64_t tenant_id = resolve_tenant(
      request.tenant.empty() ? std::nullopt : std::optional<std::string_view>(request.tenant));
  std::optional<std::int64_t> base;
  if (!request.base.empty()) base = find_version(request.base).version_id;
  std::uint64_t bytes = 0;
  for (const UploadFile& file : files) bytes += file.source->size();
  check_quota(tenant_id, bytes);
  const std::string author = pg::current_user_name();

  // Each byte is read twice: once to plan, once to write.
  pg::JobProgress progress("ingest_model", request.source, tenant_id, bytes, 2);
  const pg::OwnerRights rights;
  const std::vector<PlannedFile> planned = plan(files, kind, progress);
  std::vector<std::int64_t> parents = version_at(tenant_id, request.name, request.ref);
  if (base) parents.push_back(*base);
  const StoredContent content = store_content(
      planned, {static_cast<Compression>(pg::settings.compression), parents}, progress);
  progress.reached(2 * (bytes - progress.bytes_done()));  // what was known was not read again
  const RecordedVersion version = record_ingest({.tenant_id = tenant_id,
                                                   .name = request.name,
                                                   .ref = request.ref,
                                                   .message = request.message,
                                                   .author = author,
                                                   .base_version = base},
                                                  planned, content);
  if (version.is_new) charge(tenant_id, bytes);
  return version.version_id;
}

Upload open_upload(const std::string& path) {
  Upload upload{UploadKind::kFile, {}};
  const std::string directory = path.substr(0, path.rfind('/') + 1);
  const auto add = [&](std::string name, const std::string& file) {
    upload.files.push_back({std::move(name), pg::ServerFileSource::open(file)});
  };
  if (pg::server_path_kind(path) == pg::ServerPathKind::kDirectory) {
    upload.kind = UploadKind::kDirectory;
    for (const auto& entry : pg::list_server_directory(path)) {
      add(entry.name, pg::check(pg::file_below_directory(path, entry.name)));
    }
  } else if (is_shard_index(path)) {
    upload.kind = UploadKind::kDirectory;
    add(path.substr(directory.size()), path);
    pg::PollCheckpoint checkpoint;
    const auto index = pg::check(format::safetensors::read_shard_index(
        *upload.files.front().source, format_limits(), checkpoint));
    for (const std::string& shard : index.files) {
      add(shard, pg::check(pg::file_in_directory(directory, shard)));
    }
  } else {
    add(path.substr(directory.size()), path);
  }
  if (upload.files.empty()) {
    pg::raise({Code::kMalformed, "directory " + core::quoted(path) + " has no files"});
  }
  return upload;
}

}  // namespace hartonomous::store
