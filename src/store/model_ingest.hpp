// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The main job: files in, one version out. Everything happens in the caller's transaction; an error
// or a cancel leaves nothing behind.
#pragma once

#include <optional>

#include "store/ingest_plan.hpp"
#include "store/remote_upload.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

struct IngestRequest {
  std::string name;             // of the model; made if it does not exist
  std::string ref;              // which is pointed at the new version
  std::string base;             // model[@ref] recorded as a parent; empty = none
  std::string tenant;           // empty = the caller's own
  std::string message;          // what the author says of the version
  std::string source;           // what the user named, for the job list
  bool keeps_archives = false;  // an archive is stored as it is
};

// What is offered for ingest.
struct Upload {
  std::vector<UploadFile> files;
  bool is_directory = false;
};

// The upload that a server path stands for: a file; a directory of files; the shard index of a
// sharded safetensors model (the index, and the shards it names, beside it); or one part of a model
// in several GGUF files (all parts, beside it). A file may be an archive: expand_upload().
Upload open_upload(const std::string& path);

// If the upload is one file that was named, and that an archive: the files in it, in its stead.
// Archives in directories stay what they are, so that a directory comes out as it went in.
void expand_upload(Upload& upload, core::Checkpoint& checkpoint);

// Returns the version's id. Raises the parser's, the tenant's and the store's errors.
std::int64_t ingest_model(const IngestRequest& request);
// The same of an upload that is not what the request's source names.
std::int64_t ingest_upload(Upload upload, const IngestRequest& request);

// A path, or a model of a hub, as the request's source; its archive expanded unless it is to be
// kept.
Upload obtain_upload(const IngestRequest& request, const MakeProgress& make_progress);

// Refuses a source that the caller may not read, or that is not there.
void require_source(const std::string& source);

// The tenant that a request is for, and its names checked. As the caller.
std::int64_t tenant_of(const IngestRequest& request);

// The same in steps, between which a transaction may end.
class ModelIngest {
 public:
  // As the caller: finds the base. REQUIRES: tenant_of(request)
  ModelIngest(Upload upload, IngestRequest request, std::int64_t tenant_id);
  ModelIngest(const ModelIngest&) = delete;
  ModelIngest& operator=(const ModelIngest&) = delete;

  std::uint64_t bytes() const noexcept { return bytes_; }
  // 53400 if the tenant has no room now.
  void require_quota() const { check_quota(tenant_id_, bytes_); }
  std::span<const PlannedFile> files() const noexcept { return planned_; }
  // Likely bases of what comes. REQUIRES: owner's rights.
  std::vector<std::int64_t> parents() const;

  // Parses and hashes everything. REQUIRES: owner's rights, also for the next.
  void plan(core::Checkpoint& checkpoint);
  // Stores what is not there yet, records the version, and charges the tenant.
  std::int64_t finish(core::Checkpoint& checkpoint);

 private:
  Upload upload_;
  IngestRequest request_;
  std::int64_t tenant_id_;
  std::optional<std::int64_t> base_;
  std::uint64_t bytes_;
  std::string author_;
  std::vector<PlannedFile> planned_;
};

}  // namespace hartonomous::store
