// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/version_tensors.hpp"

#include <algorithm>

#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "store/row_hash.hpp"

namespace hartonomous::store {

namespace {

core::tensor::DType dtype_at(const pg::Rows& rows, std::size_t row, int column) {
  const auto dtype = core::tensor::dtype_by_name(rows.text(row, column));
  if (!dtype) {
    pg::raise({core::Code::kCorrupt, "unknown dtype " + core::quoted(rows.text(row, column))});
  }
  return *dtype;
}

// Columns: name, tensor_id, dtype, shape, byte_length, tensor_hash, path.
NamedTensor tensor_at(const pg::Rows& rows, std::size_t i) {
  const std::vector<std::int64_t> shape = pg::int8_array(rows.datum(i, 3));
  return {std::string(rows.text(i, 0)),
          std::string(rows.text(i, 6)),
          {rows.int8(i, 1),
           dtype_at(rows, i, 2),
           {shape.begin(), shape.end()},
           static_cast<std::uint64_t>(rows.int8(i, 4))},
          hash_at(rows, i, 5)};
}

}  // namespace

std::vector<NamedTensor> tensors_of(std::int64_t version_id) {
  static pg::Statement find(
      "SELECT v.name, t.tensor_id, t.dtype, t.shape, t.byte_length, t.tensor_hash, v.path "
      "FROM hartonomous.version_tensor v JOIN hartonomous.tensor t USING (tensor_id) "
      "JOIN hartonomous.version_file f USING (version_id, path) "
      "WHERE v.version_id = $1 AND strpos(v.path, '/') = 0 ORDER BY v.path COLLATE \"C\", "
      "(SELECT min(s.seq) FROM hartonomous.file_segment s "
      "WHERE s.file_id = f.file_id AND s.tensor_id = t.tensor_id), v.name COLLATE \"C\"");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int8(version_id));
  std::vector<NamedTensor> tensors;
  tensors.reserve(rows.count());
  for (std::size_t i = 0; i < rows.count(); ++i) tensors.push_back(tensor_at(rows, i));
  return tensors;
}

std::vector<NamedTensor> tensors_unordered(std::int64_t version_id) {
  static pg::Statement find(
      "SELECT v.name, t.tensor_id, t.dtype, t.shape, t.byte_length, t.tensor_hash, v.path "
      "FROM hartonomous.version_tensor v JOIN hartonomous.tensor t USING (tensor_id) "
      "WHERE v.version_id = $1 AND strpos(v.path, '/') = 0");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int8(version_id));
  std::vector<NamedTensor> tensors;
  tensors.reserve(rows.count());
  for (std::size_t i = 0; i < rows.count(); ++i) tensors.push_back(tensor_at(rows, i));
  return tensors;
}

std::map<std::string, NamedTensor> tensors_of(std::int64_t version_id,
                                              std::span<const std::string_view> names) {
  static pg::Statement find(
      "SELECT v.name, t.tensor_id, t.dtype, t.shape, t.byte_length, t.tensor_hash, v.path "
      "FROM hartonomous.version_tensor v JOIN hartonomous.tensor t USING (tensor_id) "
      "WHERE v.version_id = $1 AND v.name = ANY ($2::text[])");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, pg::Parameters().int8(version_id).texts(names));
  std::map<std::string, NamedTensor> tensors;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    tensors.emplace(std::string(rows.text(i, 0)), tensor_at(rows, i));
  }
  return tensors;
}

std::map<std::string, NamedTensor> own_tensors_of(const VersionKey& version) {
  static pg::Statement find(
      "SELECT v.name, t.tensor_id, t.dtype, t.shape, t.byte_length, t.tensor_hash, v.path, "
      "v.steps IS NOT NULL "
      "FROM hartonomous.version_tensor v JOIN hartonomous.tensor t USING (tensor_id) "
      "WHERE v.version_id = $1 AND NOT starts_with(v.name, $2)");
  std::map<std::string, NamedTensor> tensors;
  std::vector<std::string> expressions;
  {
    pg::Spi spi;
    const pg::Rows rows =
        spi.query(find, pg::Parameters().int8(version.version_id).text(kOperandPrefix));
    for (std::size_t i = 0; i < rows.count(); ++i) {
      tensors.emplace(std::string(rows.text(i, 0)), tensor_at(rows, i));
      if (rows.boolean(i, 7)) expressions.emplace_back(rows.text(i, 0));
    }
  }
  for (const std::string& name : expressions) tensors.at(name).key = find_tensor(version, name);
  return tensors;
}

std::vector<std::string> tensor_names_of(std::int64_t version_id) {
  static pg::Statement find("SELECT name FROM hartonomous.version_tensor WHERE version_id = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int8(version_id));
  std::vector<std::string> names;
  for (std::size_t i = 0; i < rows.count(); ++i) names.emplace_back(rows.text(i, 0));
  return names;
}

std::map<std::string, FileKey> files_by_path(std::int64_t version_id) {
  static pg::Statement find(
      "SELECT v.path, f.file_id, f.format, f.byte_length FROM hartonomous.version_file v "
      "JOIN hartonomous.file f USING (file_id) WHERE v.version_id = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, pg::Parameters().int8(version_id));
  std::map<std::string, FileKey> files;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    files.emplace(
        std::string(rows.text(i, 0)),
        FileKey{std::string(rows.text(i, 0)), rows.int8(i, 1), std::string(rows.text(i, 2)),
                static_cast<std::uint64_t>(rows.int8(i, 3)), ""});
  }
  return files;
}

void hold_versions(std::vector<std::int64_t> version_ids) {
  static pg::Statement hold(
      "SELECT version_id FROM hartonomous.model_version WHERE version_id = ANY ($1) "
      "ORDER BY version_id FOR KEY SHARE");
  std::ranges::sort(version_ids);
  version_ids.erase(std::unique(version_ids.begin(), version_ids.end()), version_ids.end());
  if (version_ids.empty()) return;
  pg::Spi spi;
  if (spi.execute(hold, pg::Parameters().int8s(version_ids)).count() != version_ids.size()) {
    pg::raise(
        {core::Code::kNotFound, "a version that is to be taken from does not exist any more"});
  }
}

}  // namespace hartonomous::store
