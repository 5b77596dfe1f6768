// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// New versions made of one that is there: some tensors or files replaced, all else shared. What is
// written is what changed; docs/internals/versions.md has the cost.
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/cursor.hpp"

namespace hartonomous::store {

// One replacement: of `tensor` or of `file`, by exactly one of numbers, data, source; a file with
// none of them is removed, with its tensors.
struct VersionChange {
  std::string_view tensor, file;
  std::optional<std::span<const float>> numbers;  // encoded in the tensor's own type
  std::optional<core::Bytes> data;                // as that type, or the file, stores it
  std::string_view source, source_name;  // a model, and its tensor or file of another name
  // Of a tensor only this part, as read_slice() takes it; with numbers or data.
  std::optional<std::vector<std::int64_t>> starts, counts;
};

struct CommitRequest {
  std::string_view model;  // name, name@ref or name@version_id: the version to start from
  std::span<const VersionChange> changes;
  std::string_view message;
  std::string_view ref;                  // to point at the new version; empty: the one in `model`
  std::optional<std::int64_t> expected;  // where the ref must be; 0: nowhere yet
};

// Returns the version; the one the ref points at, if nothing is different. With a ref in `model`, the
// changes, each of another tensor or file, are made on what that ref points at once nobody else can move it; with a version_id,
// 40001 if `ref` points elsewhere. Everything is written or nothing. kInvalidArgument for values
// that do not fit, kNotFound for a tensor or file that is not there, kUnsupported for a tensor inside
// a file whose format keeps checksums of it, or of a type that numbers are not encoded in.
std::int64_t commit_version(const CommitRequest& request);

}  // namespace hartonomous::store
