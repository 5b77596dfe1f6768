// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/verify.hpp"

#include <algorithm>

#include "core/hash/sha256.hpp"
#include "pg/spi.hpp"
#include "store/content_reader.hpp"
#include "store/file_hash.hpp"
#include "store/row_hash.hpp"

namespace hartonomous::store {

namespace {

std::string object(const char* kind, std::int64_t id) {
  return std::string(kind) + " " + std::to_string(id);
}

// Calls visit(rows, i) for every row of `page`, which takes the last id seen and returns the next
// rows in id order, id first.
template <class Visit>
void for_each_row(pg::Statement& page, Visit visit) {
  std::int64_t last = 0;
  for (;;) {
    pg::Spi spi;
    const pg::Rows rows = spi.query(page, pg::Parameters().int8(last));
    if (rows.count() == 0) return;
    for (std::size_t i = 0; i < rows.count(); ++i) {
      pg::poll();
      visit(rows, i);
    }
    last = rows.int8(rows.count() - 1, 0);
  }
}

// Bytes of a tensor or file that are all there; nothing if a block is missing or cut short.
template <class Sink>
bool stream_all(std::span<const BlockPlace> blocks, std::uint64_t length, Sink sink) {
  pg::PollCheckpoint checkpoint;
  std::uint64_t seen = 0;
  try {
    stream(blocks, Verify::kNo, checkpoint, [&](std::uint64_t, core::Bytes bytes) {
      sink(bytes);
      seen += bytes.size();
    });
  } catch (const pg::Failure&) {
    return false;  // reported by verify_blocks with the block's number
  }
  return seen == length;
}

}  // namespace

void verify_blocks(const Report& report) {
  static pg::Statement page(
      "SELECT block_id, block_hash, raw_length FROM hartonomous.block "
      "WHERE block_id > $1 ORDER BY block_id LIMIT 1000");
  static pg::Statement stray(
      "SELECT DISTINCT p.block_id FROM hartonomous.block_page p WHERE NOT EXISTS "
      "(SELECT FROM hartonomous.block b WHERE b.block_id = p.block_id) ORDER BY 1 LIMIT 1000");
  std::vector<std::byte> buffer;
  BlockReader reader;
  for_each_row(page, [&](const pg::Rows& rows, std::size_t i) {
    const ContentHash hash = hash_at(rows, i, 1);
    buffer.resize(static_cast<std::size_t>(rows.int4(i, 2)));
    try {
      reader.read(rows.int8(i, 0), buffer, &hash);
    } catch (const pg::Failure&) {
      report("bytes do not match the content address", object("block", rows.int8(i, 0)));
    }
  });
  pg::Spi spi;
  const pg::Rows rows = spi.query(stray);
  for (std::size_t i = 0; i < rows.count(); ++i) {
    report("pages without a block", object("block", rows.int8(i, 0)));
  }
}

void verify_tensors(const Report& report) {
  static pg::Statement page(
      "SELECT tensor_id, tensor_hash, dtype, shape, byte_length FROM hartonomous.tensor "
      "WHERE tensor_id > $1 ORDER BY tensor_id LIMIT 1000");
  for_each_row(page, [&](const pg::Rows& rows, std::size_t i) {
    const std::vector<std::int64_t> dimensions = pg::int8_array(rows.datum(i, 3));
    const std::vector<std::uint64_t> shape(dimensions.begin(), dimensions.end());
    auto hasher = core::hash::tensor_hasher(rows.text(i, 2), shape);
    const std::int64_t id = rows.int8(i, 0);
    const bool whole = stream_all(blocks_of_tensor(id), static_cast<std::uint64_t>(rows.int8(i, 4)),
                                  [&](core::Bytes bytes) { hasher.update(bytes); });
    if (!whole) {
      report("blocks do not add up to the tensor", object("tensor", id));
    } else if (hasher.finish() != hash_at(rows, i, 1)) {
      report("content does not match the content address", object("tensor", id));
    }
  });
}

void verify_files(const Report& report) {
  static pg::Statement page(
      "SELECT file_id, file_hash, byte_length, sha256, run_hashes FROM hartonomous.file "
      "WHERE file_id > $1 ORDER BY file_id LIMIT 1000");
  static pg::Statement segments(
      "SELECT (s.tensor_id IS NOT NULL), s.byte_length, coalesce(t.tensor_hash, b.block_hash) "
      "FROM hartonomous.file_segment s LEFT JOIN hartonomous.tensor t USING (tensor_id) "
      "LEFT JOIN hartonomous.block b USING (block_id) WHERE s.file_id = $1 ORDER BY s.seq");
  for_each_row(page, [&](const pg::Rows& rows, std::size_t i) {
    const std::int64_t id = rows.int8(i, 0);
    FileHasher hasher;
    {
      pg::Spi spi;
      const pg::Rows pieces = spi.query(segments, pg::Parameters().int8(id));
      for (std::size_t p = 0; p < pieces.count(); ++p) {
        hasher.add(pieces.boolean(p, 0), static_cast<std::uint64_t>(pieces.int8(p, 1)),
                   pieces.bytea(p, 2));
      }
    }
    core::hash::Sha256 digest;
    const bool whole = stream_all(blocks_of_file(id), static_cast<std::uint64_t>(rows.int8(i, 2)),
                                  [&](core::Bytes bytes) { digest.update(bytes); });
    ContentHash sha256;
    sha256.bytes = digest.finish();
    const FileRuns runs = hasher.finish();
    if (runs.file_hash() != hash_at(rows, i, 1) ||
        !std::ranges::equal(runs.bytes(), rows.bytea(i, 4))) {
      report("segments do not match the content address", object("file", id));
    }
    if (!whole || (!rows.is_null(i, 3) && sha256 != hash_at(rows, i, 3))) {
      report("bytes do not match the SHA-256", object("file", id));
    }
  });
}

}  // namespace hartonomous::store
