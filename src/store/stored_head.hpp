// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A stored file for those who read its beginning, such as a model file's header: opening it costs
// the same for a large file as for a small one.
#pragma once

#include "core/base/byte_source.hpp"
#include "store/content_reader.hpp"

namespace hartonomous::store {

class StoredHead final : public core::ByteSource {
 public:
  // REQUIRES, as long as it lives: owner's rights; and that the caller was seen to see the file.
  explicit StoredHead(const FileKey& file);

  std::uint64_t size() const noexcept override { return size_; }
  core::Status read(std::uint64_t offset, std::span<std::byte> out) override;

 private:
  void open(std::vector<BlockPlace> blocks);

  std::int64_t file_id_;
  std::uint64_t size_, readable_ = 0;  // bytes whose blocks are known
  std::optional<RangeReader> reader_;
};

}  // namespace hartonomous::store
