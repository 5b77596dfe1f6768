// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/stored_head.hpp"

namespace hartonomous::store {

StoredHead::StoredHead(const FileKey& file)
    : StoredHead(file.byte_length, head_blocks_of_file(file.file_id)) {}

StoredHead::StoredHead(std::uint64_t size, std::vector<BlockPlace> blocks)
    : size_(size),
      readable_(blocks.empty() ? 0 : blocks.back().offset + blocks.back().length),
      reader_(std::move(blocks)) {}

core::Status StoredHead::read(std::uint64_t offset, std::span<std::byte> out) {
  if (out.size() > readable_ || offset > readable_ - out.size()) {
    return {core::Code::kIoError, "read beyond the header of a stored file"};
  }
  reader_.read(offset, out);
  return core::Status::ok();
}

}  // namespace hartonomous::store
