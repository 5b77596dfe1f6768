// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/server_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

using core::Code;
using core::Status;

std::unique_ptr<ServerFileSource> ServerFileSource::open(const std::string& path) {
  require_server_files(ServerFileUse::kRead);
  require_absolute(path);
  int error = 0;
  OwnedDescriptor fd = open_server_file(AT_FDCWD, path.c_str(), O_RDONLY, 0, error);
  // A socket cannot be opened at all (ENXIO); it is refused in the same words as a FIFO.
  struct stat found;
  if (!fd.is_open() && error != ENXIO) raise(server_file_error("open", path, error));
  if (fd.is_open() && ::fstat(fd.get(), &found) != 0) {
    raise(server_file_error("examine", path, errno));
  }
  if (!fd.is_open() || !S_ISREG(found.st_mode)) {
    raise(Status(Code::kInvalidArgument, shown_path(path) + " is not a regular file"));
  }
  require_outside_storage(fd.get(), path);
  (void)::posix_fadvise(fd.get(), 0, 0, POSIX_FADV_SEQUENTIAL);  // a hint: failing costs nothing
  return std::unique_ptr<ServerFileSource>(
      new ServerFileSource(std::move(fd), path, static_cast<std::uint64_t>(found.st_size)));
}

Status ServerFileSource::read(std::uint64_t offset, std::span<std::byte> out) {
  while (!out.empty()) {
    const ssize_t got = ::pread(fd_.get(), out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return server_file_error("read", path_, errno);
    if (got == 0) {
      return Status(Code::kIoError,
                    "file " + shown_path(path_) + " became shorter while it was read")
          .with_detail("It had " + std::to_string(size_) +
                       " bytes when it was opened and ends at " + std::to_string(offset) + " now.");
    }
    offset += static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return Status::ok();
}

}  // namespace hartonomous::pg
