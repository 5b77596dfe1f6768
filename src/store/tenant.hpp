// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tenants: for whom the current user may act, and how much they may still store.
//
// A user is a member of a tenant if he is a member, directly or not, of a role listed for it (or if
// 'public' is). Superusers may act for every tenant and, when they name none, act for 'default'.
// Everybody else is a member of nothing until an administrator says so. An ingest does
//
//   const std::int64_t tenant = store::resolve_tenant(name);   // as the caller
//   store::check_quota(tenant, bytes);                          // early: fail before the work
//   ... the work ...
//   store::charge(tenant, bytes);                               // last: the binding check
//
// charge() locks the tenant's usage until the transaction ends, so other ingests of the same tenant
// wait there: it belongs at the end. In REPEATABLE READ or stricter a concurrent charge is 40001.
//
// All throw pg::Failure or pg::Error; none is thread safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace hartonomous::store {

inline constexpr std::int64_t kDefaultTenant = 0;

// The tenants whose rows row security shows to the current user, ascending: his own, or all of them
// for superusers and BYPASSRLS. O(rows of tenant_member); asks nobody's rights.
std::vector<std::int64_t> my_tenants();

// Whether the current user may act for `tenant`.
bool is_member(std::int64_t tenant);

// The tenant for which the current user wants to act. Named: 42501 unless he is a member (the same
// whether it exists or not; 42704 for superusers). Unnamed: the only one he is a member of; 42501
// if there is none, 22023 with their names in the hint if there are several.
std::int64_t resolve_tenant(std::optional<std::string_view> name);

// Throws 53400 if `bytes` more would be over the quota now. Locks nothing, promises nothing.
void check_quota(std::int64_t tenant, std::uint64_t bytes);

// Adds `bytes` (logical, before deduplication) to what the tenant keeps, or throws 53400. One
// atomic statement; rolled back with the transaction.
void charge(std::int64_t tenant, std::uint64_t bytes);

// Takes `bytes` off again, down to 0 at most.
void refund(std::int64_t tenant, std::uint64_t bytes);

// Administration. Whoever may call the SQL functions may do this: no further right is asked.
std::int64_t create_tenant(std::string_view name, std::optional<std::int64_t> byte_quota);
void drop_tenant(std::string_view name);
void add_member(std::string_view tenant, std::string_view role);
void remove_member(std::string_view tenant, std::string_view role);
void set_quota(std::string_view tenant, std::optional<std::int64_t> byte_quota);

}  // namespace hartonomous::store
