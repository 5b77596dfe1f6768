// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Reads a file's header front to back through a small window, so that a parser needs neither the
// file in memory nor the header's length in advance. Never reads past the end of the source.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/cursor.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::format {

class HeaderReader {
 public:
  HeaderReader(ByteSource& source, Checkpoint& checkpoint) noexcept
      : source_(source), checkpoint_(checkpoint) {}

  std::uint64_t offset() const noexcept { return window_at_ + used_; }
  std::uint64_t remaining() const noexcept { return source_.size() - offset(); }

  // Each returns false, and from then on nothing succeeds, at the end of the source or when the
  // source fails; failure() says which.
  template <class T>
  bool read(T& value) {
    if (filled_ - used_ < sizeof(T) && !refill(sizeof(T))) return false;
    value = load_little_endian<T>(window_.data() + used_);
    used_ += sizeof(T);
    return true;
  }
  // Replaces `out`. The caller has checked `length` against remaining() and its budget.
  bool read(std::string& out, std::uint64_t length);

  // kIoError as the source put it, or kMalformed: the file ends inside `what`.
  Status failure(const char* what) const;

 private:
  static constexpr std::size_t kWindow = 64 * 1024;
  bool refill(std::size_t wanted);

  ByteSource& source_;
  Checkpoint& checkpoint_;
  Status status_;
  std::uint64_t window_at_ = 0;  // offset of window_[0] in the source
  std::size_t used_ = 0, filled_ = 0;
  std::array<std::byte, kWindow> window_;
};

}  // namespace hartonomous::core::format
