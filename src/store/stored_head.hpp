// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The beginning of a stored file, up to its first tensor: the header of a model file, or the whole
// of a file without tensors, such as a config.json.
#pragma once

#include "core/base/byte_source.hpp"
#include "store/content_reader.hpp"

namespace hartonomous::store {

class StoredHead final : public core::ByteSource {
 public:
  // REQUIRES: owner's rights, and that the caller was seen to see the file.
  explicit StoredHead(const FileKey& file);

  // Of the whole file; but what lies at or after the first tensor reads as kIoError.
  std::uint64_t size() const noexcept override { return size_; }
  core::Status read(std::uint64_t offset, std::span<std::byte> out) override;

 private:
  StoredHead(std::uint64_t size, std::vector<BlockPlace> blocks);

  std::uint64_t size_, readable_;
  RangeReader reader_;
};

}  // namespace hartonomous::store
