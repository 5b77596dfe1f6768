// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/removal.hpp"

#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "store/model_catalog.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

void delete_model(std::string_view name) {
  static pg::Statement lock(
      "SELECT tenant_id FROM hartonomous.model WHERE model_id = $1 FOR UPDATE");
  static pg::Statement size(
      "SELECT coalesce(sum(logical_bytes), 0)::int8 FROM hartonomous.model_version "
      "WHERE model_id = $1");
  static pg::Statement remove("DELETE FROM hartonomous.model WHERE model_id = $1");
  const std::int64_t model_id = find_model(name);  // as the caller
  const pg::OwnerRights rights;
  pg::Spi spi;
  const auto key = [&] { return pg::Parameters().int8(model_id); };
  const pg::Rows owner = spi.execute(lock, key());
  if (owner.count() == 0) return;  // somebody deleted it meanwhile
  const std::int64_t bytes = spi.execute(size, key()).int8(0, 0);
  spi.execute(remove, key());
  refund(owner.int8(0, 0), static_cast<std::uint64_t>(bytes));
}

}  // namespace hartonomous::store
