// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <memory>

#include "core/base/byte_source.hpp"

namespace hartonomous::core {

// A stretch of another source, which it keeps alive.
class WindowSource final : public ByteSource {
 public:
  // REQUIRES: offset + length <= whole->size()
  WindowSource(std::shared_ptr<ByteSource> whole, std::uint64_t offset, std::uint64_t length)
      : whole_(std::move(whole)), offset_(offset), length_(length) {}

  std::uint64_t size() const noexcept override { return length_; }
  Status read(std::uint64_t offset, std::span<std::byte> out) override {
    return whole_->read(offset_ + offset, out);
  }

 private:
  std::shared_ptr<ByteSource> whole_;
  std::uint64_t offset_, length_;
};

}  // namespace hartonomous::core
