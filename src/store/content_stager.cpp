// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/content_stager.hpp"

#include "pg/latest_snapshot.hpp"

namespace hartonomous::store {

std::vector<ContentStager::Unit> ContentStager::next_units(std::uint64_t bytes) {
  std::vector<Unit> units;
  std::uint64_t gathered = 0;
  while (file_ < files_.size() && (units.empty() || gathered < bytes)) {
    const PlannedFile& file = files_[file_];
    if (piece_ == file.pieces.size()) {
      ++file_, piece_ = 0;
      continue;
    }
    const Piece& piece = file.pieces[piece_];
    if (piece.tensor < 0) {
      units.push_back({&file, &piece, 0, {piece.hash, static_cast<std::uint32_t>(piece.length)}});
    } else {
      const auto& blocks = file.tensors[static_cast<std::size_t>(piece.tensor)].blocks;
      if (block_ == blocks.size()) {
        ++piece_, block_ = 0, offset_ = 0;
        continue;
      }
      units.push_back({&file, &piece, offset_, blocks[block_]});
      offset_ += blocks[block_++].length;
    }
    gathered += units.back().block.length;
    if (piece.tensor < 0) ++piece_;
  }
  return units;
}

ContentStager::Step ContentStager::step(std::uint64_t bytes, const StoreOptions& options,
                                        core::Checkpoint& checkpoint) {
  Step step;
  const std::vector<Unit> units = next_units(bytes);
  const pg::LatestSnapshot before;
  std::vector<BlockKey> wanted;
  for (const Unit& unit : units) wanted.push_back(unit.block);
  BlockClaims claims = claim_blocks(std::move(wanted));
  write(units, claims, options, checkpoint, step);
  step.is_last = file_ == files_.size();
  return step;
}

void ContentStager::write(std::span<const Unit> units, BlockClaims& claims,
                          const StoreOptions& options, core::Checkpoint& checkpoint, Step& step) {
  BlockCoder coder(options.compression, options.parent_versions);
  BlockWriter writer;
  std::vector<std::byte> buffer(core::block::kMaxBlock);
  const Piece* begun = nullptr;
  for (const Unit& unit : units) {
    step.bytes += unit.block.length;
    BlockClaim& claim = claims.at(unit.block.hash);
    if (!claim.is_new) continue;
    if (begun != unit.piece) {
      begin_piece(coder, *unit.file, *unit.piece);
      begun = unit.piece;
    }
    const std::span<std::byte> window(buffer.data(), unit.block.length);
    pg::check(unit.file->upload->source->read(unit.piece->offset + unit.offset, window));
    write_block(writer, coder, unit.offset, unit.block, window, claim);
    step.new_blocks.push_back(claim.block_id);
    checkpoint.reached(unit.block.length);
  }
  writer.finish();
}

}  // namespace hartonomous::store
