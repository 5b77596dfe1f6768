// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Writes one new file on the server: it appears under its name whole and on disk, or not at all,
// and never replaces a file. Rules of who and what: server_path.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/cursor.hpp"
#include "pg/server_path.hpp"

namespace hartonomous::pg {

// The bytes go to a file without a name (O_TMPFILE), which the kernel removes by itself whatever
// ends the backend. finish() syncs it, links it to its name, which fails if the name is taken, and
// syncs the directory. Where the file system has no nameless files the bytes go to
// ".NAME.PID-N.partial" in the same directory, removed by the destructor; only the end of the whole
// process may leave it. The directory is held open: exchanging it or a link to it meanwhile moves
// nothing elsewhere. Not thread safe.
class ServerFileWriter {
 public:
  // Checks the current user's right, the path and that nothing has that name. Throws pg::Failure;
  // a taken name is kInvalidArgument 22023.
  explicit ServerFileWriter(const std::string& path);
  ServerFileWriter(const ServerFileWriter&) = delete;
  ServerFileWriter& operator=(const ServerFileWriter&) = delete;
  ~ServerFileWriter();

  // Appends. kIoError if the disk is full or fails.
  core::Status write(core::Bytes bytes);
  // REQUIRES: not finished yet. After an error the name is free, unless what failed was the sync of
  // the directory: then the file is whole, but may vanish with a power loss.
  core::Status finish();

  std::uint64_t size() const noexcept { return size_; }
  const std::string& path() const noexcept { return path_; }

 private:
  void create();
  core::Status link_name();

  std::string path_, name_;
  std::string partial_;  // name of the partial file; empty when it has none
  OwnedDescriptor directory_, file_;
  std::uint64_t size_ = 0, sent_ = 0;
};

// Makes the directories of `relative`, a path below `root`, that are not there; `relative` is as
// file_below_directory() accepts it. Links among them are not followed. Checks as
// ServerFileWriter(), each directory; those made stay whatever happens next.
void make_server_directories(const std::string& root, std::string_view relative);

}  // namespace hartonomous::pg
