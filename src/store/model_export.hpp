// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Writes the files of a version to the server's file system, byte for byte as they came in.
#pragma once

#include "store/model_catalog.hpp"

namespace hartonomous::store {

struct ExportedFile {
  std::string path;  // absolute
  std::uint64_t byte_length;
  std::string sha256_hex;  // of the file as ingested; every block was re-hashed while writing
};

// `path` is a new file for a version of one file; else, or if it is an existing directory, a
// directory in which every file is created anew. No file is ever overwritten. The rights of the
// caller on server files are checked; kCorrupt if stored bytes do not match their address.
std::vector<ExportedFile> export_model(const VersionKey& version, const std::string& path);

// Bytes [offset, offset + length) of a file of the version, cut at the file's end; `path` may be
// empty if the version has one file. kNotFound, kInvalidArgument for a negative range,
// kLimitExceeded above kMaxReadFile.
inline constexpr std::int64_t kMaxReadFile = 1'000'000'000;
std::vector<std::byte> read_file(const VersionKey& version, std::string_view path,
                                 std::int64_t offset, std::optional<std::int64_t> length);

}  // namespace hartonomous::store
