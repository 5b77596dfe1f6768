// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_ingest.hpp"

#include <map>
#include <tuple>
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

// Refuses a tensor that is in another file than the index says. Notices shards that are missing
// (validate_model lists them), and tensors of the shards that the index does not know.
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
  std::vector<const std::unordered_set<std::string_view>*> shards;
  std::size_t held = 0, mapped = 0;
  for (const std::string& name : index.files) {
    const auto shard = present.find(directory + name);
    shards.push_back(shard == present.end() ? nullptr : &shard->second);
    if (shards.back() != nullptr) {
      held += shard->second.size();
    } else {
      pg::notice(core::quoted(index_file.path) + " names shard " + core::quoted(name) +
                 ", which is missing");
    }
  }
  for (const auto& mapping : index.weight_map) {
    const auto* const tensors = shards[mapping.file];
    if (tensors == nullptr) continue;
    ++mapped;
    if (tensors->contains(mapping.tensor)) continue;
    pg::raise(Status(Code::kMalformed, "tensor " + core::quoted(mapping.tensor) +
                                           " is not in its shard " +
                                           core::quoted(index.files[mapping.file]))
                  .with_detail("The placement is that of " + core::quoted(index_file.path) + "."));
  }
  if (held > mapped) {
    pg::notice(core::quoted(index_file.path) + " does not list " + std::to_string(held - mapped) +
               " tensors of its shards");
  }
}

// Files in subdirectories are models of their own, or the same one in another form: their tensors
// bear their path.
void name_by_path(PlannedFile& file) {
  const std::string& path = file.upload->path;
  if (path.find('/') == std::string::npos) return;
  for (PlannedTensor& tensor : file.tensors) tensor.name.insert(0, path + ":");
}

// GGUF parts of one model, told by their number and count, must all be different ones.
void check_split_parts(std::span<const PlannedFile> files) {
  using Part = std::tuple<std::uint64_t, std::uint64_t, std::uint64_t>;  // count, tensors, number
  std::map<Part, const PlannedFile*> seen;
  for (const PlannedFile& file : files) {
    if (!file.split) continue;
    const auto [first, is_new] =
        seen.emplace(Part(file.split->count, file.split->tensors, file.split->number), &file);
    if (is_new || first->second->hash == file.hash) continue;
    pg::raise(Status(Code::kMalformed, "the upload has part " +
                                           std::to_string(file.split->number + 1) + " of " +
                                           std::to_string(file.split->count) + " twice")
                  .with_detail("In " + core::quoted(first->second->upload->path) + " and " +
                               core::quoted(file.upload->path) + "."));
  }
}

// If `file` is a part of a GGUF model by content and by name: the names of the other parts.
std::vector<std::string> other_split_files(const UploadFile& file) {
  pg::PollCheckpoint checkpoint;
  const format::Limits limits = format_limits();
  const auto detection = pg::check(format::detect(*file.source, limits, checkpoint));
  if (detection.format != format::Format::kGguf) return {};
  const auto layout = pg::check(format::parse(*file.source, limits, checkpoint));
  const auto part = format::gguf::split_part(layout);
  return part ? format::gguf::other_part_names(file.path, *part) : std::vector<std::string>{};
}

std::vector<PlannedFile> plan(std::span<const UploadFile> files, core::Checkpoint& checkpoint) {
  const format::Limits limits = format_limits();
  std::vector<PlannedFile> planned = pg::check(plan_files(files, limits, checkpoint));
  for (const PlannedFile& file : planned) {
    for (const std::string& warning : file.warnings) {
      pg::notice(core::quoted(file.upload->path) + ": " + warning);
    }
  }
  for (const UploadFile& file : files) {
    if (is_shard_index(file.path)) check_shard_index(file, planned, limits, checkpoint);
  }
  check_split_parts(planned);
  for (PlannedFile& file : planned) name_by_path(file);
  require_unique_tensors(planned);
  return planned;
}

}  // namespace

std::int64_t ingest_model(std::span<const UploadFile> files, const IngestRequest& request) {
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
  const std::vector<PlannedFile> planned = plan(files, progress);
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
  Upload upload;
  const std::string directory = path.substr(0, path.rfind('/') + 1);
  const auto add = [&](std::string name, const std::string& file) {
    upload.files.push_back({std::move(name), pg::ServerFileSource::open(file)});
  };
  if (pg::server_path_kind(path) == pg::ServerPathKind::kDirectory) {
    for (const auto& entry : pg::list_server_directory(path)) {
      add(entry.name, pg::check(pg::file_below_directory(path, entry.name)));
    }
  } else if (is_shard_index(path)) {
    add(path.substr(directory.size()), path);
    pg::PollCheckpoint checkpoint;
    const auto index = pg::check(format::safetensors::read_shard_index(
        *upload.files.front().source, format_limits(), checkpoint));
    for (const std::string& shard : index.files) {
      add(shard, pg::check(pg::file_in_directory(directory, shard)));
    }
  } else {
    add(path.substr(directory.size()), path);
    for (std::string& part : other_split_files(upload.files.front())) {
      const std::string file = pg::check(pg::file_in_directory(directory, part));
      add(std::move(part), file);
    }
  }
  if (upload.files.empty()) {
    pg::raise({Code::kMalformed, "directory " + core::quoted(path) + " has no files"});
  }
  return upload;
}

}  // namespace hartonomous::store
