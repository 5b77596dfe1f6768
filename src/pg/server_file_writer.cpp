// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/server_file_writer.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

namespace {

using core::Code;
using core::Status;

// Bytes after which the kernel is asked to start writing, so that the last sync, during which a
// cancel cannot be answered, has little left to do.
constexpr std::uint64_t kWriteBack = 16u << 20;

constexpr mode_t kReadableByAll = 0644;    // as COPY TO makes its files
constexpr mode_t kSearchableByAll = 0755;  // less what the server's umask takes away

Status name_taken(const std::string& path) {
  return Status(Code::kInvalidArgument, "file " + shown_path(path) + " already exists")
      .with_hint("Existing files are never overwritten: choose another path or remove the file.");
}

}  // namespace

ServerFileWriter::ServerFileWriter(const std::string& path) : path_(path) {
  require_server_files(ServerFileUse::kWrite);
  require_absolute(path);
  const std::size_t slash = path.rfind('/');
  const std::string directory = path.substr(0, slash + 1);
  name_ = path.substr(slash + 1);
  if (!file_in_directory(directory, name_).is_ok()) {
    raise(Status(Code::kInvalidArgument,
                 "path " + shown_path(path) + " does not end in a file name"));
  }
  int error = 0;
  directory_ = open_server_file(AT_FDCWD, directory.c_str(), O_RDONLY | O_DIRECTORY, 0, error);
  if (!directory_.is_open()) raise(server_file_error("open directory", directory, error));
  require_outside_storage(directory_.get(), directory);
  struct stat found;
  if (::fstatat(directory_.get(), name_.c_str(), &found, AT_SYMLINK_NOFOLLOW) == 0) {
    raise(name_taken(path));
  }
  create();
}

void ServerFileWriter::create() {
  int error = 0;
  file_ = open_server_file(directory_.get(), ".", O_TMPFILE | O_WRONLY, S_IRUSR | S_IWUSR, error);
  if (file_.is_open()) return;
  if (error != EOPNOTSUPP && error != EISDIR && error != EINVAL) {
    raise(server_file_error("create", path_, error));
  }
  static unsigned counter = 0;
  std::string suffix(1, '.');
  suffix.append(std::to_string(::getpid())).append("-").append(std::to_string(++counter));
  suffix.append(".partial");
  partial_.assign(1, '.').append(name_, 0, NAME_MAX - 1 - suffix.size()).append(suffix);
  file_ = open_server_file(directory_.get(), partial_.c_str(),
                           O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, S_IRUSR | S_IWUSR, error);
  if (!file_.is_open()) {
    partial_.clear();
    raise(server_file_error("create", path_, error));
  }
}

ServerFileWriter::~ServerFileWriter() {
  if (!partial_.empty()) (void)::unlinkat(directory_.get(), partial_.c_str(), 0);
}

Status ServerFileWriter::write(core::Bytes bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file_.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return server_file_error("write", path_, errno);
    size_ += static_cast<std::uint64_t>(put);
    bytes = bytes.subspan(static_cast<std::size_t>(put));
  }
  if (size_ - sent_ >= kWriteBack) {
    (void)::sync_file_range(file_.get(), static_cast<off_t>(sent_),
                            static_cast<off_t>(size_ - sent_), SYNC_FILE_RANGE_WRITE);
    sent_ = size_;
  }
  return Status::ok();
}

Status ServerFileWriter::finish() {
  if (::fchmod(file_.get(), kReadableByAll) != 0) return server_file_error("write", path_, errno);
  if (::fsync(file_.get()) != 0) return server_file_error("sync", path_, errno);
  HARTONOMOUS_CHECK(link_name());
  file_.close();
  if (::fsync(directory_.get()) != 0) return server_file_error("sync directory of", path_, errno);
  return Status::ok();
}

// Gives the file its name unless the name is taken, in one step.
Status ServerFileWriter::link_name() {
  int rc;
  if (partial_.empty()) {
    const std::string nameless = "/proc/self/fd/" + std::to_string(file_.get());
    rc = ::linkat(AT_FDCWD, nameless.c_str(), directory_.get(), name_.c_str(), AT_SYMLINK_FOLLOW);
  } else {
    rc = ::renameat2(directory_.get(), partial_.c_str(), directory_.get(), name_.c_str(),
                     RENAME_NOREPLACE);
    if (rc != 0 && (errno == EINVAL || errno == ENOSYS)) {
      rc = ::linkat(directory_.get(), partial_.c_str(), directory_.get(), name_.c_str(), 0);
    } else if (rc == 0) {
      partial_.clear();
    }
  }
  if (rc == 0) return Status::ok();
  return errno == EEXIST ? name_taken(path_) : server_file_error("name", path_, errno);
}

void make_server_directories(const std::string& root, std::string_view relative) {
  require_server_files(ServerFileUse::kWrite);
  require_absolute(root);
  std::size_t slash = relative.find('/');
  if (slash == std::string_view::npos) return;
  constexpr int kDirectory = O_RDONLY | O_DIRECTORY;
  int error = 0;
  OwnedDescriptor directory = open_server_file(AT_FDCWD, root.c_str(), kDirectory, 0, error);
  if (!directory.is_open()) raise(server_file_error("open directory", root, error));
  for (std::size_t at = 0; slash != std::string_view::npos; slash = relative.find('/', at)) {
    require_outside_storage(directory.get(), root);
    const std::string name(relative.substr(at, slash - at));
    const std::string shown = root + "/" + std::string(relative.substr(0, slash));
    if (::mkdirat(directory.get(), name.c_str(), kSearchableByAll) == 0) {
      if (::fsync(directory.get()) != 0)
        raise(server_file_error("sync directory of", shown, errno));
    } else if (errno != EEXIST) {
      raise(server_file_error("create directory", shown, errno));
    }
    OwnedDescriptor below =
        open_server_file(directory.get(), name.c_str(), kDirectory | O_NOFOLLOW, 0, error);
    if (!below.is_open()) raise(server_file_error("open directory", shown, error));
    directory = std::move(below);
    at = slash + 1;
  }
}

}  // namespace hartonomous::pg
