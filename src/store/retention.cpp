// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/retention.hpp"

#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "store/model_catalog.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

namespace {

using pg::Parameters;

void require_days(const std::optional<std::int32_t>& days) {
  if (days.value_or(0) >= 0) return;
  pg::raise({core::Code::kInvalidArgument, "days must not be negative"});
}

Parameters with_days(std::int64_t id, const std::optional<std::int32_t>& days) {
  Parameters parameters;
  parameters.int8(id);
  if (days) {
    parameters.int4(*days);
  } else {
    parameters.null(INT4OID);
  }
  return parameters;
}

Pruned prune_model(std::int64_t model_id, std::int64_t tenant_id, std::int32_t days) {
  static pg::Statement history(
      "DELETE FROM hartonomous.ref_history h WHERE h.model_id = $1 "
      "AND h.changed_at < now() - make_interval(days => $2) AND (h.version_id IS NULL OR EXISTS "
      "(SELECT FROM hartonomous.ref_history n WHERE n.model_id = h.model_id "
      "AND n.ref_name = h.ref_name AND n.history_id > h.history_id "
      "AND n.changed_at < now() - make_interval(days => $2)))");
  static pg::Statement versions(
      "WITH dead AS (DELETE FROM hartonomous.model_version v WHERE v.model_id = $1 "
      "AND v.created_at < now() - make_interval(days => $2) AND NOT EXISTS "
      "(SELECT FROM hartonomous.model_ref r WHERE r.version_id = v.version_id) AND NOT EXISTS "
      "(SELECT FROM hartonomous.ref_history h WHERE h.model_id = v.model_id "
      "AND h.version_id = v.version_id) RETURNING v.logical_bytes) "
      "SELECT count(*)::int8, coalesce(sum(logical_bytes), 0)::int8 FROM dead");
  const auto key = [&] { return Parameters().int8(model_id).int4(days); };
  pg::Spi spi;
  Pruned pruned;
  pruned.history = static_cast<std::int64_t>(spi.execute(history, key()).count());
  const pg::Rows dead = spi.execute(versions, key());
  pruned.versions = dead.int8(0, 0);
  if (dead.int8(0, 1) > 0) refund(tenant_id, static_cast<std::uint64_t>(dead.int8(0, 1)));
  return pruned;
}

}  // namespace

void set_model_retention(std::string_view model, std::optional<std::int32_t> days) {
  static pg::Statement set(
      "UPDATE hartonomous.model SET retention_days = $2 WHERE model_id = $1");
  require_days(days);
  const std::int64_t model_id = find_model(model);
  const pg::OwnerRights rights;
  pg::Spi().execute(set, with_days(model_id, days));
}

void set_tenant_retention(std::string_view tenant, std::optional<std::int32_t> days) {
  static pg::Statement set(
      "INSERT INTO hartonomous.tenant_usage (tenant_id, retention_days) VALUES ($1, $2) "
      "ON CONFLICT (tenant_id) DO UPDATE SET retention_days = excluded.retention_days");
  require_days(days);
  const std::int64_t tenant_id =
      resolve_tenant(tenant.empty() ? std::nullopt : std::optional(tenant));
  const pg::OwnerRights rights;
  pg::Spi().execute(set, with_days(tenant_id, days));
}

Pruned prune_versions() {
  static pg::Statement models(
      "SELECT m.model_id, m.tenant_id, coalesce(m.retention_days, (SELECT u.retention_days "
      "FROM hartonomous.tenant_usage u WHERE u.tenant_id = m.tenant_id), $1) "
      "FROM hartonomous.model m ORDER BY m.model_id FOR NO KEY UPDATE OF m");
  const pg::OwnerRights rights;
  pg::Spi spi;
  const pg::Rows rows = spi.execute(models, Parameters().int4(kDefaultRetention));
  Pruned all;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    pg::poll();
    const Pruned some = prune_model(rows.int8(i, 0), rows.int8(i, 1), rows.int4(i, 2));
    all.history += some.history;
    all.versions += some.versions;
  }
  return all;
}

}  // namespace hartonomous::store
