// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/server_path.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>

#include "core/base/utf8.hpp"
#include "pg/boundary.hpp"
#include "pg/session.hpp"

namespace hartonomous::pg {

namespace {

using core::Code;
using core::Status;

constexpr std::size_t kMaxEntries = 100'000;

struct DirectoryCloser {
  void operator()(DIR* directory) const noexcept { ::closedir(directory); }
};
using OwnedDirectory = std::unique_ptr<DIR, DirectoryCloser>;

// The path with all links resolved, or empty if it leads nowhere.
std::string resolved(const std::string& path) {
  std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
  return real ? std::string(real.get()) : std::string();
}

bool is_at_or_below(std::string_view path, std::string_view root) noexcept {
  return !root.empty() && path.starts_with(root) &&
         (path.size() == root.size() || path[root.size()] == '/' || root == "/");
}

// Where the server keeps its own bytes. Tablespaces and pg_wal may be links to other places.
std::vector<std::string> storage_roots() {
  const std::string data = DataDir;
  std::vector<std::string> roots{resolved(data), resolved(data + "/pg_wal")};
  const std::string spaces = data + "/pg_tblspc";
  if (OwnedDirectory directory{::opendir(spaces.c_str())}) {
    while (const dirent* entry = ::readdir(directory.get())) {
      if (entry->d_name[0] != '.') roots.push_back(resolved(spaces + "/" + entry->d_name));
    }
  }
  return roots;
}

Status not_regular(const std::string& path) {
  return Status(Code::kInvalidArgument, shown_path(path) + " is not a regular file");
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= NAME_MAX && name != "." && name != ".." &&
         core::utf8::first_invalid(name) == name.size() && std::ranges::none_of(name, [](char c) {
           return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
         });
}

void add_entry(std::string name, const std::string& root, std::uint64_t size,
               std::vector<ServerDirectoryEntry>& entries) {
  if (core::utf8::first_invalid(name) != name.size()) {
    raise(Status(Code::kBadEncoding, "file name " + core::quoted(name) + " is not valid UTF-8")
              .with_detail("It is in directory " + shown_path(root) + "."));
  }
  if (entries.size() == kMaxEntries) {
    raise(Status(Code::kLimitExceeded, "directory " + shown_path(root) + " holds more than " +
                                           std::to_string(kMaxEntries) + " files"));
  }
  entries.push_back({std::move(name), size});
}

// Adds what is in the open directory `fd`, which is `root` followed by `prefix`.
void list_below(int fd, const std::string& root, const std::string& prefix, std::size_t depth,
                std::vector<ServerDirectoryEntry>& entries) {
  if (depth > kMaxDirectoryDepth) {
    raise(Status(Code::kLimitExceeded, "directory " + shown_path(root) + " is more than " +
                                           std::to_string(kMaxDirectoryDepth) + " levels deep"));
  }
  const int copy = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);  // closedir() closes what it was given
  if (copy < 0) raise(server_file_error("open directory", root, errno));
  const OwnedDirectory directory{::fdopendir(copy)};
  if (!directory) {
    ::close(copy);
    raise(server_file_error("open directory", root, errno));
  }
  std::vector<std::string> below;
  errno = 0;
  while (const dirent* entry = ::readdir(directory.get())) {
    const std::string name = entry->d_name;
    struct stat found, own;
    if (!name.starts_with('.') && ::fstatat(fd, name.c_str(), &found, 0) == 0) {
      if (S_ISREG(found.st_mode)) {
        add_entry(prefix + name, root, static_cast<std::uint64_t>(found.st_size), entries);
      } else if (S_ISDIR(found.st_mode)) {
        if (::fstatat(fd, name.c_str(), &own, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(own.st_mode)) {
          below.push_back(name);
        } else {
          notice(core::quoted(prefix + name) + " is a link to a directory and left out");
        }
      }
    }
    poll();
    errno = 0;
  }
  if (errno != 0) raise(server_file_error("read directory", root, errno));
  for (const std::string& name : below) {
    int error = 0;
    const OwnedDescriptor next =
        open_server_file(fd, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW, 0, error);
    if (!next.is_open()) {
      raise(server_file_error("open directory", root + "/" + prefix + name, error));
    }
    require_outside_storage(next.get(), root);
    list_below(next.get(), root, prefix + name + "/", depth + 1, entries);
  }
}

}  // namespace

void require_server_files(ServerFileUse use) {
  const bool reads = use == ServerFileUse::kRead;
  const Oid role = reads ? ROLE_PG_READ_SERVER_FILES : ROLE_PG_WRITE_SERVER_FILES;
  if (call([role] { return has_privs_of_role(GetUserId(), role); })) return;
  const char* const name = reads ? "pg_read_server_files" : "pg_write_server_files";
  raise(Status(Code::kNotPermitted, std::string("permission denied to ") +
                                        (reads ? "read" : "write") + " files on the server")
            .with_detail(std::string("The path is used with the rights of the server, so only "
                                     "members of ") +
                         name + " may name one.")
            .with_hint(reads ? "Ask an administrator for membership, or send the bytes "
                               "themselves to the function's variant that takes bytea."
                             : "Ask an administrator for membership."));
}

void require_absolute(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) {
    raise(Status(Code::kInvalidArgument, "a file name holds a zero byte"));
  }
  if (path.empty() || path.front() != '/') {
    raise(Status(Code::kInvalidArgument, "path " + shown_path(path) + " is not absolute")
              .with_hint("Name the file from the root, such as '/srv/models/small.gguf'."));
  }
  if (path.size() >= PATH_MAX) {
    raise(Status(Code::kInvalidArgument,
                 "path of " + std::to_string(path.size()) + " bytes is too long"));
  }
}

void require_outside_storage(int fd, const std::string& path) {
  // The descriptor is asked, not the path again: a link swapped after open() changes nothing.
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  char real[PATH_MAX];
  const ssize_t length = ::readlink(link.c_str(), real, sizeof real);
  const std::string where = length > 0 && static_cast<std::size_t>(length) < sizeof real
                                ? std::string(real, static_cast<std::size_t>(length))
                                : resolved(path);
  if (where.empty()) raise(server_file_error("locate", path, errno));
  for (const std::string& root : storage_roots()) {
    if (is_at_or_below(where, root)) {
      raise(Status(Code::kNotPermitted, shown_path(path) + " lies in the server's own storage")
                .with_detail("The data directory, pg_wal and tablespaces are out of bounds, also "
                             "through links."));
    }
  }
}

ServerPathKind server_path_kind(const std::string& path) {
  require_server_files(ServerFileUse::kRead);
  require_absolute(path);
  struct stat found;
  if (::stat(path.c_str(), &found) != 0) raise(server_file_error("open", path, errno));
  if (S_ISDIR(found.st_mode)) return ServerPathKind::kDirectory;
  if (S_ISREG(found.st_mode)) return ServerPathKind::kFile;
  raise(not_regular(path));
}

std::vector<ServerDirectoryEntry> list_server_directory(const std::string& path) {
  require_server_files(ServerFileUse::kRead);
  require_absolute(path);
  int error = 0;
  const OwnedDescriptor fd =
      open_server_file(AT_FDCWD, path.c_str(), O_RDONLY | O_DIRECTORY, 0, error);
  if (error == ENOTDIR && server_path_kind(path) == ServerPathKind::kFile) {
    raise(Status(Code::kInvalidArgument, shown_path(path) + " is not a directory"));
  }
  if (!fd.is_open()) raise(server_file_error("open directory", path, error));
  require_outside_storage(fd.get(), path);
  std::vector<ServerDirectoryEntry> entries;
  list_below(fd.get(), path, "", 0, entries);
  std::ranges::sort(entries, {}, &ServerDirectoryEntry::name);
  return entries;
}

core::Result<std::string> file_in_directory(const std::string& directory,
                                            std::string_view component) {
  if (!is_plain_name(component)) {
    return Status(Code::kMalformed, core::quoted(component) + " is not a plain file name")
        .with_detail("A file may only refer to its neighbours in the same directory.");
  }
  return directory + (directory.ends_with('/') ? "" : "/") + std::string(component);
}

core::Result<std::string> file_below_directory(const std::string& directory,
                                               std::string_view relative) {
  std::size_t depth = 0;
  for (std::size_t at = 0;; ++depth) {
    const std::size_t slash = std::min(relative.find('/', at), relative.size());
    if (depth > kMaxDirectoryDepth || relative.size() > kMaxRelativePath ||
        !is_plain_name(relative.substr(at, slash - at))) {
      return Status(Code::kMalformed, core::quoted(relative) + " is no path below a directory")
          .with_detail("It may have up to " + std::to_string(kMaxDirectoryDepth + 1) +
                       " plain names with / between them, and " + std::to_string(kMaxRelativePath) +
                       " bytes.");
    }
    if (slash == relative.size()) break;
    at = slash + 1;
  }
  return directory + (directory.ends_with('/') ? "" : "/") + std::string(relative);
}

std::string shown_path(std::string_view path) {
  constexpr std::size_t kShown = 300;  // two of them fit into a message
  return core::quoted(path, kShown);
}

Status server_file_error(std::string_view action, std::string_view path, int error) {
  const std::string what = shown_path(path);
  if (error == ENOENT || error == ENOTDIR) {
    return Status(Code::kNotFound, what + " does not exist")
        .with_hint("The path is looked up on the server, not on the client's machine.");
  }
  return Status(Code::kIoError,
                "could not " + std::string(action) + " " + what + ": " + std::strerror(error));
}

void OwnedDescriptor::close() noexcept {
  if (fd_ < 0) return;
  ::close(std::exchange(fd_, -1));
  ReleaseExternalFD();
}

OwnedDescriptor open_server_file(int directory, const char* path, int flags, unsigned mode,
                                 int& error) {
  if (!call([] { return AcquireExternalFD(); })) {
    raise(Status(Code::kOutOfMemory, "too many open files in this session")
              .with_hint("Raise max_files_per_process, or work on fewer files at once."));
  }
  constexpr int kAlways = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  int fd;
  do {
    fd = ::openat(directory, path, flags | kAlways, mode);
  } while (fd < 0 && errno == EINTR);
  error = fd < 0 ? errno : 0;
  if (fd < 0) ReleaseExternalFD();
  return OwnedDescriptor(fd);
}

}  // namespace hartonomous::pg
