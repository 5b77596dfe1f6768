// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The address of a file, by that of its parts. It is a tree of two levels, so that a file which
// differs from a stored one in few parts is hashed without reading the list of the others.
#pragma once

#include <algorithm>
#include <vector>

#include "core/hash/content_hash.hpp"

namespace hartonomous::store {

using core::hash::ContentHash;

// Parts that are hashed together: those of positions [k * kRunParts, (k + 1) * kRunParts).
inline constexpr std::size_t kRunParts = 256;

// Hashes one run. docs/internals/content-address.md has the encoding.
class RunHasher {
 public:
  RunHasher& add(bool is_tensor, std::uint64_t length, core::Bytes hash) noexcept {
    hasher_.update_u32(is_tensor ? 1 : 0).update_u64(length).update(hash);
    return *this;
  }
  ContentHash finish() const noexcept { return hasher_.finish(); }

 private:
  core::hash::ContentHasher hasher_{core::hash::Kind::kFileRun};
};

// Hashes of the runs of a file, 32 bytes each, in order: file.run_hashes.
class FileRuns {
 public:
  FileRuns() = default;
  explicit FileRuns(core::Bytes hashes) : hashes_(hashes.begin(), hashes.end()) {}

  void append(const ContentHash& run) {
    hashes_.insert(hashes_.end(), run.bytes.begin(), run.bytes.end());
  }
  // REQUIRES: the file has that run.
  void replace(std::size_t run, const ContentHash& hash) noexcept {
    std::ranges::copy(hash.bytes,
                      hashes_.begin() + static_cast<std::ptrdiff_t>(run * sizeof(hash.bytes)));
  }
  core::Bytes bytes() const noexcept { return hashes_; }
  ContentHash file_hash() const {
    return core::hash::ContentHasher(core::hash::Kind::kFile).update(hashes_).finish();
  }

 private:
  std::vector<std::byte> hashes_;
};

// The runs of a file whose parts are given one by one.
class FileHasher {
 public:
  void add(bool is_tensor, std::uint64_t length, core::Bytes hash) {
    run_.add(is_tensor, length, hash);
    if (++in_run_ == kRunParts) end_run();
  }
  FileRuns finish() {
    if (in_run_ > 0) end_run();
    return std::move(runs_);
  }

 private:
  void end_run() {
    runs_.append(run_.finish());
    run_ = RunHasher();
    in_run_ = 0;
  }

  FileRuns runs_;
  RunHasher run_;
  std::size_t in_run_ = 0;
};

}  // namespace hartonomous::store
