// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/file_variant.hpp"

#include <algorithm>
#include <map>

#include "core/format/parse.hpp"
#include "pg/spi.hpp"
#include "store/file_hash.hpp"
#include "store/format_limits.hpp"
#include "store/row_hash.hpp"
#include "store/stored_head.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using pg::Parameters;

constexpr std::int64_t kMostBeside = 256;  // parts that a further file copies beside its base

void require_replaceable(const FileKey& file) {
  constexpr std::string_view kPlain[] = {"safetensors", "gguf", "onnx", "npy"};
  if (std::ranges::find(kPlain, file.format) != std::end(kPlain)) return;
  pg::raise(Status(Code::kUnsupported,
                   "tensors of a " + file.format + " file cannot be replaced inside it")
                .with_detail("File " + core::quoted(file.path) + " holds checksums of them.")
                .with_hint("Replace the file, or ingest the model as safetensors."));
}

// Where in the file the named tensor begins, by the file's own header: what tells apart tensors of
// equal content.
std::int64_t offset_in_header(const FileKey& file, std::string_view name) {
  pg::PollCheckpoint checkpoint;
  StoredHead head(file);
  const auto layout = pg::check(core::format::parse(head, format_limits(), checkpoint));
  const auto found = std::ranges::find(layout.tensors, name, &core::format::TensorEntry::name);
  if (found == layout.tensors.end()) {
    pg::raise({Code::kCorrupt,
               "file " + core::quoted(file.path) + " has no tensor " + core::quoted(name)});
  }
  return static_cast<std::int64_t>(found->offset);
}

// What is put into a position.
struct Part {
  std::int64_t byte_offset, byte_length, tensor_id;
};
using Parts = std::map<std::int32_t, Part>;

// The part that holds a tensor, by its position.
Parts::value_type part_of(const VersionKey& version, const FileKey& file, std::string_view name,
                          std::int64_t tensor_id) {
  static pg::Statement parts(
      "SELECT seq, byte_offset, byte_length FROM hartonomous.file_segment "
      "WHERE file_id = $1 AND tensor_id = $2");
  static pg::Statement names(
      "SELECT count(*) FROM hartonomous.version_tensor "
      "WHERE version_id = $1 AND tensor_id = $2 AND path = $3");
  pg::Spi spi;
  const pg::Rows rows = spi.query(parts, Parameters().int8(file.file_id).int8(tensor_id));
  const std::int64_t namesakes =
      spi.query(names, Parameters().int8(version.version_id).int8(tensor_id).text(file.path))
          .int8(0, 0);
  const auto part = [&](std::size_t row) {
    return Parts::value_type(rows.int4(row, 0), {rows.int8(row, 1), rows.int8(row, 2), tensor_id});
  };
  if (rows.count() == 1 && namesakes == 1) return part(0);
  const std::int64_t offset = offset_in_header(file, name);
  for (std::size_t i = 0; i < rows.count(); ++i) {
    if (rows.int8(i, 1) == offset) return part(i);
  }
  pg::raise({Code::kCorrupt,
             "file " + core::quoted(file.path) + " has no part for tensor " + core::quoted(name)});
}

ContentHash tensor_hash(std::int64_t tensor_id) {
  static pg::Statement find("SELECT tensor_hash FROM hartonomous.tensor WHERE tensor_id = $1");
  pg::Spi spi;
  return hash_at(spi.execute(find, Parameters().int8(tensor_id)), 0, 0);
}

// Of the file's parts [first, last), some replaced.
ContentHash run_hash(std::int64_t file_id, std::int32_t first, std::int32_t last,
                     const Parts& parts) {
  static pg::Statement find(
      "SELECT s.seq, s.tensor_id IS NOT NULL, s.byte_length, coalesce(t.tensor_hash, b.block_hash) "
      "FROM hartonomous.file_segment s LEFT JOIN hartonomous.tensor t USING (tensor_id) "
      "LEFT JOIN hartonomous.block b USING (block_id) "
      "WHERE s.file_id = $1 AND s.seq >= $2 AND s.seq < $3 ORDER BY s.seq");
  RunHasher hasher;
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(file_id).int4(first).int4(last));
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const auto part = parts.find(rows.int4(i, 0));
    const ContentHash hash =
        part == parts.end() ? hash_at(rows, i, 3) : tensor_hash(part->second.tensor_id);
    hasher.add(rows.boolean(i, 1), static_cast<std::uint64_t>(rows.int8(i, 2)), hash.bytes);
  }
  return hasher.finish();
}

// What a file says of itself.
struct FileRow {
  FileRuns runs;
  bool has_base;
  bool is_much;  // it says so much beside its base that a further one had better say it all
};

FileRow file_row(std::int64_t file_id) {
  static pg::Statement find(
      "SELECT run_hashes, base_file_id IS NOT NULL, base_file_id IS NOT NULL AND EXISTS "
      "(SELECT FROM hartonomous.file_part p WHERE p.file_id = f.file_id ORDER BY p.seq OFFSET $2) "
      "FROM hartonomous.file f WHERE f.file_id = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(file_id).int8(kMostBeside));
  return {FileRuns(rows.bytea(0, 0)), rows.boolean(0, 1), rows.boolean(0, 2)};
}

FileRuns runs_with(FileRuns runs, std::int64_t file_id, const Parts& parts) {
  constexpr auto kRun = static_cast<std::int32_t>(kRunParts);
  for (auto part = parts.begin(); part != parts.end();) {
    const std::int32_t first = part->first / kRun * kRun;
    runs.replace(static_cast<std::size_t>(first / kRun),
                 run_hash(file_id, first, first + kRun, parts));
    part = parts.lower_bound(first + kRun);
    pg::poll();
  }
  return runs;
}

std::optional<std::int64_t> hold_file(const ContentHash& hash) {
  static pg::Statement find(
      "SELECT file_id FROM hartonomous.file WHERE file_hash = $1 FOR KEY SHARE");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, Parameters().bytea(hash.bytes));
  if (rows.count() == 0) return std::nullopt;
  return rows.int8(0, 0);
}

// A row without parts yet. With `needs_base` it shares the file's, or its base's.
std::optional<std::int64_t> insert_file(std::int64_t file_id, const ContentHash& hash,
                                        const FileRuns& runs, bool needs_base) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.file (file_hash, format, byte_length, metadata, run_hashes, "
      "base_file_id) SELECT $2, format, byte_length, metadata, $3, "
      "CASE WHEN $4 THEN coalesce(base_file_id, file_id) END "
      "FROM hartonomous.file WHERE file_id = $1 "
      "ON CONFLICT (file_hash) DO NOTHING RETURNING file_id");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(
      insert, Parameters().int8(file_id).bytea(hash.bytes).bytea(runs.bytes()).boolean(needs_base));
  if (rows.count() == 0) return std::nullopt;
  return rows.int8(0, 0);
}

void insert_replaced(std::int64_t file_id, const Parts& parts) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.file_part (file_id, seq, byte_offset, byte_length, tensor_id) "
      "SELECT $1, u.seq, u.at, u.length, u.tensor "
      "FROM unnest($2::int4[], $3::int8[], $4::int8[], $5::int8[]) AS u(seq, at, length, tensor)");
  std::vector<std::int32_t> seqs;
  std::vector<std::int64_t> offsets, lengths, tensors;
  for (const auto& [seq, part] : parts) {
    seqs.push_back(seq);
    offsets.push_back(part.byte_offset);
    lengths.push_back(part.byte_length);
    tensors.push_back(part.tensor_id);
  }
  pg::Spi().execute(
      insert, Parameters().int8(file_id).int4s(seqs).int8s(offsets).int8s(lengths).int8s(tensors));
}

// What `from` itself says beside its base, but in the positions that are taken.
void copy_own(std::int64_t to, std::int64_t from) {
  static pg::Statement copy(
      "INSERT INTO hartonomous.file_part (file_id, seq, byte_offset, byte_length, tensor_id, "
      "block_id) SELECT $1, p.seq, p.byte_offset, p.byte_length, p.tensor_id, p.block_id "
      "FROM hartonomous.file_part p WHERE p.file_id = $2 ON CONFLICT (file_id, seq) DO NOTHING");
  pg::Spi().execute(copy, Parameters().int8(to).int8(from));
}

// The same of everything that `from` consists of.
void copy_all(std::int64_t to, std::int64_t from) {
  static pg::Statement copy(
      "INSERT INTO hartonomous.file_part (file_id, seq, byte_offset, byte_length, tensor_id, "
      "block_id) SELECT $1, s.seq, s.byte_offset, s.byte_length, s.tensor_id, s.block_id "
      "FROM hartonomous.file_segment s WHERE s.file_id = $2 "
      "ON CONFLICT (file_id, seq) DO NOTHING");
  pg::Spi().execute(copy, Parameters().int8(to).int8(from));
}

}  // namespace

std::uint64_t offset_in_file(const VersionKey& version, const FileKey& file, std::string_view name,
                             std::int64_t tensor_id) {
  require_replaceable(file);
  return static_cast<std::uint64_t>(part_of(version, file, name, tensor_id).second.byte_offset);
}

std::int64_t replace_in_file(const VersionKey& version, const FileKey& file,
                             std::span<const TensorReplacement> replacements) {
  require_replaceable(file);
  Parts parts;
  for (const TensorReplacement& replacement : replacements) {
    Parts::value_type part = part_of(version, file, replacement.name, replacement.from);
    part.second.tensor_id = replacement.to;
    parts.insert(part);
  }
  FileRow row = file_row(file.file_id);
  const FileRuns runs = runs_with(std::move(row.runs), file.file_id, parts);
  const ContentHash hash = runs.file_hash();
  // Until one of the two succeeds: the collector may take the file between them.
  for (;;) {
    if (const auto id = hold_file(hash)) return *id;
    if (const auto id = insert_file(file.file_id, hash, runs, !row.is_much)) {
      insert_replaced(*id, parts);
      if (row.is_much) {
        copy_all(*id, file.file_id);
      } else if (row.has_base) {
        copy_own(*id, file.file_id);
      }
      return *id;
    }
    pg::poll();
  }
}

}  // namespace hartonomous::store
