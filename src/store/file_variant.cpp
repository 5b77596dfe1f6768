// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/file_variant.hpp"

#include <algorithm>
#include <map>

#include "core/format/parse.hpp"
#include "pg/spi.hpp"
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
    pg::raise({Code::kCorrupt, "file " + core::quoted(file.path) + " has no tensor " +
                                   core::quoted(name)});
  }
  return static_cast<std::int64_t>(found->offset);
}

// The part that holds a tensor.
struct Part {
  std::int32_t seq;
  std::int64_t offset;
};
Part part_of(const VersionKey& version, const FileKey& file, std::string_view name,
             std::int64_t tensor_id) {
  static pg::Statement parts(
      "SELECT seq, byte_offset FROM hartonomous.file_segment "
      "WHERE file_id = $1 AND tensor_id = $2");
  static pg::Statement names(
      "SELECT count(*) FROM hartonomous.version_tensor "
      "WHERE version_id = $1 AND tensor_id = $2 AND path = $3");
  pg::Spi spi;
  const pg::Rows rows = spi.query(parts, Parameters().int8(file.file_id).int8(tensor_id));
  const std::int64_t namesakes =
      spi.query(names, Parameters().int8(version.version_id).int8(tensor_id).text(file.path))
          .int8(0, 0);
  if (rows.count() == 1 && namesakes == 1) return {rows.int4(0, 0), rows.int8(0, 1)};
  const std::int64_t offset = offset_in_header(file, name);
  for (std::size_t i = 0; i < rows.count(); ++i) {
    if (rows.int8(i, 1) == offset) return {rows.int4(i, 0), offset};
  }
  pg::raise({Code::kCorrupt, "file " + core::quoted(file.path) + " has no part for tensor " +
                                 core::quoted(name)});
}

using Parts = std::map<std::int32_t, std::int64_t>;  // position -> tensor_id

std::map<std::int64_t, ContentHash> hashes_of(const Parts& parts) {
  static pg::Statement find(
      "SELECT tensor_id, tensor_hash FROM hartonomous.tensor WHERE tensor_id = ANY ($1)");
  std::vector<std::int64_t> ids;
  for (const auto& [seq, tensor_id] : parts) ids.push_back(tensor_id);
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, Parameters().int8s(ids));
  std::map<std::int64_t, ContentHash> hashes;
  for (std::size_t i = 0; i < rows.count(); ++i) hashes.emplace(rows.int8(i, 0), hash_at(rows, i, 1));
  return hashes;
}

// As ingest_plan.cpp hashes a file.
ContentHash hash_with(std::int64_t file_id, const Parts& parts) {
  static pg::Statement find(
      "SELECT s.seq, s.tensor_id IS NOT NULL, s.byte_length, coalesce(t.tensor_hash, b.block_hash) "
      "FROM hartonomous.file_segment s LEFT JOIN hartonomous.tensor t USING (tensor_id) "
      "LEFT JOIN hartonomous.block b USING (block_id) WHERE s.file_id = $1 ORDER BY s.seq");
  const std::map<std::int64_t, ContentHash> replaced = hashes_of(parts);
  core::hash::ContentHasher hasher(core::hash::Kind::kFile);
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8(file_id));
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const auto part = parts.find(rows.int4(i, 0));
    const ContentHash hash = part == parts.end() ? hash_at(rows, i, 3) : replaced.at(part->second);
    hasher.update_u32(rows.boolean(i, 1) ? 1 : 0)
        .update_u64(static_cast<std::uint64_t>(rows.int8(i, 2)))
        .update(hash.bytes);
  }
  return hasher.finish();
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
                                        bool needs_base) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.file (file_hash, format, byte_length, metadata, base_file_id) "
      "SELECT $2, format, byte_length, metadata, "
      "CASE WHEN $3 THEN coalesce(base_file_id, file_id) END "
      "FROM hartonomous.file WHERE file_id = $1 "
      "ON CONFLICT (file_hash) DO NOTHING RETURNING file_id");
  pg::Spi spi;
  const pg::Rows rows =
      spi.execute(insert, Parameters().int8(file_id).bytea(hash.bytes).boolean(needs_base));
  if (rows.count() == 0) return std::nullopt;
  return rows.int8(0, 0);
}

// Whether the file says so much beside its base that a further one had better say it all.
bool is_much(std::int64_t file_id) {
  static pg::Statement compare(
      "SELECT f.base_file_id IS NOT NULL AND "
      "(SELECT count(*) FROM hartonomous.file_part p WHERE p.file_id = f.file_id) > $2 "
      "FROM hartonomous.file f WHERE f.file_id = $1");
  pg::Spi spi;
  return spi.query(compare, Parameters().int8(file_id).int8(kMostBeside)).boolean(0, 0);
}

// The replaced tensors in their places, and what `from` itself says beside its base; `all`: and
// everything else.
void insert_parts(std::int64_t to, std::int64_t from, const Parts& parts, bool all) {
  static pg::Statement replaced(
      "INSERT INTO hartonomous.file_part (file_id, seq, byte_offset, byte_length, tensor_id) "
      "SELECT $1, s.seq, s.byte_offset, s.byte_length, u.tensor_id "
      "FROM unnest($3::int4[], $4::int8[]) AS u(seq, tensor_id) "
      "JOIN hartonomous.file_segment s ON s.file_id = $2 AND s.seq = u.seq");
  static pg::Statement own(
      "INSERT INTO hartonomous.file_part (file_id, seq, byte_offset, byte_length, tensor_id, "
      "block_id) SELECT $1, p.seq, p.byte_offset, p.byte_length, p.tensor_id, p.block_id "
      "FROM hartonomous.file_part p JOIN hartonomous.file f USING (file_id) "
      "WHERE p.file_id = $2 AND f.base_file_id IS NOT NULL "
      "ON CONFLICT (file_id, seq) DO NOTHING");
  static pg::Statement rest(
      "INSERT INTO hartonomous.file_part (file_id, seq, byte_offset, byte_length, tensor_id, "
      "block_id) SELECT $1, s.seq, s.byte_offset, s.byte_length, s.tensor_id, s.block_id "
      "FROM hartonomous.file_segment s WHERE s.file_id = $2 "
      "ON CONFLICT (file_id, seq) DO NOTHING");
  std::vector<std::int32_t> seqs;
  std::vector<std::int64_t> ids;
  for (const auto& [seq, tensor_id] : parts) {
    seqs.push_back(seq);
    ids.push_back(tensor_id);
  }
  const auto both = [&] { return Parameters().int8(to).int8(from); };
  pg::Spi spi;
  spi.execute(replaced, both().int4s(seqs).int8s(ids));
  spi.execute(all ? rest : own, both());
}

}  // namespace

std::uint64_t offset_in_file(const VersionKey& version, const FileKey& file, std::string_view name,
                             std::int64_t tensor_id) {
  require_replaceable(file);
  return static_cast<std::uint64_t>(part_of(version, file, name, tensor_id).offset);
}

std::int64_t replace_in_file(const VersionKey& version, const FileKey& file,
                             std::span<const TensorReplacement> replacements) {
  require_replaceable(file);
  Parts parts;
  for (const TensorReplacement& replacement : replacements) {
    parts.emplace(part_of(version, file, replacement.name, replacement.from).seq, replacement.to);
  }
  const ContentHash hash = hash_with(file.file_id, parts);
  const bool all = is_much(file.file_id);
  // Until one of the two succeeds: the collector may take the file between them.
  for (;;) {
    if (const auto id = hold_file(hash)) return *id;
    if (const auto id = insert_file(file.file_id, hash, !all)) {
      insert_parts(*id, file.file_id, parts, all);
      return *id;
    }
    pg::poll();
  }
}

}  // namespace hartonomous::store
