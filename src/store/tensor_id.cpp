// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/tensor_id.hpp"

#include "pg/spi.hpp"

namespace hartonomous::store {

std::int64_t tensor_id_of(const core::hash::ContentHash& hash) {
  static pg::Statement find("SELECT tensor_id FROM hartonomous.tensor WHERE tensor_hash = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().bytea(hash.bytes));
  if (rows.count() == 0) {
    pg::raise({core::Code::kCorrupt, "tensor " + hash.hex() + " is not in the database"});
  }
  return rows.int8(0, 0);
}

}  // namespace hartonomous::store
