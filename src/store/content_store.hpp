// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Puts planned files into the store: blocks, tensors, files, each at most once. Locks are taken in
// the order blocks, tensors, files, and inside each kind in hash order, so concurrent ingests of
// the same content wait for each other and never deadlock, fail or duplicate.
#pragma once

#include <unordered_map>

#include "store/block_coder.hpp"
#include "store/ingest_plan.hpp"

namespace hartonomous::store {

using Ids = std::unordered_map<ContentHash, std::int64_t, HashPrefix>;

struct StoredContent {
  Ids tensors;                      // tensor hash -> tensor_id, every tensor of the upload
  std::vector<std::int64_t> files;  // file_id, parallel to the plan
  std::uint64_t new_blocks = 0;
  std::uint64_t new_block_bytes = 0;
  std::uint64_t new_tensors = 0;
};

// How new content is stored.
struct StoreOptions {
  Compression compression;
  std::span<const std::int64_t> parent_versions;  // likely bases
};

// From now on blocks of this piece come.
void begin_piece(BlockCoder& coder, const PlannedFile& file, const Piece& piece);
// Writes a claimed block in the form that `coder` chooses. kIoError if these are not its bytes.
void write_block(BlockWriter& writer, BlockCoder& coder, std::uint64_t offset,
                 const BlockKey& block, core::Bytes bytes, BlockClaim& claim);

// Reads again only the files that are new, verifying every block it writes against the plan.
// Raises pg::Failure / pg::Error; the transaction must then abort. REQUIRES: owner's rights.
StoredContent store_content(std::span<const PlannedFile> files, const StoreOptions& options,
                            core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
