// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/spool_file.hpp"

#include <algorithm>

#include "pg/boundary.hpp"

extern "C" {
#include "commands/tablespace.h"
}

namespace hartonomous::pg {

namespace {

constexpr std::size_t kMost = 1 << 20;  // bytes at a time: the server counts them in int

}  // namespace

SpoolFile::SpoolFile()
    : file_(call([] {
        PrepareTempTablespaces();
        return OpenTemporaryFile(true);  // not closed at the transaction's end, but by us
      })) {}

SpoolFile::~SpoolFile() { FileClose(file_); }

core::Status SpoolFile::write(core::Bytes bytes) {
  while (!bytes.empty()) {
    const core::Bytes some = bytes.first(std::min(bytes.size(), kMost));
    const int written = call([&] {
      auto* const from = const_cast<char*>(reinterpret_cast<const char*>(some.data()));
      return FileWrite(file_, from, static_cast<int>(some.size()), static_cast<off_t>(size_),
                       WAIT_EVENT_BUFFILE_WRITE);
    });
    if (written <= 0) {
      return {core::Code::kIoError,
              std::string("could not write a temporary file: ") + std::strerror(errno)};
    }
    size_ += static_cast<std::uint64_t>(written);
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return core::Status::ok();
}

core::Status SpoolFile::read(std::uint64_t offset, std::span<std::byte> out) {
  while (!out.empty()) {
    const std::span<std::byte> some = out.first(std::min(out.size(), kMost));
    const int got = call([&] {
      return FileRead(file_, reinterpret_cast<char*>(some.data()), static_cast<int>(some.size()),
                      static_cast<off_t>(offset), WAIT_EVENT_BUFFILE_READ);
    });
    if (got <= 0) {
      return {core::Code::kIoError, std::string("could not read a temporary file: ") +
                                        (got == 0 ? "it ends too early" : std::strerror(errno))};
    }
    offset += static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return core::Status::ok();
}

}  // namespace hartonomous::pg
