// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Bytes that are made once and read several times, in one of the server's own temporary files.
#pragma once

#include "core/base/byte_sink.hpp"
#include "core/base/byte_source.hpp"
#include "pg/postgres.hpp"

namespace hartonomous::pg {

// In the database's temporary tablespaces, counted against temp_file_limit (53400) and gone with
// this object, with the process, or at the server's next start. It may be written in one
// transaction only, and read in later ones. Not thread safe.
class SpoolFile final : public core::ByteSource, public core::ByteSink {
 public:
  SpoolFile();
  SpoolFile(const SpoolFile&) = delete;
  SpoolFile& operator=(const SpoolFile&) = delete;
  ~SpoolFile() override;

  // Appends. Throws pg::Error.
  core::Status write(core::Bytes bytes) override;
  std::uint64_t size() const noexcept override { return size_; }
  core::Status read(std::uint64_t offset, std::span<std::byte> out) override;

 private:
  File file_;
  std::uint64_t size_ = 0;
};

}  // namespace hartonomous::pg
