// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where a parser gets bytes from: a file, a bytea, a test. Random access, fixed size, no seeking
// state; a source that shrinks under the reader reports kIoError, never a short success.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  virtual std::uint64_t size() const noexcept = 0;
  // Fills all of `out` from `offset`. REQUIRES: offset + out.size() <= size().
  virtual Status read(std::uint64_t offset, std::span<std::byte> out) = 0;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(Bytes bytes) noexcept : bytes_(bytes) {}
  std::uint64_t size() const noexcept override { return bytes_.size(); }
  Status read(std::uint64_t offset, std::span<std::byte> out) override {
    std::ranges::copy(bytes_.subspan(offset, out.size()), out.begin());
    return Status::ok();
  }

 private:
  Bytes bytes_;
};

}  // namespace hartonomous::core
