// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/content_store.hpp"

#include <algorithm>

#include "core/hash/sha256.hpp"
#include "pg/latest_snapshot.hpp"
#include "pg/spi.hpp"
#include "store/distinct.hpp"
#include "store/row_hash.hpp"

namespace hartonomous::store {

namespace {

constexpr std::size_t kBatch = 10'000;  // rows per statement

using pg::Parameters;

// (hash, id) pairs of the rows that `statement` returns for these hashes.
Ids ids_of(pg::Statement& statement, const std::vector<ContentHash>& hashes) {
  Ids ids;
  for (std::size_t at = 0; at < hashes.size(); at += kBatch) {
    pg::poll();
    std::vector<core::Bytes> batch;
    for (std::size_t i = at; i < std::min(at + kBatch, hashes.size()); ++i) {
      batch.emplace_back(hashes[i].bytes);
    }
    pg::Spi spi;
    const pg::Rows rows = spi.execute(statement, Parameters().byteas(batch));
    for (std::size_t i = 0; i < rows.count(); ++i)
      ids.emplace(hash_at(rows, i, 0), rows.int8(i, 1));
  }
  return ids;
}

Ids find_files(std::span<const PlannedFile> files) {
  static pg::Statement find(
      "SELECT file_hash, file_id FROM hartonomous.file WHERE file_hash = ANY ($1::bytea[]) "
      "FOR KEY SHARE");
  std::vector<ContentHash> hashes;
  for (const PlannedFile& file : files) hashes.push_back(file.hash);
  return ids_of(find, hashes);
}

// One entry per distinct tensor, in hash order.
std::vector<const PlannedTensor*> distinct_tensors(std::span<const PlannedFile> files) {
  std::vector<const PlannedTensor*> tensors;
  for (const PlannedFile& file : files) {
    for (const PlannedTensor& tensor : file.tensors) tensors.push_back(&tensor);
  }
  sort_distinct(tensors, [](const PlannedTensor* t) -> const ContentHash& { return t->hash; });
  return tensors;
}

std::vector<ContentHash> hashes_of(std::span<const PlannedTensor* const> tensors) {
  std::vector<ContentHash> hashes;
  for (const PlannedTensor* tensor : tensors) hashes.push_back(tensor->hash);
  return hashes;
}

pg::Statement find_tensors(
    "SELECT tensor_hash, tensor_id FROM hartonomous.tensor WHERE tensor_hash = ANY ($1::bytea[]) "
    "FOR KEY SHARE");

void insert_tensor_blocks(std::span<const PlannedTensor* const> tensors, const Ids& inserted,
                          const BlockClaims& claims) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.tensor_block (tensor_id, seq, block_id) "
      "SELECT * FROM unnest($1::int8[], $2::int4[], $3::int8[])");
  std::vector<std::int64_t> ids, blocks;
  std::vector<std::int32_t> seqs;
  const auto flush = [&] {
    pg::Spi().execute(insert, Parameters().int8s(ids).int4s(seqs).int8s(blocks));
    ids.clear(), seqs.clear(), blocks.clear();
  };
  for (const PlannedTensor* tensor : tensors) {
    const auto own = inserted.find(tensor->hash);
    if (own == inserted.end()) continue;
    for (std::size_t i = 0; i < tensor->blocks.size(); ++i) {
      ids.push_back(own->second);
      seqs.push_back(static_cast<std::int32_t>(i));
      blocks.push_back(claims.at(tensor->blocks[i].hash).block_id);
      if (ids.size() == kBatch) flush();
    }
  }
  if (!ids.empty()) flush();
}

std::string array_literal(std::span<const std::uint64_t> values) {
  std::string text = "{";
  for (const std::uint64_t value : values) {
    if (text.size() > 1) text += ',';
    text += std::to_string(value);
  }
  text += '}';
  return text;
}

// Inserts one batch of tensors; returns those this transaction inserted.
Ids insert_tensors(std::span<const PlannedTensor* const> tensors) {
  // A shape travels as text: unnest would flatten an array of arrays.
  static pg::Statement insert(
      "INSERT INTO hartonomous.tensor (tensor_hash, dtype, shape, byte_length) "
      "SELECT u.hash, u.dtype, u.shape::int8[], u.length "
      "FROM unnest($1::bytea[], $2::text[], $3::text[], $4::int8[]) "
      "AS u(hash, dtype, shape, length) "
      "ORDER BY u.hash ON CONFLICT (tensor_hash) DO NOTHING RETURNING tensor_hash, tensor_id");
  std::vector<core::Bytes> hashes;
  std::vector<std::string_view> dtypes, shapes;
  std::vector<std::string> shape_texts;
  std::vector<std::int64_t> lengths;
  shape_texts.reserve(tensors.size());
  for (const PlannedTensor* tensor : tensors) {
    hashes.emplace_back(tensor->hash.bytes);
    dtypes.push_back(core::tensor::info(tensor->dtype).name);
    shapes.push_back(shape_texts.emplace_back(array_literal(tensor->shape)));
    lengths.push_back(static_cast<std::int64_t>(tensor->byte_length));
  }
  pg::Spi spi;
  const pg::Rows rows =
      spi.execute(insert, Parameters().byteas(hashes).texts(dtypes).texts(shapes).int8s(lengths));
  Ids ids;
  for (std::size_t i = 0; i < rows.count(); ++i) ids.emplace(hash_at(rows, i, 0), rows.int8(i, 1));
  return ids;
}

void insert_sketches(std::span<const PlannedTensor* const> tensors, const Ids& inserted) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.tensor_sketch (tensor_id, elements, sketch) "
      "SELECT * FROM unnest($1::int8[], $2::int8[], $3::bytea[])");
  std::vector<std::int64_t> ids, elements;
  std::vector<core::Bytes> sketches;
  for (const PlannedTensor* tensor : tensors) {
    const auto own = inserted.find(tensor->hash);
    if (own == inserted.end() || !tensor->sketch) continue;
    ids.push_back(own->second);
    elements.push_back(static_cast<std::int64_t>(tensor->elements));
    sketches.push_back(std::as_bytes(std::span(tensor->sketch->bytes)));
  }
  if (ids.empty()) return;
  pg::Spi().execute(insert, Parameters().int8s(ids).int8s(elements).byteas(sketches));
}

// Completes `ids` with rows for the tensors that have none yet.
void add_tensors(std::span<const PlannedTensor* const> missing, const BlockClaims& claims, Ids& ids,
                 StoredContent& result) {
  for (std::size_t at = 0; at < missing.size(); at += kBatch) {
    pg::poll();
    const auto batch = missing.subspan(at, std::min(kBatch, missing.size() - at));
    const std::size_t wanted = ids.size() + batch.size();
    // Until all are there: the collector may take a tensor between the two statements.
    while (ids.size() < wanted) {
      const Ids inserted = insert_tensors(batch);
      result.new_tensors += inserted.size();
      insert_tensor_blocks(batch, inserted, claims);
      insert_sketches(batch, inserted);
      ids.insert(inserted.begin(), inserted.end());
      if (ids.size() < wanted) ids.merge(ids_of(find_tensors, hashes_of(batch)));
      pg::poll();
    }
  }
}

// Writes the blocks of one file that this transaction owes, and digests the whole file.
class FileWriter {
 public:
  FileWriter(BlockClaims& claims, const StoreOptions& options, StoredContent& result,
             core::Checkpoint& checkpoint)
      : claims_(claims),
        coder_(options.compression, options.parent_versions),
        result_(result),
        checkpoint_(checkpoint) {}

  core::hash::Sha256Digest write(const PlannedFile& file) {
    core::hash::Sha256 digest;
    for (const Piece& piece : file.pieces) {
      begin_piece(coder_, file, piece);
      if (piece.tensor < 0) {
        unit(file, piece.offset, 0, {piece.hash, static_cast<std::uint32_t>(piece.length)}, digest);
        continue;
      }
      const PlannedTensor& tensor = file.tensors[static_cast<std::size_t>(piece.tensor)];
      std::uint64_t offset = 0;
      for (const BlockKey& block : tensor.blocks) {
        unit(file, piece.offset, offset, block, digest);
        offset += block.length;
      }
    }
    return digest.finish();
  }

  void finish() { writer_.finish(); }

 private:
  // One block, `offset` bytes into the piece that begins at `from`.
  void unit(const PlannedFile& file, std::uint64_t from, std::uint64_t offset,
            const BlockKey& block, core::hash::Sha256& digest) {
    const std::span<std::byte> window(buffer_.data(), block.length);
    pg::check(file.upload->source->read(from + offset, window));
    digest.update(window);
    // A block of a tensor that was already stored was never claimed.
    if (const auto claim = claims_.find(block.hash);
        claim != claims_.end() && claim->second.is_new) {
      write_block(writer_, coder_, offset, block, window, claim->second);
      ++result_.new_blocks;
      result_.new_block_bytes += block.length;
    }
    checkpoint_.reached(block.length);
  }

  BlockClaims& claims_;
  BlockCoder coder_;
  BlockWriter writer_;
  StoredContent& result_;
  core::Checkpoint& checkpoint_;
  std::vector<std::byte> buffer_ = std::vector<std::byte>(core::block::kMaxBlock);
};

// What coded blocks take, for the tensors that have some.
void note_stored_bytes(const Ids& tensors, std::span<const PlannedTensor* const> added) {
  static pg::Statement update(
      "UPDATE hartonomous.tensor t SET stored_bytes = s.bytes FROM ("
      "SELECT tb.tensor_id, sum(b.stored_length) AS bytes FROM hartonomous.tensor_block tb "
      "JOIN hartonomous.block b USING (block_id) WHERE tb.tensor_id = ANY ($1::int8[]) "
      "GROUP BY tb.tensor_id HAVING bool_or(b.codec <> 'raw')) AS s "
      "WHERE t.tensor_id = s.tensor_id AND t.stored_bytes IS NULL");
  for (std::size_t at = 0; at < added.size(); at += kBatch) {
    pg::poll();
    std::vector<std::int64_t> ids;
    for (std::size_t i = at; i < std::min(at + kBatch, added.size()); ++i) {
      ids.push_back(tensors.at(added[i]->hash));
    }
    pg::Spi().execute(update, Parameters().int8s(ids));
  }
}

void insert_segments(std::int64_t file_id, const PlannedFile& file, const BlockClaims& claims,
                     const Ids& tensors) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.file_part "
      "(file_id, seq, byte_offset, byte_length, tensor_id, block_id) "
      "SELECT $1, u.seq, u.at, u.length, nullif(u.tensor, 0), nullif(u.block, 0) "
      "FROM unnest($2::int4[], $3::int8[], $4::int8[], $5::int8[], $6::int8[]) "
      "AS u(seq, at, length, tensor, block)");
  for (std::size_t at = 0; at < file.pieces.size(); at += kBatch) {
    pg::poll();
    std::vector<std::int32_t> seqs;
    std::vector<std::int64_t> offsets, lengths, tensor_ids, block_ids;
    for (std::size_t i = at; i < std::min(at + kBatch, file.pieces.size()); ++i) {
      const Piece& piece = file.pieces[i];
      seqs.push_back(static_cast<std::int32_t>(i));
      offsets.push_back(static_cast<std::int64_t>(piece.offset));
      lengths.push_back(static_cast<std::int64_t>(piece.length));
      tensor_ids.push_back(piece.tensor >= 0 ? tensors.at(piece.hash) : 0);
      block_ids.push_back(piece.tensor >= 0 ? 0 : claims.at(piece.hash).block_id);
    }
    pg::Spi().execute(insert, Parameters()
                                  .int8(file_id)
                                  .int4s(seqs)
                                  .int8s(offsets)
                                  .int8s(lengths)
                                  .int8s(tensor_ids)
                                  .int8s(block_ids));
  }
}

std::optional<std::int64_t> insert_file(const PlannedFile& file,
                                        const core::hash::Sha256Digest& sha256) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.file (file_hash, format, byte_length, sha256, metadata, run_hashes) "
      "VALUES ($1, $2, $3, $4, $5::jsonb, $6) ON CONFLICT (file_hash) DO NOTHING RETURNING "
      "file_id");
  pg::Spi spi;
  const pg::Rows rows =
      spi.execute(insert, Parameters()
                              .bytea(file.hash.bytes)
                              .text(file.format)
                              .int8(static_cast<std::int64_t>(file.upload->source->size()))
                              .bytea(sha256)
                              .text(file.metadata)
                              .bytea(file.runs.bytes()));
  if (rows.count() == 0) return std::nullopt;
  return rows.int8(0, 0);
}

// New files in hash order; the same file twice in one upload is written once.
std::vector<const PlannedFile*> new_files(std::span<const PlannedFile> files, const Ids& known) {
  std::vector<const PlannedFile*> fresh;
  for (const PlannedFile& file : files) {
    if (!known.contains(file.hash)) fresh.push_back(&file);
  }
  sort_distinct(fresh, [](const PlannedFile* f) -> const ContentHash& { return f->hash; });
  return fresh;
}

BlockClaims claim_all(std::span<const PlannedFile* const> files,
                      std::span<const PlannedTensor* const> tensors) {
  std::vector<BlockKey> wanted;
  for (const PlannedTensor* tensor : tensors) {
    wanted.insert(wanted.end(), tensor->blocks.begin(), tensor->blocks.end());
  }
  for (const PlannedFile* file : files) {
    for (const Piece& piece : file->pieces) {
      if (piece.tensor < 0) {
        wanted.push_back({piece.hash, static_cast<std::uint32_t>(piece.length)});
      }
    }
  }
  return claim_blocks(std::move(wanted));
}

}  // namespace

void begin_piece(BlockCoder& coder, const PlannedFile& file, const Piece& piece) {
  if (piece.tensor < 0) return coder.begin_literal();
  const PlannedTensor& tensor = file.tensors[static_cast<std::size_t>(piece.tensor)];
  coder.begin(
      {tensor.dtype, tensor.shape, tensor.elements, tensor.sketch ? &*tensor.sketch : nullptr});
}

void write_block(BlockWriter& writer, BlockCoder& coder, std::uint64_t offset,
                 const BlockKey& block, core::Bytes bytes, BlockClaim& claim) {
  if (core::hash::block_hash(bytes) != block.hash) {
    pg::raise(core::Status(core::Code::kIoError, "file changed while it was being read")
                  .with_hint("Ingest it again when nothing writes to it."));
  }
  const BlockCoding& coding = coder.code(offset, bytes);
  if (coding.method == core::block::Method::kRaw) {
    writer.write(claim.block_id, bytes);
  } else {
    writer.write(claim.block_id, coding);
  }
  claim.is_new = false;
}

StoredContent store_content(std::span<const PlannedFile> files, const StoreOptions& options,
                            core::Checkpoint& checkpoint) {
  StoredContent result;
  const pg::LatestSnapshot
      before;  // what new blocks may be coded given, with nothing of this upload
  Ids known_files = find_files(files);
  const std::vector<const PlannedFile*> fresh = new_files(files, known_files);

  const std::vector<const PlannedTensor*> tensors = distinct_tensors(files);
  result.tensors = ids_of(find_tensors, hashes_of(tensors));
  std::vector<const PlannedTensor*> missing;
  for (const PlannedTensor* tensor : tensors) {
    if (!result.tensors.contains(tensor->hash)) missing.push_back(tensor);
  }

  BlockClaims claims = claim_all(fresh, missing);
  add_tensors(missing, claims, result.tensors, result);

  std::vector<core::hash::Sha256Digest> digests;
  {
    FileWriter writer(claims, options, result, checkpoint);
    for (const PlannedFile* file : fresh) digests.push_back(writer.write(*file));
    writer.finish();
  }
  note_stored_bytes(result.tensors, missing);
  for (std::size_t i = 0; i < fresh.size(); ++i) {
    // Until one of the two succeeds, as above.
    do {
      if (const auto id = insert_file(*fresh[i], digests[i])) {
        insert_segments(*id, *fresh[i], claims, result.tensors);
        known_files.emplace(fresh[i]->hash, *id);
      } else {
        known_files.merge(find_files(std::span(fresh[i], 1)));
      }
      pg::poll();
    } while (!known_files.contains(fresh[i]->hash));
  }
  for (const PlannedFile& file : files) result.files.push_back(known_files.at(file.hash));
  return result;
}

}  // namespace hartonomous::store
