// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What model hubs say of the files they have. Their answers are as hostile as any file.
// Sources: the Hugging Face Hub's HTTP interface (model revisions, repository trees); the Docker
// registry's HTTP interface V2 with the manifests of image format 2.2, which Ollama's registry
// speaks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::hub {

// A source that names a model of a hub:
//   hf://ORGANISATION/REPOSITORY[@REVISION][/PATH]   PATH: a file, a directory, or a shard index
//   ollama://[NAMESPACE/]NAME[:TAG]                  NAMESPACE library, TAG latest
struct ModelAddress {
  enum class Hub : std::uint8_t { kHuggingFace, kOllama };
  Hub hub;
  std::string repository;  // with its namespace
  std::string revision;    // main, latest
  std::string path;        // or empty
};
// Whether `source` begins as one of the two.
bool names_hub(std::string_view source) noexcept;
// kInvalidArgument if a part is missing or has another character than letters, digits, '.', '_',
// '-' (and '/' in revisions and paths), or is "." or "..".
Result<ModelAddress> parse_model_address(std::string_view source);

struct RemoteFile {
  std::string path;     // in the version
  std::string locator;  // within the repository: a path, or a digest
  std::uint64_t bytes;
  std::string sha256;  // lower-case hex, or empty
  std::string
      git_sha1;  // of the file as a git blob, lower-case hex, or empty; one of the two is there
};

// The commit in the answer about a revision: 40 lower-case hex digits. kMalformed.
Result<std::string> read_commit(std::string_view json, Checkpoint& checkpoint);
// One page of a tree; directories are passed over, and files whose name begins with a dot.
// kMalformed for sizes, digests and paths that are none.
Result<std::vector<RemoteFile>> read_tree(std::string_view json, Checkpoint& checkpoint);
// The layers of a manifest, the configuration first. kMalformed likewise; kUnsupported for other
// schema versions.
Result<std::vector<RemoteFile>> read_manifest(std::string_view json, Checkpoint& checkpoint);

// Text as a path in a URL: everything but letters, digits, "-._~" and '/' as %XX.
std::string url_path(std::string_view text);

}  // namespace hartonomous::core::hub
