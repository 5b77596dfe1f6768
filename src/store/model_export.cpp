// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_export.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include "core/hash/sha256.hpp"
#include "pg/identity.hpp"
#include "pg/server_file_writer.hpp"
#include "pg/server_path.hpp"
#include "pg/spi.hpp"
#include "store/content_reader.hpp"
#include "store/file_variant.hpp"
#include "store/tensor_reader.hpp"
#include "store/version_tensors.hpp"

namespace hartonomous::store {

namespace {

std::vector<BlockPlace> blocks_as_owner(std::int64_t file_id) {
  const pg::OwnerRights rights;
  return blocks_of_file(file_id);
}

FileKey file_named(const VersionKey& version, std::string_view path) {
  std::vector<FileKey> files = files_of(version);
  if (path.empty() && files.size() == 1) return std::move(files.front());
  for (FileKey& file : files) {
    if (file.path == path) return std::move(file);
  }
  const std::string message =
      path.empty() ? "model has several files" : "model has no file " + core::quoted(path);
  pg::raise(core::Status(core::Code::kNotFound, message)
                .with_hint("SELECT path FROM hartonomous.model_file lists them."));
}

// Notes the digest of a file that a commit made.
void record_sha256(std::int64_t file_id, const core::hash::Sha256Digest& digest) {
  static pg::Statement set(
      "UPDATE hartonomous.file SET sha256 = $2 WHERE file_id = $1 AND sha256 IS NULL");
  const pg::OwnerRights rights;
  pg::Spi().execute(set, pg::Parameters().int8(file_id).bytea(digest));
}

// A stretch of a file that an expression says, in its place.
struct Evaluated {
  std::uint64_t offset;
  TensorKey tensor;
};
using Evaluations = std::map<std::string, std::vector<Evaluated>>;  // by path, in order of offsets

Evaluations evaluations_of(const VersionKey& version, std::span<const FileKey> files) {
  const pg::OwnerRights rights;
  Evaluations all;
  for (const auto& [name, tensor] : own_tensors_of(version)) {
    if (tensor.key.steps.empty() || tensor.key.byte_length == 0) continue;
    const auto file = std::ranges::find(files, tensor.path, &FileKey::path);
    if (file == files.end()) continue;
    all[tensor.path].push_back(
        {offset_in_file(version, *file, name, tensor.key.tensor_id), tensor.key});
  }
  for (auto& [path, stretches] : all) std::ranges::sort(stretches, {}, &Evaluated::offset);
  return all;
}

// The file's bytes in order, those of expressions evaluated.
void stream_file(const FileKey& file, std::span<const Evaluated> evaluated,
                 const std::function<void(core::Bytes)>& sink) {
  pg::PollCheckpoint checkpoint;
  const std::vector<BlockPlace> blocks = blocks_as_owner(file.file_id);
  const auto from = [&](std::uint64_t offset) {
    return std::ranges::lower_bound(blocks, offset, {}, &BlockPlace::offset);
  };
  auto at = blocks.begin();
  const auto stored_to = [&](auto end) {
    stream({at, end}, Verify::kYes, checkpoint,
           [&](std::uint64_t, core::Bytes bytes) { sink(bytes); });
    at = end;
  };
  for (const Evaluated& stretch : evaluated) {
    stored_to(from(stretch.offset));
    const pg::OwnerRights rights;
    stream_encoded(stretch.tensor, stretch.tensor.dtype, checkpoint, sink);
    at = from(stretch.offset + stretch.tensor.byte_length);
  }
  stored_to(blocks.end());
}

// Returns the file's SHA-256 in hex.
std::string export_file(const FileKey& file, std::span<const Evaluated> evaluated,
                        const std::string& path) {
  pg::ServerFileWriter writer(path);  // as the caller
  const bool is_known = !file.sha256_hex.empty() && evaluated.empty();
  core::hash::Sha256 digest;
  stream_file(file, evaluated, [&](core::Bytes bytes) {
    if (!is_known) digest.update(bytes);
    pg::check(writer.write(bytes));
  });
  if (writer.size() != file.byte_length) {
    pg::raise({core::Code::kCorrupt, "file " + core::quoted(file.path) + " is incomplete"});
  }
  pg::check(writer.finish());
  if (is_known) return file.sha256_hex;
  ContentHash hash;
  hash.bytes = digest.finish();
  if (evaluated.empty()) record_sha256(file.file_id, hash.bytes);
  return hash.hex();
}

}  // namespace

std::vector<ExportedFile> export_model(const VersionKey& version, const std::string& path) {
  pg::require_server_files(pg::ServerFileUse::kWrite);
  pg::require_absolute(path);
  std::vector<FileKey> files = files_of(version);
  std::erase_if(files, [](const FileKey& file) { return file.path.starts_with(kOperandPrefix); });
  const Evaluations evaluations = evaluations_of(version, files);
  std::error_code none;  // a path that cannot be examined is a file yet to be made
  const bool into_directory = files.size() != 1 || std::filesystem::is_directory(path, none);
  std::vector<ExportedFile> exported;
  for (const FileKey& file : files) {
    const std::string target =
        into_directory ? pg::check(pg::file_below_directory(path, file.path)) : path;
    if (into_directory) pg::make_server_directories(path, file.path);
    const auto own = evaluations.find(file.path);
    const auto evaluated =
        own == evaluations.end() ? std::span<const Evaluated>() : std::span(own->second);
    exported.push_back({target, file.byte_length, export_file(file, evaluated, target)});
  }
  return exported;
}

std::vector<std::byte> read_file(const VersionKey& version, std::string_view path,
                                 std::int64_t offset, std::optional<std::int64_t> length) {
  const FileKey file = file_named(version, path);
  if (offset < 0 || length.value_or(0) < 0) {
    pg::raise({core::Code::kInvalidArgument, "byte range must not be negative"});
  }
  const auto size = static_cast<std::int64_t>(file.byte_length);
  const std::int64_t first = std::min(offset, size);
  const std::int64_t count = std::min(length.value_or(size), size - first);
  if (count > kMaxReadFile) {
    pg::raise(core::Status(core::Code::kLimitExceeded,
                           "range of " + std::to_string(count) + " bytes does not fit a bytea")
                  .with_hint("Read the file in parts with byte_offset and byte_length."));
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(count));
  const pg::OwnerRights rights;
  RangeReader(blocks_of_file(file.file_id)).read(static_cast<std::uint64_t>(first), bytes);
  return bytes;
}

}  // namespace hartonomous::store
