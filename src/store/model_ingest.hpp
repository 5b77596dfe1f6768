// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The main job: files in, one version out. Everything happens in the caller's transaction; an error
// or a cancel leaves nothing behind.
#pragma once

#include "store/ingest_plan.hpp"

namespace hartonomous::store {

struct IngestRequest {
  std::string name;     // of the model; made if it does not exist
  std::string ref;      // which is pointed at the new version
  std::string base;     // model[@ref] recorded as a parent; empty = none
  std::string tenant;   // empty = the caller's own
  std::string message;  // what the author says of the version
  std::string source;   // what the user named, for the job list
};

// Returns the version's id. Raises the parser's, the tenant's and the store's errors.
std::int64_t ingest_model(std::span<const UploadFile> files, const IngestRequest& request);

// The upload that a server path stands for: a file; a directory of files; the shard index of a
// sharded safetensors model (the index, and the shards it names, beside it); or one part of a model
// in several GGUF files (all parts, beside it).
struct Upload {
  std::vector<UploadFile> files;
};
Upload open_upload(const std::string& path);

}  // namespace hartonomous::store
