// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/block_coder.hpp"

#include <algorithm>

#include "core/block/derivation.hpp"
#include "pg/spi.hpp"

namespace hartonomous::store {

namespace {

using core::block::Method;
using core::tensor::DType;

// Their quantisers search scales: two orders slower than a delta.
bool is_slow_recipe(DType to) noexcept {
  return to == DType::kQ4K || to == DType::kQ5K || to == DType::kQ6K;
}

// A form of more than this share of the block is not so good that no other need be tried.
bool is_doubtful(std::size_t coded, std::size_t raw) noexcept { return coded > raw / 64; }

}  // namespace

void BlockCoder::begin(const TensorToCode& tensor) {
  tensor_ = tensor;
  has_looked_ = false;
  same_.clear();
  others_.clear();
  current_ = 0;
}

void BlockCoder::begin_literal() { tensor_.reset(); }

const BlockCoding& BlockCoder::code(std::uint64_t offset, core::Bytes raw) {
  coding_ = {};
  if (compression_ == Compression::kNone) return coding_;
  if (tensor_ && tensor_->sketch != nullptr) {
    if (!has_looked_) find_sources();
    if (!try_derived(offset, raw)) try_delta(offset, raw);
  }
  if (coding_.method == Method::kRaw && compression_ == Compression::kBest) {
    auto coded = core::block::encode_block(tensor_ ? tensor_->dtype : DType::kU8, raw, {});
    if (coded.method != Method::kRaw) set(coded.method, std::move(coded.bytes), {}, 0);
  }
  return coding_;
}

void BlockCoder::find_sources() {
  has_looked_ = true;
  for (Relative& relative : finder_.find(tensor_->elements, *tensor_->sketch)) {
    const bool is_cut_alike = relative.dtype == tensor_->dtype &&
                              std::ranges::equal(relative.shape, tensor_->shape);
    if (!is_cut_alike && compression_ == Compression::kFast && is_slow_recipe(tensor_->dtype)) {
      continue;
    }
    (is_cut_alike ? same_ : others_).push_back({std::move(relative), {}, false});
  }
}

// Locked, so that no collector takes what becomes a base.
std::span<const BlockCoder::Block> BlockCoder::blocks_of(Source& source) {
  static pg::Statement find(
      "SELECT b.block_id, b.raw_length, b.chain_length::int4 FROM hartonomous.tensor_block t "
      "JOIN hartonomous.block b USING (block_id) WHERE t.tensor_id = $1 ORDER BY t.seq "
      "FOR KEY SHARE OF b");
  if (source.is_known) return source.blocks;
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, pg::Parameters().int8(source.relative.tensor_id));
  std::uint64_t offset = 0;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const auto length = static_cast<std::uint32_t>(rows.int4(i, 1));
    source.blocks.push_back({rows.int8(i, 0), offset, length, rows.int4(i, 2)});
    offset += length;
  }
  source.is_known = true;
  return source.blocks;
}

// The bytes [offset, offset + length) of the source's tensor.
std::optional<BlockCoder::Parents> BlockCoder::parents_of(Source& source, std::uint64_t offset,
                                                          std::size_t length) {
  Parents parents{{}, {}, 0, length, 0};
  std::uint64_t end = 0;
  for (const Block& block : blocks_of(source)) {
    end = block.offset + block.length;
    if (end <= offset) continue;
    if (block.offset >= offset + length) break;
    if (parents.block_ids.empty()) parents.skip = static_cast<std::uint32_t>(offset - block.offset);
    parents.block_ids.push_back(block.block_id);
    parents.chain_length = std::max(parents.chain_length, block.chain_length + 1);
    const BlockReader::Decoded bytes = reader_.read(block.block_id);
    parents.bytes.insert(parents.bytes.end(), bytes->begin(), bytes->end());
  }
  if (end < offset + length || parents.chain_length > kMaxChain) return std::nullopt;
  return parents;
}

// How many bytes of a trial the best recipe gets wrong; nothing if there is none.
std::optional<std::size_t> BlockCoder::misses(std::size_t source, std::uint64_t offset,
                                              core::Bytes raw) {
  const DType from = others_[source].relative.dtype, to = tensor_->dtype;
  const auto& type = core::tensor::info(to);
  const std::size_t trial = std::min<std::size_t>(
      raw.size(), core::block::kTrialElements / type.block_elements * type.block_bytes);
  const auto first = core::block::parent_bytes({from, to}, offset);
  const auto length = core::block::parent_bytes({from, to}, trial);
  if (!first || !length) return std::nullopt;
  const auto parents = parents_of(others_[source], *first, *length);
  if (!parents) return std::nullopt;
  const auto found =
      core::block::find_recipe(from, parents->elements(), to, raw.first(trial));
  if (!found) return std::nullopt;
  return found->misses;
}

// True if the block is as good as nothing now. What made the block before is asked first: if it
// makes this one's beginning too, no other is.
bool BlockCoder::try_derived(std::uint64_t offset, core::Bytes raw) {
  std::size_t best = others_.size(), least = raw.size();
  for (std::size_t i = 0; i < others_.size() && least > 0; ++i) {
    const std::size_t source = (current_ + i) % others_.size();
    const auto missed = misses(source, offset, raw);
    if (!missed || *missed >= least) continue;
    best = source;
    least = *missed;
  }
  if (best == others_.size() || !encode_from(best, offset, raw)) return false;
  current_ = best;
  finder_.prefer_versions_of(others_[best].relative.tensor_id);
  return !is_doubtful(coding_.payload.size(), raw.size());
}

bool BlockCoder::encode_from(std::size_t source, std::uint64_t offset, core::Bytes raw) {
  const DType from = others_[source].relative.dtype, to = tensor_->dtype;
  const auto first = core::block::parent_bytes({from, to}, offset);
  const auto length = core::block::parent_bytes({from, to}, raw.size());
  if (!first || !length) return false;
  auto parents = parents_of(others_[source], *first, *length);
  if (!parents) return false;
  const auto found = core::block::find_recipe(from, parents->elements(), to, raw);
  if (!found) return false;
  auto coded = core::block::encode_derived(found->recipe, parents->elements(), raw,
                                           raw.size() - raw.size() / 64, parents->skip);
  if (!coded) return false;
  set(Method::kDerived, std::move(*coded), std::move(parents->block_ids), parents->chain_length);
  return true;
}

// Against the likeliest relative that is cut alike, unless what there is already is smaller.
void BlockCoder::try_delta(std::uint64_t offset, core::Bytes raw) {
  for (Source& source : same_) {
    const auto blocks = blocks_of(source);
    const auto base = std::ranges::lower_bound(blocks, offset, {}, &Block::offset);
    if (base == blocks.end() || base->offset != offset || base->length != raw.size() ||
        base->chain_length >= kMaxChain) {
      continue;
    }
    const BlockReader::Decoded bytes = reader_.read(base->block_id);
    auto coded = core::block::encode_block(tensor_->dtype, raw, core::Bytes(*bytes));
    const bool is_smaller =
        coding_.method == Method::kRaw || coded.bytes.size() < coding_.payload.size();
    if (coded.method == Method::kRaw || !is_smaller) return;
    const bool is_delta = coded.method == Method::kUlpDelta;
    set(coded.method, std::move(coded.bytes),
        is_delta ? std::vector{base->block_id} : std::vector<std::int64_t>(),
        is_delta ? base->chain_length + 1 : 0);
    if (is_delta) finder_.prefer_versions_of(source.relative.tensor_id);
    return;
  }
}

void BlockCoder::set(Method method, std::vector<std::byte> payload, std::vector<std::int64_t> bases,
                     int chain_length) {
  payload_ = std::move(payload);
  coding_ = {method, payload_, std::move(bases), chain_length};
}

}  // namespace hartonomous::store
