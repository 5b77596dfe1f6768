// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which of the server's own files a caller may name. A path that arrives as an SQL argument is used
// with the rights of the operating system's user that runs the server, so each use asks
//   who   the current user must have the privileges of pg_read_server_files or
//         pg_write_server_files (superusers have them);
//   what  an absolute path without NUL; a regular file; never one that the server keeps its own
//         data in (data directory, pg_wal, tablespaces), wherever links may lead.
// Symbolic links are followed when reading: model hubs keep their caches as farms of links. A name
// that comes out of a file (a shard in an index) is no path but one component: file_in_directory();
// one that a version keeps may be in a subdirectory: file_below_directory().
//
// Everything here throws pg::Failure: kNotPermitted 42501, kInvalidArgument 22023, kNotFound 42704,
// kIoError 58030, kLimitExceeded 54000, kBadEncoding 22021.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace hartonomous::pg {

enum class ServerFileUse : std::uint8_t { kRead, kWrite };

// Refuses unless the current user may use server files this way.
void require_server_files(ServerFileUse use);

// Refuses anything but an absolute path of at most 4095 bytes without NUL.
void require_absolute(std::string_view path);

// Refuses if the open descriptor `fd`, reached by `path`, lies in the server's own storage.
void require_outside_storage(int fd, const std::string& path);

enum class ServerPathKind : std::uint8_t { kFile, kDirectory };

// What `path` leads to, after all links. Checks the caller's right to read and the path.
ServerPathKind server_path_kind(const std::string& path);

struct ServerDirectoryEntry {
  std::string name;    // relative to the directory, with / between components; valid UTF-8
  std::uint64_t size;  // bytes
};

// How many directories a file may be below the one that was named, and how long its path from
// there.
inline constexpr std::size_t kMaxDirectoryDepth = 8;
inline constexpr std::size_t kMaxRelativePath = 1000;  // bytes

// The regular files (through links) in `path` and its subdirectories, in byte order of their names.
// Links to directories are left out, with a NOTICE, and silently what has a name that starts with
// a dot. Checks as server_path_kind(), each directory; more than 100 000 files, or directories
// deeper than kMaxDirectoryDepth, are 54000, a name that is not UTF-8 is 22021.
std::vector<ServerDirectoryEntry> list_server_directory(const std::string& path);

// `directory`/`component`. `component` is untrusted: anything but one plain file name of at most
// 255 bytes of UTF-8 (no '/', '\', NUL, control character, "." or "..") is kMalformed. Touches no
// file.
core::Result<std::string> file_in_directory(const std::string& directory,
                                            std::string_view component);

// `directory`/`relative`, for a path that a version keeps. `relative` is untrusted: anything but up
// to kMaxDirectoryDepth + 1 such names with single slashes between them is kMalformed. Touches no
// file.
core::Result<std::string> file_below_directory(const std::string& directory,
                                               std::string_view relative);

// A path as messages show it: quoted(), and long enough to be found by it.
std::string shown_path(std::string_view path);

// `could not <action> "path": ...` for errno `error`, with the closed set's code.
core::Status server_file_error(std::string_view action, std::string_view path, int error);

// A descriptor that closes itself, counted against the server's own limit (max_files_per_process).
//
// Not fd.c's transient files: those are closed at the end of the subtransaction by PostgreSQL, and
// a C++ object that still names the number would then read whatever was opened next. Every ERROR
// reaches C++ as an exception (pg::call), so the destructor is as sure, and it is exact.
class OwnedDescriptor {
 public:
  OwnedDescriptor() = default;
  // Takes over an open `fd`. open_server_file() is how to get one that is counted.
  explicit OwnedDescriptor(int fd) noexcept : fd_(fd) {}
  OwnedDescriptor(OwnedDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  OwnedDescriptor& operator=(OwnedDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~OwnedDescriptor() { close(); }
  int get() const noexcept { return fd_; }
  bool is_open() const noexcept { return fd_ >= 0; }
  void close() noexcept;

 private:
  int fd_ = -1;
};

// openat(2) with O_CLOEXEC, O_NOCTTY and O_NONBLOCK (a FIFO must not hang the backend), counted.
// An errno is returned in `error` with a closed descriptor; no more files allowed throws 53200.
OwnedDescriptor open_server_file(int directory, const char* path, int flags, unsigned mode,
                                 int& error);

}  // namespace hartonomous::pg
