// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/block_reader.hpp"

#include <algorithm>

#include "pg/enum_label.hpp"

namespace hartonomous::store {

namespace {

using core::block::Method;

constexpr std::size_t kKeptBytes = 16 << 20;
// More than the blocks that any derived one is made of: 32 bits for each of a quantised bit.
constexpr std::size_t kMaxJoined = 64 << 20;

[[noreturn]] void corrupt(std::int64_t block_id, std::string_view how) {
  pg::raise(core::Status(core::Code::kCorrupt,
                         "block " + std::to_string(block_id) + " " + std::string(how))
                .with_hint("Run hartonomous.verify_store() and restore from a backup."));
}

}  // namespace

BlockReader::BlockReader()
    : blocks_("block", "block_pkey"),
      bases_("block_base", "block_base_pkey"),
      pages_("block_page", "block_page_pkey") {}

void BlockReader::read(std::int64_t block_id, std::span<std::byte> out,
                       const ContentHash* expected) {
  const Row row = row_of(block_id);
  if (row.raw_length != out.size()) corrupt(block_id, "has another length than what it is part of");
  decode(block_id, row, out, kMaxChain);
  const bool is_checked = expected != nullptr || row.method != Method::kRaw;
  const ContentHash& wanted = expected != nullptr ? *expected : row.hash;
  if (is_checked && core::hash::block_hash(out) != wanted) {
    corrupt(block_id, "does not match its address");
  }
}

BlockReader::Decoded BlockReader::read(std::int64_t block_id) {
  return decoded(block_id, kMaxChain);
}

BlockReader::Row BlockReader::row_of(std::int64_t block_id) {
  blocks_.find({Int64GetDatum(block_id)});
  if (!blocks_.next()) corrupt(block_id, "is missing");
  const auto method = core::block::method_by_name(pg::enum_label(blocks_.value(2)));
  if (!method) corrupt(block_id, "has an unknown codec");
  Row row{*method, static_cast<std::size_t>(DatumGetInt32(blocks_.value(3))),
          static_cast<std::size_t>(DatumGetInt32(blocks_.value(4))), {}};
  const auto* hash = reinterpret_cast<const struct varlena*>(DatumGetPointer(blocks_.value(1)));
  if (VARSIZE_ANY_EXHDR(hash) != row.hash.bytes.size()) corrupt(block_id, "has no address");
  std::memcpy(row.hash.bytes.data(), VARDATA_ANY(hash), row.hash.bytes.size());
  return row;
}

void BlockReader::read_pages(std::int64_t block_id, std::span<std::byte> out) {
  pages_.find({Int64GetDatum(block_id)});
  std::size_t at = 0;
  while (pages_.next()) {
    const auto* payload = reinterpret_cast<const struct varlena*>(DatumGetPointer(pages_.value(2)));
    const std::size_t length = VARSIZE_ANY_EXHDR(payload);
    if (length > out.size() - at) corrupt(block_id, "has too many bytes");
    std::memcpy(out.data() + at, VARDATA_ANY(payload), length);
    at += length;
  }
  if (at != out.size()) corrupt(block_id, "has too few bytes");
}

core::Bytes BlockReader::read_coded(std::int64_t block_id, std::size_t length) {
  if (coded_.size() < length) coded_.resize(length);
  read_pages(block_id, std::span(coded_).first(length));
  return core::Bytes(coded_).first(length);
}

// Bases first: they pass through the same buffer.
void BlockReader::decode(std::int64_t block_id, const Row& row, std::span<std::byte> out,
                         int depth) {
  if (row.method == Method::kRaw) return read_pages(block_id, out);
  core::Status status = core::Status::ok();
  if (row.method == Method::kPlanes) {
    status = core::block::decode_block(row.method, read_coded(block_id, row.stored_length),
                                       std::nullopt, out);
  } else if (depth == 0) {
    corrupt(block_id, "is at the end of too long a chain of bases");
  } else if (row.method == Method::kUlpDelta) {
    bases_.find({Int64GetDatum(block_id)});
    if (!bases_.next()) corrupt(block_id, "has no base");
    const Decoded base = decoded(DatumGetInt64(bases_.value(2)), depth - 1);
    status = core::block::decode_block(row.method, read_coded(block_id, row.stored_length),
                                       core::Bytes(*base), out);
  } else {
    const std::vector<std::byte> bases = join_bases(block_id, depth - 1);
    status = core::block::decode_block(row.method, read_coded(block_id, row.stored_length),
                                       core::Bytes(bases), out);
  }
  if (!status.is_ok()) corrupt(block_id, "cannot be decoded: " + status.message());
}

std::vector<std::byte> BlockReader::join_bases(std::int64_t block_id, int depth) {
  std::vector<std::int64_t> ids;
  bases_.find({Int64GetDatum(block_id)});
  while (bases_.next()) ids.push_back(DatumGetInt64(bases_.value(2)));
  std::vector<std::byte> joined;
  for (const std::int64_t id : ids) {
    const Decoded base = decoded(id, depth);
    if (base->size() > kMaxJoined - joined.size()) corrupt(block_id, "has too many bases");
    joined.insert(joined.end(), base->begin(), base->end());
    pg::poll();
  }
  return joined;
}

BlockReader::Decoded BlockReader::decoded(std::int64_t block_id, int depth) {
  const auto found = std::ranges::find(kept_, block_id, &Kept::block_id);
  if (found != kept_.end()) {
    found->used = ++clock_;
    return found->bytes;
  }
  const Row row = row_of(block_id);
  auto bytes = make_room(row.raw_length);
  bytes->resize(row.raw_length);
  decode(block_id, row, *bytes, depth);
  kept_.push_back({block_id, ++clock_, bytes});
  kept_bytes_ += row.raw_length;
  return bytes;
}

// An empty buffer, if possible that of what was not used for the longest time.
std::shared_ptr<std::vector<std::byte>> BlockReader::make_room(std::size_t bytes) {
  auto buffer = std::make_shared<std::vector<std::byte>>();
  while (!kept_.empty() && kept_bytes_ + bytes > kKeptBytes) {
    const auto oldest = std::ranges::min_element(kept_, {}, &Kept::used);
    kept_bytes_ -= oldest->bytes->size();
    if (oldest->bytes.use_count() == 1) buffer = std::move(oldest->bytes);
    kept_.erase(oldest);
  }
  return buffer;
}

}  // namespace hartonomous::store
