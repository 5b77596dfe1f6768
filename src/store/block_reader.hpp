// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Blocks by number, whatever form they are stored in, by index scans without SQL. The caller has
// checked that the user may read the tensor or file the block belongs to.
#pragma once

#include <memory>

#include "core/block/codec.hpp"
#include "core/hash/content_hash.hpp"
#include "pg/index_probe.hpp"

namespace hartonomous::store {

using core::hash::ContentHash;

// How many blocks may have to be decoded one after the other before one can be. A CHECK of
// hartonomous.block says the same.
inline constexpr int kMaxChain = 4;

class BlockReader {
 public:
  BlockReader();

  // The whole block into `out`. Raises kCorrupt if its rows do not give out.size() bytes; if it is
  // coded, also if the bytes do not hash to its address, and with `expected` in any case if they do
  // not hash to that. Decoded bases are kept, about 16 MiB of them: what follows in the same tensor
  // often needs them again.
  void read(std::int64_t block_id, std::span<std::byte> out, const ContentHash* expected = nullptr);

  // A block among the 16 or so last asked for this way or needed as a base.
  using Decoded = std::shared_ptr<const std::vector<std::byte>>;
  Decoded read(std::int64_t block_id);

 private:
  struct Row {
    core::block::Method method;
    std::size_t raw_length, stored_length;
    ContentHash hash;
  };
  struct Kept {
    std::int64_t block_id;
    std::uint64_t used;
    std::shared_ptr<std::vector<std::byte>> bytes;
  };

  Row row_of(std::int64_t block_id);
  void read_pages(std::int64_t block_id, std::span<std::byte> out);
  void decode(std::int64_t block_id, const Row& row, std::span<std::byte> out, int depth);
  core::Bytes read_coded(std::int64_t block_id, std::size_t length);
  std::vector<std::byte> join_bases(std::int64_t block_id, int depth);
  Decoded decoded(std::int64_t block_id, int depth);
  std::shared_ptr<std::vector<std::byte>> make_room(std::size_t bytes);

  pg::IndexProbe blocks_, bases_, pages_;
  std::vector<std::byte> coded_;  // of the block being decoded, once its bases are
  std::vector<Kept> kept_;
  std::size_t kept_bytes_ = 0;
  std::uint64_t clock_ = 0;
};

}  // namespace hartonomous::store
