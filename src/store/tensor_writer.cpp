// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/tensor_writer.hpp"

#include <algorithm>

#include "core/base/checked.hpp"
#include "pg/spi.hpp"
#include "store/ingest_plan.hpp"

namespace hartonomous::store {

namespace {

using pg::Parameters;

// The tensor's row if this transaction inserts it, else nothing.
std::optional<std::int64_t> insert_tensor(const ContentHash& hash, std::string_view dtype,
                                          std::span<const std::int64_t> shape,
                                          std::uint64_t byte_length) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.tensor (tensor_hash, dtype, shape, byte_length) "
      "VALUES ($1, $2, $3, $4) ON CONFLICT (tensor_hash) DO NOTHING RETURNING tensor_id");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(insert, Parameters()
                                                .bytea(hash.bytes)
                                                .text(dtype)
                                                .int8s(shape)
                                                .int8(static_cast<std::int64_t>(byte_length)));
  if (rows.count() == 0) return std::nullopt;
  return rows.int8(0, 0);
}

// Held against the garbage collector until the transaction ends.
std::optional<std::int64_t> hold_tensor(const ContentHash& hash) {
  static pg::Statement find(
      "SELECT tensor_id FROM hartonomous.tensor WHERE tensor_hash = $1 FOR KEY SHARE");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, Parameters().bytea(hash.bytes));
  if (rows.count() == 0) return std::nullopt;
  return rows.int8(0, 0);
}

void insert_blocks(std::int64_t tensor_id, std::span<const std::int64_t> blocks) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.tensor_block (tensor_id, seq, block_id) "
      "SELECT $1, u.seq - 1, u.block_id "
      "FROM unnest($2::int8[]) WITH ORDINALITY AS u(block_id, seq)");
  if (!blocks.empty()) pg::Spi().execute(insert, Parameters().int8(tensor_id).int8s(blocks));
}

}  // namespace

void TensorWriter::begin(core::tensor::DType dtype, std::vector<std::uint64_t> shape) {
  dtype_ = dtype;
  shape_ = std::move(shape);
  block_length_ = block_length(dtype_, shape_);
  byte_length_ = 0;
  hasher_ = core::hash::tensor_hasher(core::tensor::info(dtype_).name, shape_);
  pending_.clear();
  blocks_.clear();
}

void TensorWriter::add(core::Bytes bytes) {
  while (!bytes.empty()) {
    const std::size_t room = block_length_ - pending_.size();
    const core::Bytes part = bytes.first(std::min(room, bytes.size()));
    pending_.insert(pending_.end(), part.begin(), part.end());
    bytes = bytes.subspan(part.size());
    if (pending_.size() == block_length_) flush();
  }
}

void TensorWriter::add_stored(const BlockPlace& place, core::Bytes bytes) {
  hasher_.update(bytes);
  byte_length_ += bytes.size();
  blocks_.push_back(place.block_id);
}

void TensorWriter::flush() {
  if (pending_.empty()) return;
  pg::poll();
  const ContentHash hash = core::hash::block_hash(pending_);
  const BlockClaim claim =
      claim_blocks({{hash, static_cast<std::uint32_t>(pending_.size())}}).at(hash);
  if (claim.is_new) writer_.write(claim.block_id, core::Bytes(pending_));
  hasher_.update(pending_);
  byte_length_ += pending_.size();
  blocks_.push_back(claim.block_id);
  pending_.clear();
}

StoredTensor TensorWriter::end() {
  flush();
  const auto expected = core::tensor::byte_length(dtype_, shape_);
  if (!expected || *expected != byte_length_) {
    pg::raise(core::Status(core::Code::kInvalidArgument,
                           std::to_string(byte_length_) + " bytes do not make a tensor of type " +
                               std::string(core::tensor::info(dtype_).name) + " and that shape")
                  .with_detail("It takes " + std::to_string(expected.value_or(0)) + "."));
  }
  const ContentHash hash = hasher_.finish();
  const std::vector<std::int64_t> shape(shape_.begin(), shape_.end());
  // Until one of the two succeeds: the collector may take the tensor between them.
  for (;;) {
    if (const auto id =
            insert_tensor(hash, core::tensor::info(dtype_).name, shape, byte_length_)) {
      insert_blocks(*id, blocks_);
      return {*id, hash, byte_length_};
    }
    if (const auto id = hold_tensor(hash)) return {*id, hash, byte_length_};
    pg::poll();
  }
}

}  // namespace hartonomous::store
