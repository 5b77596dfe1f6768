// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A file of the server as a core::ByteSource. Rules of who and what: server_path.hpp.
#pragma once

#include <memory>
#include <string>

#include "core/base/byte_source.hpp"
#include "pg/server_path.hpp"

namespace hartonomous::pg {

// Opened read-only for sequential reading (the kernel is told so); any offset may be read. Holds
// one descriptor and no buffer. Not thread safe. The size is that at the time of opening; a file
// that shrinks under the reader, or that the disk cannot read, is kIoError; one that grows or is
// rewritten in place is not noticed here (whoever stores its bytes hashes what was read).
class ServerFileSource final : public core::ByteSource {
 public:
  // Checks the current user's right and the path, and opens. Throws pg::Failure.
  static std::unique_ptr<ServerFileSource> open(const std::string& path);

  std::uint64_t size() const noexcept override { return size_; }
  core::Status read(std::uint64_t offset, std::span<std::byte> out) override;
  const std::string& path() const noexcept { return path_; }

 private:
  ServerFileSource(OwnedDescriptor fd, std::string path, std::uint64_t size) noexcept
      : fd_(std::move(fd)), path_(std::move(path)), size_(size) {}

  OwnedDescriptor fd_;
  std::string path_;
  std::uint64_t size_;
};

}  // namespace hartonomous::pg
