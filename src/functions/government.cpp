// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/backend.hpp"
#include "pg/datum.hpp"
#include "store/tenant.hpp"

namespace pg = hartonomous::pg;
namespace store = hartonomous::store;

namespace {

std::optional<std::int64_t> int8_or_nothing(const pg::Arguments& arguments, int i) {
  return arguments.is_null(i) ? std::nullopt : std::optional(arguments.int8(i));
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_my_tenants) { return pg::int8_array_datum(store::my_tenants()); }

HARTONOMOUS_FUNCTION(hartonomous_is_backend_running) {
  const pg::Arguments arguments(fcinfo);
  return BoolGetDatum(pg::is_backend_running(arguments.int4(0), arguments.int8(1)));
}

HARTONOMOUS_FUNCTION(hartonomous_create_tenant) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "name");
  arguments.require(2, "is_isolated");
  if (arguments.boolean(2)) {
    pg::raise({hartonomous::core::Code::kUnsupported, "isolated tenants are not supported yet"});
  }
  return Int64GetDatum(store::create_tenant(arguments.text(0), int8_or_nothing(arguments, 1)));
}

HARTONOMOUS_FUNCTION(hartonomous_drop_tenant) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "name");
  store::drop_tenant(arguments.text(0));
  PG_RETURN_VOID();
}

HARTONOMOUS_FUNCTION(hartonomous_add_tenant_member) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "tenant");
  arguments.require(1, "role");
  store::add_member(arguments.text(0), arguments.text(1));
  PG_RETURN_VOID();
}

HARTONOMOUS_FUNCTION(hartonomous_remove_tenant_member) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "tenant");
  arguments.require(1, "role");
  store::remove_member(arguments.text(0), arguments.text(1));
  PG_RETURN_VOID();
}

HARTONOMOUS_FUNCTION(hartonomous_set_tenant_quota) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "tenant");
  store::set_quota(arguments.text(0), int8_or_nothing(arguments, 1));
  PG_RETURN_VOID();
}
