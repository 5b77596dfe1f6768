// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_ingest.hpp"

#include <map>
#include <tuple>
#include <unordered_map>
#include <unordered_set>

#include "core/format/safetensors/shard_index.hpp"
#include "core/hub/listing.hpp"
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/server_file.hpp"
#include "pg/server_path.hpp"
#include "pg/session.hpp"
#include "pg/settings.hpp"
#include "store/archive_expansion.hpp"
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

std::uint64_t total_bytes(const Upload& upload) {
  std::uint64_t bytes = 0;
  for (const UploadFile& file : upload.files) bytes += file.source->size();
  return bytes;
}

std::vector<PlannedFile> plan_upload(std::span<const UploadFile> files,
                                     core::Checkpoint& checkpoint) {
  const format::Limits limits = format_limits();
  std::vector<PlannedFile> planned = pg::check(plan_files(files, limits, checkpoint));
  for (const PlannedFile& file : planned) {
    const bool is_misnamed = file.format == format::name(format::Format::kOpaque) &&
                             format::is_misnamed(file.upload->path, format::Format::kOpaque);
    for (const std::string& warning : file.warnings) {
      const std::string text = core::quoted(file.upload->path) + ": " + warning;
      if (is_misnamed) {
        pg::warning(text, "If it was damaged on its way here, get it again.");
      } else {
        pg::notice(text);
      }
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

void expand_unless_kept(Upload& upload, const IngestRequest& request,
                        const MakeProgress& make_progress) {
  if (request.keeps_archives) return;
  const auto progress = make_progress("unpack_archive", total_bytes(upload));
  expand_upload(upload, *progress);
}

// Jobs of their own beside the ingest that follows them.
MakeProgress shown_progress(const IngestRequest& request, std::int64_t tenant_id) {
  return [&request, tenant_id](std::string_view kind, std::uint64_t bytes) {
    return std::make_unique<pg::JobProgress>(kind, request.source, tenant_id, bytes);
  };
}

std::int64_t ingest_as(Upload upload, const IngestRequest& request, std::int64_t tenant_id) {
  ModelIngest ingest(std::move(upload), request, tenant_id);
  ingest.require_quota();
  // Each byte is read twice: once to plan, once to write. What is known is not read again.
  pg::JobProgress progress("ingest_model", request.source, tenant_id, ingest.bytes(), 2);
  const pg::OwnerRights rights;
  ingest.plan(progress);
  return ingest.finish(progress);
}

}  // namespace

void expand_upload(Upload& upload, core::Checkpoint& checkpoint) {
  if (upload.is_directory || upload.files.size() != 1 ||
      !is_archive(*upload.files.front().source, checkpoint)) {
    return;
  }
  const std::string name = upload.files.front().path;
  upload.files = expand_archive(std::move(upload.files.front()), checkpoint);
  pg::notice(core::quoted(name) + " is an archive: the " + std::to_string(upload.files.size()) +
             " files in it are kept, not the archive itself");
}

void require_source(const std::string& source) {
  if (core::hub::names_hub(source)) {
    require_fetch(source);
  } else {
    (void)pg::server_path_kind(source);
  }
}

Upload obtain_upload(const IngestRequest& request, const MakeProgress& make_progress) {
  Upload upload;
  if (core::hub::names_hub(request.source)) {
    require_fetch(request.source);
    upload.files = fetch_upload(request.source, make_progress);
    upload.is_directory = upload.files.size() > 1;
  } else {
    upload = open_upload(request.source);
  }
  expand_unless_kept(upload, request, make_progress);
  return upload;
}

std::int64_t tenant_of(const IngestRequest& request) {
  require_model_name(request.name);
  require_ref_name(request.ref);
  return resolve_tenant(request.tenant.empty() ? std::nullopt
                                               : std::optional<std::string_view>(request.tenant));
}

ModelIngest::ModelIngest(Upload upload, IngestRequest request, std::int64_t tenant_id)
    : upload_(std::move(upload)),
      request_(std::move(request)),
      tenant_id_(tenant_id),
      bytes_(total_bytes(upload_)),
      author_(pg::current_user_name()) {
  if (!request_.base.empty()) base_ = find_version(request_.base).version_id;
}

std::vector<std::int64_t> ModelIngest::parents() const {
  std::vector<std::int64_t> parents = version_at(tenant_id_, request_.name, request_.ref);
  if (base_) parents.push_back(*base_);
  return parents;
}

void ModelIngest::plan(core::Checkpoint& checkpoint) {
  planned_ = plan_upload(upload_.files, checkpoint);
}

std::int64_t ModelIngest::finish(core::Checkpoint& checkpoint) {
  const std::vector<std::int64_t> bases = parents();
  const StoredContent content = store_content(
      planned_, {static_cast<Compression>(pg::settings.compression), bases}, checkpoint);
  const RecordedVersion version = record_ingest({.tenant_id = tenant_id_,
                                                 .name = request_.name,
                                                 .ref = request_.ref,
                                                 .message = request_.message,
                                                 .author = author_,
                                                 .base_version = base_},
                                                planned_, content);
  if (version.is_new) charge(tenant_id_, bytes_);
  return version.version_id;
}

std::int64_t ingest_model(const IngestRequest& request) {
  const std::int64_t tenant_id = tenant_of(request);
  return ingest_as(obtain_upload(request, shown_progress(request, tenant_id)), request, tenant_id);
}

std::int64_t ingest_upload(Upload upload, const IngestRequest& request) {
  const std::int64_t tenant_id = tenant_of(request);
  expand_unless_kept(upload, request, shown_progress(request, tenant_id));
  return ingest_as(std::move(upload), request, tenant_id);
}

Upload open_upload(const std::string& path) {
  Upload upload;
  const std::string directory = path.substr(0, path.rfind('/') + 1);
  const auto add = [&](std::string name, const std::string& file) {
    upload.files.push_back({std::move(name), pg::ServerFileSource::open(file)});
  };
  if (pg::server_path_kind(path) == pg::ServerPathKind::kDirectory) {
    upload.is_directory = true;
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
