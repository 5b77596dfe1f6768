// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/content_reader.hpp"

#include <algorithm>

#include "pg/spi.hpp"
#include "store/row_hash.hpp"

namespace hartonomous::store {

namespace {

// `statement` returns (block_id, length, hash) in order.
std::vector<BlockPlace> places(pg::Statement& statement, const pg::Parameters& parameters) {
  pg::Spi spi;
  const pg::Rows rows = spi.query(statement, parameters);
  std::vector<BlockPlace> blocks;
  blocks.reserve(rows.count());
  std::uint64_t offset = 0;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const auto length = static_cast<std::uint32_t>(rows.int4(i, 1));
    blocks.push_back({rows.int8(i, 0), offset, length, hash_at(rows, i, 2)});
    offset += length;
  }
  return blocks;
}

}  // namespace

std::vector<BlockPlace> blocks_of_tensor(std::int64_t tensor_id) {
  static pg::Statement find(
      "SELECT b.block_id, b.raw_length, b.block_hash FROM hartonomous.tensor_block t "
      "JOIN hartonomous.block b USING (block_id) WHERE t.tensor_id = $1 ORDER BY t.seq");
  return places(find, pg::Parameters().int8(tensor_id));
}

std::vector<BlockPlace> blocks_of_file(std::int64_t file_id) {
  static pg::Statement find(
      "SELECT b.block_id, b.raw_length, b.block_hash FROM hartonomous.file_segment s "
      "LEFT JOIN hartonomous.tensor_block t ON t.tensor_id = s.tensor_id "
      "JOIN hartonomous.block b ON b.block_id = coalesce(s.block_id, t.block_id) "
      "WHERE s.file_id = $1 ORDER BY s.seq, t.seq");
  return places(find, pg::Parameters().int8(file_id));
}

std::vector<BlockPlace> first_blocks_of_file(std::int64_t file_id, std::int64_t count) {
  static pg::Statement find(
      "SELECT b.block_id, b.raw_length, b.block_hash FROM hartonomous.file_segment s "
      "LEFT JOIN hartonomous.tensor_block t ON t.tensor_id = s.tensor_id "
      "JOIN hartonomous.block b ON b.block_id = coalesce(s.block_id, t.block_id) "
      "WHERE s.file_id = $1 ORDER BY s.seq, t.seq LIMIT $2");
  return places(find, pg::Parameters().int8(file_id).int8(count));
}

void stream(std::span<const BlockPlace> blocks, Verify verify, core::Checkpoint& checkpoint,
            const std::function<void(std::uint64_t, core::Bytes)>& sink) {
  BlockReader reader;
  std::vector<std::byte> buffer;
  for (const BlockPlace& block : blocks) {
    buffer.resize(block.length);
    reader.read(block.block_id, buffer, verify == Verify::kYes ? &block.hash : nullptr);
    sink(block.offset, buffer);
    checkpoint.reached(block.length);
  }
}

void RangeReader::read(std::uint64_t offset, std::span<std::byte> out) {
  while (!out.empty()) {
    const auto after = std::ranges::upper_bound(blocks_, offset, {}, &BlockPlace::offset);
    const auto index = static_cast<std::size_t>(after - blocks_.begin()) - 1;
    const BlockPlace& block = blocks_[index];
    if (index != current_) {
      buffer_.resize(block.length);
      reader_->read(block.block_id, buffer_);
      current_ = index;
      pg::poll();
    }
    const std::uint64_t from = offset - block.offset;
    const std::size_t count = std::min<std::size_t>(out.size(), block.length - from);
    std::copy_n(buffer_.begin() + static_cast<std::ptrdiff_t>(from), count, out.begin());
    out = out.subspan(count);
    offset += count;
  }
}

}  // namespace hartonomous::store
