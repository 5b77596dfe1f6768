// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_export.hpp"

#include <filesystem>

#include "pg/identity.hpp"
#include "pg/server_file_writer.hpp"
#include "pg/server_path.hpp"
#include "store/content_reader.hpp"

namespace hartonomous::store {

namespace {

std::vector<BlockPlace> blocks_as_owner(std::int64_t file_id) {
  const pg::OwnerRights rights;
  return blocks_of_file(file_id);
}

void export_file(const FileKey& file, const std::string& path) {
  pg::ServerFileWriter writer(path);  // as the caller
  pg::PollCheckpoint checkpoint;
  stream(blocks_as_owner(file.file_id), Verify::kYes, checkpoint,
         [&](std::uint64_t, core::Bytes bytes) { pg::check(writer.write(bytes)); });
  if (writer.size() != file.byte_length) {
    pg::raise({core::Code::kCorrupt, "file " + core::quoted(file.path) + " is incomplete"});
  }
  pg::check(writer.finish());
}

}  // namespace

std::vector<ExportedFile> export_model(const VersionKey& version, const std::string& path) {
  pg::require_server_files(pg::ServerFileUse::kWrite);
  pg::require_absolute(path);
  const std::vector<FileKey> files = files_of(version);
  std::error_code none;  // a path that cannot be examined is a file yet to be made
  const bool into_directory = files.size() != 1 || std::filesystem::is_directory(path, none);
  std::vector<ExportedFile> exported;
  for (const FileKey& file : files) {
    const std::string target =
        into_directory ? pg::check(pg::file_in_directory(path, file.path)) : path;
    export_file(file, target);
    exported.push_back({target, file.byte_length, file.sha256_hex});
  }
  return exported;
}

}  // namespace hartonomous::store
