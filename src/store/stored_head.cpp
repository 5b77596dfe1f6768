// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/stored_head.hpp"

namespace hartonomous::store {

namespace {

constexpr std::int64_t kFirstBlocks = 128;

}  // namespace

StoredHead::StoredHead(const FileKey& file) : file_id_(file.file_id), size_(file.byte_length) {
  open(first_blocks_of_file(file_id_, kFirstBlocks));
}

void StoredHead::open(std::vector<BlockPlace> blocks) {
  readable_ = blocks.empty() ? 0 : blocks.back().offset + blocks.back().length;
  reader_.emplace(std::move(blocks));
}

core::Status StoredHead::read(std::uint64_t offset, std::span<std::byte> out) {
  if (offset + out.size() > readable_) open(blocks_of_file(file_id_));
  if (offset + out.size() > readable_) {
    return core::Status(core::Code::kCorrupt, "a stored file is incomplete")
        .with_hint("Run hartonomous.verify_store() and restore from a backup.");
  }
  reader_->read(offset, out);
  return core::Status::ok();
}

}  // namespace hartonomous::store
