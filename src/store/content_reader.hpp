// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Reads tensors and files back from their blocks. The caller has checked that the user may.
#pragma once

#include <functional>

#include "core/base/checkpoint.hpp"
#include "store/block_reader.hpp"
#include "store/model_catalog.hpp"

namespace hartonomous::store {

// Where a block lies in what it belongs to.
struct BlockPlace {
  std::int64_t block_id;
  std::uint64_t offset;  // bytes from the start of the tensor or file
  std::uint32_t length;
  ContentHash hash;
};

// The blocks of a tensor in order.
std::vector<BlockPlace> blocks_of_tensor(std::int64_t tensor_id);
// The blocks of a file in order, through its tensors.
std::vector<BlockPlace> blocks_of_file(std::int64_t file_id);

// The first `count` of them, for what reads a file's beginning.
std::vector<BlockPlace> first_blocks_of_file(std::int64_t file_id, std::int64_t count);

enum class Verify { kNo, kYes };

// Calls sink(offset, bytes) for every block in order; with kYes each is re-hashed first and a
// mismatch raises kCorrupt. Memory: one block.
void stream(std::span<const BlockPlace> blocks, Verify verify, core::Checkpoint& checkpoint,
            const std::function<void(std::uint64_t offset, core::Bytes bytes)>& sink);

// Random access inside a tensor or file; keeps the last block read.
class RangeReader {
 public:
  // Several may share a block reader, and what it keeps.
  explicit RangeReader(std::vector<BlockPlace> blocks,
                       std::shared_ptr<BlockReader> reader = std::make_shared<BlockReader>())
      : blocks_(std::move(blocks)), reader_(std::move(reader)) {}
  // REQUIRES: offset + out.size() <= the sum of the blocks' lengths.
  void read(std::uint64_t offset, std::span<std::byte> out);

 private:
  std::vector<BlockPlace> blocks_;
  std::shared_ptr<BlockReader> reader_;
  std::size_t current_ = SIZE_MAX;
  std::vector<std::byte> buffer_;
};

}  // namespace hartonomous::store
