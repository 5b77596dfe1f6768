// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Blocks ahead of what they belong to, so that a long ingest can commit on the way: the model is
// there all at once at its end, and an ingest that is done again finds by their addresses what is
// there.
#pragma once

#include <vector>

#include "store/block_coder.hpp"
#include "store/content_store.hpp"

namespace hartonomous::store {

class ContentStager {
 public:
  // What `files` points to must outlive it.
  explicit ContentStager(std::span<const PlannedFile> files) : files_(files) {}

  struct Step {
    std::uint64_t bytes = 0;               // of the files that are dealt with
    std::vector<std::int64_t> new_blocks;  // that this transaction wrote
    bool is_last = false;
  };
  // Goes on through some `bytes` (at least one block) and writes those blocks that are not stored.
  // kIoError if a file changed since it was planned. REQUIRES: owner's rights; that the transaction
  // commits, or is rolled back and this object with it.
  Step step(std::uint64_t bytes, const StoreOptions& options, core::Checkpoint& checkpoint);

 private:
  struct Unit {
    const PlannedFile* file;
    const Piece* piece;
    std::uint64_t offset;  // in the piece
    BlockKey block;
  };
  std::vector<Unit> next_units(std::uint64_t bytes);
  void write(std::span<const Unit> units, BlockClaims& claims, const StoreOptions& options,
             core::Checkpoint& checkpoint, Step& step);

  std::span<const PlannedFile> files_;
  std::size_t file_ = 0, piece_ = 0, block_ = 0;  // where the next step begins
  std::uint64_t offset_ = 0;
};

}  // namespace hartonomous::store
