// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/version_commit.hpp"

#include <algorithm>
#include <set>

#include "pg/fresh_snapshot.hpp"
#include "pg/identity.hpp"
#include "pg/settings.hpp"
#include "pg/spi.hpp"
#include "store/changed_tensor.hpp"
#include "store/content_store.hpp"
#include "store/file_variant.hpp"
#include "store/format_limits.hpp"
#include "store/model_refs.hpp"
#include "store/tenant.hpp"
#include "store/version_record.hpp"
#include "store/version_tensors.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;

// What a change names in another version, found with the caller's eyes.
struct Source {
  VersionKey version;
  std::optional<TensorKey> tensor;
  std::optional<FileKey> file;
};

void require_whole(const VersionChange& change) {
  const int values = (change.numbers ? 1 : 0) + (change.data ? 1 : 0) + !change.source.empty();
  const bool is_tensor = !change.tensor.empty();
  const bool is_part = change.starts || change.counts;
  if (is_tensor != change.file.empty() || values > 1 || (is_tensor && values == 0) ||
      (!is_tensor && change.numbers) ||
      (is_part && (!is_tensor || !change.source.empty() || !change.starts || !change.counts))) {
    pg::raise(Status(Code::kInvalidArgument, "a change does not say what becomes what")
                  .with_hint("Make it with hartonomous.change_tensor(), take_tensor(), "
                             "change_file(), take_file() or remove_file()."));
  }
}

FileKey file_at(std::span<const FileKey> files, std::string_view path) {
  const auto found = std::ranges::find(files, path, &FileKey::path);
  if (found == files.end()) {
    pg::raise({Code::kNotFound, "model has no file " + core::quoted(path)});
  }
  return *found;
}

std::optional<Source> source_of(const VersionChange& change) {
  if (change.source.empty()) return std::nullopt;
  Source source{find_version(change.source), std::nullopt, std::nullopt};
  const std::string_view own = change.tensor.empty() ? change.file : change.tensor;
  const std::string_view name = change.source_name.empty() ? own : change.source_name;
  if (change.tensor.empty()) {
    source.file = file_at(files_of(source.version), name);
  } else {
    source.tensor = find_tensor(source.version, name);
  }
  return source;
}

std::vector<std::int64_t> taken_from(std::span<const std::optional<Source>> sources) {
  std::vector<std::int64_t> versions;
  for (const auto& source : sources) {
    if (source && std::ranges::find(versions, source->version.version_id) == versions.end()) {
      versions.push_back(source->version.version_id);
    }
  }
  return versions;
}

// The version itself, then those it took from.
std::vector<std::int64_t> parents_of(const VersionKey& parent,
                                     std::span<const std::optional<Source>> sources) {
  std::vector<std::int64_t> parents = taken_from(sources);
  std::erase(parents, parent.version_id);
  parents.insert(parents.begin(), parent.version_id);
  return parents;
}

// Where the new version begins and which ref it gets.
struct Place {
  VersionKey parent;
  std::string ref;
};

Place place_of(const CommitRequest& request, const VersionKey& start) {
  const std::size_t at = request.model.rfind('@');
  const std::string_view named = at == request.model.npos ? "main" : request.model.substr(at + 1);
  const bool is_number = named.find_first_not_of("0123456789") == named.npos;
  Place place{start, std::string(!request.ref.empty() ? request.ref : is_number ? "main" : named)};
  require_ref_name(place.ref);
  lock_model(start.model_id);
  if (!is_number) {
    const auto target = ref_target(start.model_id, named);
    if (!target)
      pg::raise({Code::kNotFound, "ref " + core::quoted(named) + " does not exist any more"});
    place.parent.version_id = target->version_id;
  }
  if (request.expected) {
    require_target(start.model_id, place.ref, *request.expected);
  } else if (ref_target(start.model_id, place.ref)) {
    require_target(start.model_id, place.ref, place.parent.version_id);
  }
  return place;
}

// Gathers what the changes make of the parent.
class Commit {
 public:
  explicit Commit(const VersionKey& parent, std::span<const VersionChange> changes)
      : parent_(parent), files_(files_by_path(parent.version_id)) {
    std::vector<std::string_view> names;
    for (const VersionChange& change : changes) {
      if (!change.tensor.empty()) names.push_back(change.tensor);
    }
    before_ = tensors_of(parent.version_id, names);
    now_ = before_;
  }

  void change_tensor(const VersionChange& change, const std::optional<Source>& source) {
    const auto found = now_.find(std::string(change.tensor));
    if (found == now_.end()) {
      pg::raise(Status(Code::kNotFound, "model has no tensor " + core::quoted(change.tensor))
                    .with_hint("SELECT name FROM hartonomous.model_tensor lists them."));
    }
    if (!changed_tensors_.insert(found->first).second) {
      pg::raise(
          {Code::kInvalidArgument, "tensor " + core::quoted(change.tensor) + " is changed twice"});
    }
    found->second.key.tensor_id = changed(found->second.key, change, source);
  }

  void change_file(const VersionChange& change, const std::optional<Source>& source) {
    const auto found = files_.find(std::string(change.file));
    if (found == files_.end()) {
      pg::raise(Status(Code::kNotFound, "model has no file " + core::quoted(change.file))
                    .with_hint("SELECT path FROM hartonomous.model_file lists them."));
    }
    if (!changed_files_.insert(found->first).second) {
      pg::raise(
          {Code::kInvalidArgument, "file " + core::quoted(change.file) + " is changed twice"});
    }
    std::vector<TensorEntry> tensors;
    if (source) {
      tensors = take_file(found->first, *source);
    } else if (change.data) {
      tensors = store_file(found->first, *change.data);
    } else {
      entries_.files.push_back({found->first, std::nullopt});
    }
    hide_tensors(found->first, tensors);
    entries_.tensors.insert(entries_.tensors.end(), tensors.begin(), tensors.end());
  }

  ManifestEntries finish() {
    writer_.finish();
    std::map<std::string, std::vector<TensorReplacement>> by_file;
    for (const auto& [name, tensor] : now_) {
      if (changed_files_.contains(tensor.path)) {
        pg::raise({Code::kInvalidArgument,
                   "tensor " + core::quoted(name) + " is in a file that is changed too"});
      }
      const std::int64_t before = before_.at(name).key.tensor_id;
      entries_.tensors.push_back({name, tensor.key.tensor_id, tensor.path});
      if (before == tensor.key.tensor_id || tensor.key.byte_length == 0) continue;
      by_file[tensor.path].push_back({name, before, tensor.key.tensor_id});
    }
    for (const auto& [path, replacements] : by_file) {
      entries_.files.push_back({path, replace_in_file(parent_, files_.at(path), replacements)});
    }
    return std::move(entries_);
  }

  std::uint64_t bytes() const noexcept { return bytes_; }

 private:
  std::int64_t changed(const TensorKey& tensor, const VersionChange& change,
                       const std::optional<Source>& source) {
    if (source) {
      const TensorKey& other = *source->tensor;
      if (other.dtype == tensor.dtype && other.shape == tensor.shape && other.steps.empty()) {
        return other.tensor_id;
      }
      return counted(with_value_of(tensor, other, writer_), tensor.byte_length);
    }
    if (change.starts) {
      const TensorPart part{*change.starts, *change.counts};
      return change.data
                 ? counted(with_part(tensor, part, *change.data, writer_), change.data->size())
                 : counted(with_part(tensor, part, *change.numbers, writer_),
                           change.numbers->size_bytes());
    }
    return counted(change.data ? with_bytes(tensor, *change.data, writer_)
                               : with_numbers(tensor, *change.numbers, writer_),
                   tensor.byte_length);
  }

  std::int64_t counted(const StoredTensor& tensor, std::uint64_t bytes) {
    bytes_ += bytes;
    return tensor.tensor_id;
  }

  std::vector<TensorEntry> store_file(const std::string& path, core::Bytes data) {
    pg::PollCheckpoint checkpoint;
    std::vector<UploadFile> uploads;
    uploads.push_back({path, std::make_unique<core::MemorySource>(data)});
    const std::vector<PlannedFile> planned =
        pg::check(plan_files(uploads, format_limits(), checkpoint));
    const std::int64_t parents[] = {parent_.version_id};
    const StoredContent content = store_content(
        planned, {static_cast<Compression>(pg::settings.compression), parents}, checkpoint);
    entries_.files.push_back({path, content.files.front()});
    bytes_ += data.size();
    std::vector<TensorEntry> tensors;
    for (const PlannedTensor& tensor : planned.front().tensors) {
      tensors.push_back({tensor.name, content.tensors.at(tensor.hash), path});
    }
    return tensors;
  }

  std::vector<TensorEntry> take_file(const std::string& path, const Source& source) {
    static pg::Statement find(
        "SELECT name, tensor_id, coalesce(steps::text, '') FROM hartonomous.version_tensor "
        "WHERE version_id = $1 AND path = $2");
    entries_.files.push_back({path, source.file->file_id});
    pg::Spi spi;
    const pg::Rows rows =
        spi.query(find, pg::Parameters().int8(source.version.version_id).text(source.file->path));
    std::vector<TensorEntry> tensors;
    for (std::size_t i = 0; i < rows.count(); ++i) {
      if (!rows.text(i, 2).empty()) {
        pg::raise(Status(Code::kUnsupported, "a file of an overlay cannot be taken")
                      .with_hint("Make its tensors stored with hartonomous.materialize()."));
      }
      tensors.push_back({std::string(rows.text(i, 0)), rows.int8(i, 1), path});
    }
    return tensors;
  }

  // Removes the parent's tensors of that file which the new one lacks; refuses a name that another
  // file has.
  void hide_tensors(const std::string& path, std::span<const TensorEntry> tensors) {
    static pg::Statement find(
        "SELECT name, path FROM hartonomous.version_tensor "
        "WHERE version_id = $1 AND (path = $2 OR name = ANY ($3::text[]))");
    std::set<std::string_view> names;
    for (const TensorEntry& tensor : tensors) names.insert(tensor.name);
    const std::vector<std::string_view> list(names.begin(), names.end());
    pg::Spi spi;
    const pg::Rows rows =
        spi.query(find, pg::Parameters().int8(parent_.version_id).text(path).texts(list));
    for (std::size_t i = 0; i < rows.count(); ++i) {
      if (rows.text(i, 1) != path) {
        pg::raise(Status(Code::kMalformed, "tensor " + core::quoted(rows.text(i, 0)) +
                                               " is in two files of the version")
                      .with_detail("The other is " + core::quoted(rows.text(i, 1)) + "."));
      }
      if (!names.contains(rows.text(i, 0))) {
        entries_.tensors.push_back({std::string(rows.text(i, 0)), std::nullopt, ""});
      }
    }
  }

  VersionKey parent_;
  std::map<std::string, FileKey> files_;
  std::map<std::string, NamedTensor> before_, now_;
  std::set<std::string> changed_tensors_, changed_files_;
  TensorWriter writer_;
  ManifestEntries entries_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

std::int64_t commit_version(const CommitRequest& request) {
  const VersionKey start = find_version(request.model);
  if (request.changes.empty()) pg::raise({Code::kInvalidArgument, "there is nothing to change"});
  std::vector<std::optional<Source>> sources;
  for (const VersionChange& change : request.changes) {
    require_whole(change);
    sources.push_back(source_of(change));
  }
  const std::string author = pg::current_user_name();
  const pg::OwnerRights rights;
  const Place place = place_of(request, start);
  hold_versions(taken_from(sources));
  const pg::FreshSnapshot snapshot;  // the parent may be younger than the statement
  Commit commit(place.parent, request.changes);
  for (std::size_t i = 0; i < request.changes.size(); ++i) {
    const VersionChange& change = request.changes[i];
    change.tensor.empty() ? commit.change_file(change, sources[i])
                          : commit.change_tensor(change, sources[i]);
  }
  const ManifestEntries entries = commit.finish();
  const std::vector<std::int64_t> parents = parents_of(place.parent, sources);
  const RecordedVersion version =
      record_version({.model_id = place.parent.model_id,
                      .ref = place.ref,
                      .parents = parents,
                      .manifest = derive_manifest(place.parent.version_id, entries),
                      .charged_bytes = commit.bytes(),
                      .message = request.message,
                      .author = author});
  if (version.is_new) {
    charge(identity_of(start).tenant_id, commit.bytes());
  }
  return version.version_id;
}

}  // namespace hartonomous::store
