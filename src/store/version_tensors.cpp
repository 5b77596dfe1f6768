// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/version_tensors.hpp"

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

}  // namespace

std::vector<NamedTensor> tensors_of(std::int64_t version_id) {
  static pg::Statement find(
      "SELECT v.name, t.tensor_id, t.dtype, t.shape, t.byte_length, t.tensor_hash "
      "FROM hartonomous.version_tensor v JOIN hartonomous.tensor t USING (tensor_id) "
      "JOIN hartonomous.version_file f USING (version_id, path) "
      "LEFT JOIN hartonomous.file_segment s USING (file_id, tensor_id) "
      "WHERE v.version_id = $1 AND strpos(v.path, '/') = 0 ORDER BY v.path COLLATE \"C\", s.seq, "
      "v.name COLLATE \"C\"");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int8(version_id));
  std::vector<NamedTensor> tensors;
  tensors.reserve(rows.count());
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const std::vector<std::int64_t> shape = pg::int8_array(rows.datum(i, 3));
    tensors.push_back({std::string(rows.text(i, 0)),
                       {rows.int8(i, 1),
                        dtype_at(rows, i, 2),
                        {shape.begin(), shape.end()},
                        static_cast<std::uint64_t>(rows.int8(i, 4))},
                       hash_at(rows, i, 5)});
  }
  return tensors;
}

}  // namespace hartonomous::store
