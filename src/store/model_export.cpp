// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_export.hpp"

#include <algorithm>
#include <filesystem>

#include "core/hash/sha256.hpp"
#include "pg/identity.hpp"
#include "pg/server_file_writer.hpp"
#include "pg/server_path.hpp"
#include "pg/spi.hpp"
#include "store/content_reader.hpp"
#include "store/low_rank.hpp"

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

// Returns the file's SHA-256 in hex.
std::string export_file(const FileKey& file, const std::string& path) {
  pg::ServerFileWriter writer(path);  // as the caller
  pg::PollCheckpoint checkpoint;
  const bool is_known = !file.sha256_hex.empty();
  core::hash::Sha256 digest;
  stream(blocks_as_owner(file.file_id), Verify::kYes, checkpoint,
         [&](std::uint64_t, core::Bytes bytes) {
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
  record_sha256(file.file_id, hash.bytes);
  return hash.hex();
}

}  // namespace

std::vector<ExportedFile> export_model(const VersionKey& version, const std::string& path) {
  pg::require_server_files(pg::ServerFileUse::kWrite);
  pg::require_absolute(path);
  if (is_overlay(version.version_id)) {
    pg::raise(core::Status(core::Code::kUnsupported, "an overlay has no files of its own")
                  .with_hint("Make a version that has with hartonomous.materialize()."));
  }
  const std::vector<FileKey> files = files_of(version);
  std::error_code none;  // a path that cannot be examined is a file yet to be made
  const bool into_directory = files.size() != 1 || std::filesystem::is_directory(path, none);
  std::vector<ExportedFile> exported;
  for (const FileKey& file : files) {
    const std::string target =
        into_directory ? pg::check(pg::file_below_directory(path, file.path)) : path;
    if (into_directory) pg::make_server_directories(path, file.path);
    exported.push_back({target, file.byte_length, export_file(file, target)});
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
