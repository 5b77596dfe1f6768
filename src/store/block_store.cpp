// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/block_store.hpp"

#include <algorithm>

#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "store/distinct.hpp"
#include "store/row_hash.hpp"

namespace hartonomous::store {

namespace {

constexpr std::size_t kBatch = 10'000;  // rows per claiming statement
constexpr std::size_t kRests = 256;     // at most 2 MiB

// Both statements see one batch of parallel arrays.
pg::Statement claim(
    "INSERT INTO hartonomous.block (block_hash, raw_length, stored_length) "
    "SELECT u.hash, u.length, u.length FROM unnest($1::bytea[], $2::int4[]) AS u(hash, length) "
    "ORDER BY u.hash ON CONFLICT (block_hash) DO NOTHING RETURNING block_hash, block_id");
pg::Statement find(
    "SELECT b.block_hash, b.block_id FROM unnest($1::bytea[]) AS u(hash) "
    "JOIN hartonomous.block b ON b.block_hash = u.hash FOR KEY SHARE OF b");

void claim_batch(std::span<const BlockKey> batch, BlockClaims& claims) {
  std::vector<core::Bytes> hashes;
  std::vector<std::int32_t> lengths;
  for (const BlockKey& key : batch) {
    hashes.emplace_back(key.hash.bytes);
    lengths.push_back(static_cast<std::int32_t>(key.length));
  }
  const std::size_t wanted = claims.size() + batch.size();
  // Until all are there: the collector may take a block between the two statements.
  for (;;) {
    pg::Spi spi;
    const pg::Rows inserted = spi.execute(claim, pg::Parameters().byteas(hashes).int4s(lengths));
    for (std::size_t i = 0; i < inserted.count(); ++i) {
      claims.emplace(hash_at(inserted, i, 0), BlockClaim{inserted.int8(i, 1), true});
    }
    if (claims.size() == wanted) return;
    const pg::Rows found = spi.execute(find, pg::Parameters().byteas(hashes));
    for (std::size_t i = 0; i < found.count(); ++i) {
      claims.emplace(hash_at(found, i, 0), BlockClaim{found.int8(i, 1), false});
    }
    if (claims.size() == wanted) return;
    pg::poll();
  }
}

}  // namespace

BlockClaims claim_blocks(std::vector<BlockKey> wanted) {
  sort_distinct(wanted, &BlockKey::hash);
  BlockClaims claims;
  claims.reserve(wanted.size());
  for (std::size_t at = 0; at < wanted.size(); at += kBatch) {
    pg::poll();
    claim_batch(std::span(wanted).subspan(at, std::min(kBatch, wanted.size() - at)), claims);
  }
  return claims;
}

BlockWriter::BlockWriter() : pages_(pg::relation_oid("hartonomous", "block_page")) {}

void BlockWriter::write(std::int64_t block_id, const BlockCoding& coding) {
  const std::size_t full =
      coding.payload.size() / core::block::kPagePayload * core::block::kPagePayload;
  write_pages(block_id, coding.payload.first(full));
  if (const core::Bytes rest = coding.payload.subspan(full); !rest.empty()) {
    rests_.push_back({block_id, static_cast<std::int32_t>(full / core::block::kPagePayload),
                      {rest.begin(), rest.end()}});
  }
  coded_.push_back({block_id, coding.method, static_cast<std::int32_t>(coding.payload.size()),
                    coding.chain_length, coding.bases});
  if (rests_.size() == kRests) write_rests();
  if (coded_.size() == kBatch) write_rows();
}

void BlockWriter::write_pages(std::int64_t block_id, core::Bytes bytes) {
  for (std::size_t at = 0, seq = 0; at < bytes.size(); at += core::block::kPagePayload, ++seq) {
    write_page(block_id, static_cast<std::int32_t>(seq),
               bytes.subspan(at, std::min<std::size_t>(core::block::kPagePayload, bytes.size() - at)));
  }
}

void BlockWriter::write_page(std::int64_t block_id, std::int32_t seq, core::Bytes bytes) {
  SET_VARSIZE(row_, VARHDRSZ + bytes.size());
  std::memcpy(row_ + VARHDRSZ, bytes.data(), bytes.size());
  const Datum values[3] = {Int64GetDatum(block_id), Int32GetDatum(seq), PointerGetDatum(row_)};
  pages_.add(values);
}

// A rest is half a page in the mean, and the full page after it would leave the other half empty.
// The largest goes first and takes the smallest with it as long as they fit its page.
void BlockWriter::write_rests() {
  constexpr std::size_t kRoom = BLCKSZ - SizeOfPageHeaderData;
  const auto taken = [](const Rest& rest) {
    return sizeof(ItemIdData) + MAXALIGN(MAXALIGN(SizeofHeapTupleHeader) + sizeof(std::int64_t) +
                                         sizeof(std::int32_t) + VARHDRSZ + rest.bytes.size());
  };
  std::ranges::stable_sort(rests_, std::ranges::greater(),
                           [](const Rest& rest) { return rest.bytes.size(); });
  const auto add = [&](const Rest& rest) { write_page(rest.block_id, rest.seq, rest.bytes); };
  for (std::size_t first = 0, end = rests_.size(); first < end; ++first) {
    add(rests_[first]);
    std::size_t used = taken(rests_[first]);
    while (end > first + 1 && used + taken(rests_[end - 1]) <= kRoom) {
      used += taken(rests_[--end]);
      add(rests_[end]);
    }
  }
  rests_.clear();
}

// What claim_blocks() put down as raw becomes what it is.
void BlockWriter::write_rows() {
  static pg::Statement update(
      "UPDATE hartonomous.block b SET codec = u.codec::hartonomous.block_codec, "
      "stored_length = u.length, chain_length = u.chain "
      "FROM unnest($1::int8[], $2::text[], $3::int4[], $4::int4[]) AS u(id, codec, length, chain) "
      "WHERE b.block_id = u.id");
  static pg::Statement insert(
      "INSERT INTO hartonomous.block_base (block_id, seq, base_block_id) "
      "SELECT * FROM unnest($1::int8[], $2::int4[], $3::int8[])");
  std::vector<std::int64_t> ids, dependents, bases;
  std::vector<std::string_view> codecs;
  std::vector<std::int32_t> lengths, chains, seqs;
  for (const Row& row : coded_) {
    ids.push_back(row.block_id);
    codecs.push_back(core::block::name(row.method));
    lengths.push_back(row.stored_length);
    chains.push_back(row.chain_length);
    for (std::size_t i = 0; i < row.bases.size(); ++i) {
      dependents.push_back(row.block_id);
      seqs.push_back(static_cast<std::int32_t>(i));
      bases.push_back(row.bases[i]);
    }
  }
  pg::Spi spi;
  spi.execute(update, pg::Parameters().int8s(ids).texts(codecs).int4s(lengths).int4s(chains));
  if (!bases.empty()) {
    spi.execute(insert, pg::Parameters().int8s(dependents).int4s(seqs).int8s(bases));
  }
  coded_.clear();
}

void BlockWriter::finish() {
  write_rests();
  pages_.finish();
  if (!coded_.empty()) write_rows();
}

}  // namespace hartonomous::store
