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

}  // namespace hartonomous::store
