// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Membership is read straight from the table and not through SQL: it is what row-security policies
// ask, also the policy of the very table it is in.
#include "store/tenant.hpp"

#include <algorithm>

#include "pg/identity.hpp"
#include "pg/spi.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using pg::Parameters;
using pg::Statement;

constexpr AttrNumber kTenantId = 1;  // of tenant and of tenant_member
constexpr AttrNumber kRoleName = 2;  // of tenant_member

bool counts_for(Oid user, const NameData& role) {
  if (std::strcmp(NameStr(role), "public") == 0) return true;
  const Oid id = get_role_oid(NameStr(role), true);  // a dropped role's name is nobody's
  return OidIsValid(id) && is_member_of_role_nosuper(user, id);
}

struct Ids {
  std::int64_t* values = nullptr;  // palloc'd
  std::size_t count = 0, room = 0;

  void add(std::int64_t id) {
    if (count == room) {
      room = room == 0 ? 8 : room * 2;
      const Size bytes = room * sizeof *values;
      values =
          static_cast<std::int64_t*>(values == nullptr ? palloc(bytes) : repalloc(values, bytes));
    }
    values[count++] = id;
  }
};

// Every tenant_id in `table`, or only those whose role_name counts for `user`.
std::vector<std::int64_t> scan_ids(const char* table, Oid user) {
  Ids ids;
  pg::call([&ids, table, user] {
    const Oid schema = get_namespace_oid("hartonomous", false);
    const Relation relation = table_open(get_relname_relid(table, schema), AccessShareLock);
    const SysScanDesc scan =
        systable_beginscan(relation, InvalidOid, false, GetActiveSnapshot(), 0, nullptr);
    while (const HeapTuple tuple = systable_getnext(scan)) {
      bool is_null;
      const auto get = [&](AttrNumber column) {
        return heap_getattr(tuple, column, RelationGetDescr(relation), &is_null);
      };
      if (!OidIsValid(user) || counts_for(user, *DatumGetName(get(kRoleName)))) {
        ids.add(DatumGetInt64(get(kTenantId)));
      }
    }
    systable_endscan(scan);
    table_close(relation, AccessShareLock);
  });
  std::vector<std::int64_t> found(ids.values, ids.values + ids.count);
  std::ranges::sort(found);
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

std::vector<std::int64_t> memberships() { return scan_ids("tenant_member", GetUserId()); }

// REQUIRES: OwnerRights.
std::optional<std::int64_t> find_tenant(pg::Spi& spi, std::string_view name) {
  static Statement find("SELECT tenant_id FROM hartonomous.tenant WHERE name = $1");
  const pg::Rows rows = spi.query(find, Parameters().text(name));
  return rows.count() == 1 ? std::optional(rows.int8(0, 0)) : std::nullopt;
}

// REQUIRES: OwnerRights.
std::int64_t existing_tenant(pg::Spi& spi, std::string_view name) {
  const std::optional<std::int64_t> tenant = find_tenant(spi, name);
  if (!tenant) {
    pg::raise(Status(Code::kNotFound, "tenant " + core::quoted(name) + " does not exist"));
  }
  return *tenant;
}

std::string tenant_names(const std::vector<std::int64_t>& tenants) {
  static Statement list(
      "SELECT string_agg(quote_literal(name), ', ' ORDER BY name) FROM hartonomous.tenant"
      " WHERE tenant_id = ANY ($1)");
  const pg::OwnerRights rights;
  pg::Spi spi;
  return std::string(spi.query(list, Parameters().int8s(tenants)).text(0, 0));
}

std::int64_t only_tenant() {
  const std::vector<std::int64_t> mine = memberships();
  if (mine.size() == 1) return mine.front();
  if (mine.empty()) {
    pg::raise(Status(Code::kNotPermitted, "the current user is a member of no tenant")
                  .with_hint("Ask an administrator for SELECT "
                             "hartonomous.add_tenant_member('default', ...)."));
  }
  pg::raise(Status(Code::kInvalidArgument, "the current user is a member of several tenants")
                .with_hint("Name one of " + tenant_names(mine) + "."));
}

Status over_quota(std::uint64_t bytes) {
  return Status(Code::kQuotaExceeded,
                "the tenant's quota does not leave room for " + std::to_string(bytes) + " bytes")
      .with_hint(
          "See hartonomous.tenant_report; delete something, or ask an administrator for "
          "hartonomous.set_tenant_quota().");
}

std::int64_t signed_bytes(std::uint64_t bytes) {
  if (bytes > static_cast<std::uint64_t>(INT64_MAX)) pg::raise(over_quota(bytes));
  return static_cast<std::int64_t>(bytes);
}

void require_quota(std::optional<std::int64_t> byte_quota) {
  if (byte_quota && *byte_quota < 0) {
    pg::raise(Status(Code::kInvalidArgument,
                     "a quota of " + std::to_string(*byte_quota) + " bytes is negative")
                  .with_hint("Use NULL for no limit."));
  }
}

void write_quota(pg::Spi& spi, std::int64_t tenant, std::optional<std::int64_t> byte_quota) {
  static Statement set(
      "INSERT INTO hartonomous.tenant_usage (tenant_id, byte_quota) VALUES ($1, $2)"
      " ON CONFLICT (tenant_id) DO UPDATE SET byte_quota = excluded.byte_quota");
  spi.execute(set, Parameters().int8(tenant).int8(byte_quota));
}

}  // namespace

std::vector<std::int64_t> my_tenants() {
  const bool sees_all = pg::call([] { return has_bypassrls_privilege(GetUserId()); });
  return sees_all ? scan_ids("tenant", InvalidOid) : memberships();
}

bool is_member(std::int64_t tenant) { return std::ranges::binary_search(my_tenants(), tenant); }

std::int64_t resolve_tenant(std::optional<std::string_view> name) {
  const bool is_superuser = pg::call([] { return superuser(); });
  if (!name) return is_superuser ? kDefaultTenant : only_tenant();
  const std::vector<std::int64_t> mine = memberships();
  const pg::OwnerRights rights;
  pg::Spi spi;
  if (is_superuser) return existing_tenant(spi, *name);
  const std::optional<std::int64_t> tenant = find_tenant(spi, *name);
  if (!tenant || !std::ranges::binary_search(mine, *tenant)) {
    pg::raise(Status(Code::kNotPermitted,
                     "the current user is not a member of tenant " + core::quoted(*name)));
  }
  return *tenant;
}

void check_quota(std::int64_t tenant, std::uint64_t bytes) {
  static Statement check(
      "SELECT FROM hartonomous.tenant_usage"
      " WHERE tenant_id = $1 AND byte_quota < bytes_used::numeric + $2");
  const pg::OwnerRights rights;
  pg::Spi spi;
  const pg::Rows over = spi.query(check, Parameters().int8(tenant).int8(signed_bytes(bytes)));
  if (over.count() != 0) pg::raise(over_quota(bytes));
}

void charge(std::int64_t tenant, std::uint64_t bytes) {
  static Statement add(
      "INSERT INTO hartonomous.tenant_usage AS u (tenant_id, bytes_used) VALUES ($1, $2)"
      " ON CONFLICT (tenant_id) DO UPDATE SET bytes_used = u.bytes_used + excluded.bytes_used"
      " WHERE u.byte_quota IS NULL OR u.bytes_used + excluded.bytes_used <= u.byte_quota");
  const pg::OwnerRights rights;
  pg::Spi spi;
  const pg::Rows added = spi.execute(add, Parameters().int8(tenant).int8(signed_bytes(bytes)));
  if (added.count() != 1) pg::raise(over_quota(bytes));
}

void refund(std::int64_t tenant, std::uint64_t bytes) {
  static Statement take(
      "UPDATE hartonomous.tenant_usage SET bytes_used = greatest(bytes_used - $2, 0)"
      " WHERE tenant_id = $1");
  const pg::OwnerRights rights;
  pg::Spi spi;
  spi.execute(take, Parameters().int8(tenant).int8(signed_bytes(bytes)));
}

std::int64_t create_tenant(std::string_view name, std::optional<std::int64_t> byte_quota) {
  const bool is_plain = std::ranges::none_of(
      name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (name.empty() || name.size() > 255 || !is_plain) {
    pg::raise(Status(Code::kInvalidArgument, core::quoted(name) + " cannot be a tenant's name")
                  .with_detail("A name has 1 to 255 bytes and no control characters."));
  }
  require_quota(byte_quota);
  static Statement create("INSERT INTO hartonomous.tenant (name) VALUES ($1) RETURNING tenant_id");
  const pg::OwnerRights rights;
  pg::Spi spi;
  const std::int64_t tenant = spi.execute(create, Parameters().text(name)).int8(0, 0);
  if (byte_quota) write_quota(spi, tenant, byte_quota);
  return tenant;
}

void drop_tenant(std::string_view name) {
  static Statement drop("DELETE FROM hartonomous.tenant WHERE tenant_id = $1 AND NOT is_builtin");
  const pg::OwnerRights rights;
  pg::Spi spi;
  const std::int64_t tenant = existing_tenant(spi, name);
  if (spi.execute(drop, Parameters().int8(tenant)).count() == 0) {
    pg::raise(Status(Code::kWrongState, "tenant " + core::quoted(name) + " cannot be dropped")
                  .with_detail("It belongs to the extension."));
  }
}

void add_member(std::string_view tenant, std::string_view role) {
  const std::string role_name(role);
  if (role_name != "public") {
    pg::call([&role_name] { (void)get_role_oid(role_name.c_str(), false); });
  }
  static Statement add(
      "INSERT INTO hartonomous.tenant_member (tenant_id, role_name) VALUES ($1, $2::name)"
      " ON CONFLICT (tenant_id, role_name) DO NOTHING");
  const pg::OwnerRights rights;
  pg::Spi spi;
  spi.execute(add, Parameters().int8(existing_tenant(spi, tenant)).text(role));
}

void remove_member(std::string_view tenant, std::string_view role) {
  static Statement remove(
      "DELETE FROM hartonomous.tenant_member WHERE tenant_id = $1 AND role_name = $2");
  const pg::OwnerRights rights;
  pg::Spi spi;
  const std::int64_t id = existing_tenant(spi, tenant);
  if (spi.execute(remove, Parameters().int8(id).text(role)).count() == 0) {
    pg::raise(Status(Code::kNotFound, "role " + core::quoted(role) + " is not listed for tenant " +
                                          core::quoted(tenant))
                  .with_hint("It may be a member through another role."));
  }
}

void set_quota(std::string_view tenant, std::optional<std::int64_t> byte_quota) {
  require_quota(byte_quota);
  const pg::OwnerRights rights;
  pg::Spi spi;
  write_quota(spi, existing_tenant(spi, tenant), byte_quota);
}

}  // namespace hartonomous::store
