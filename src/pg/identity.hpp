// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Who acts. Users have no right to write the extension's tables, nor to see more of them than row
// security shows: C++ code checks the caller first, as the caller, and then does its work with the
// rights of the extension's owner.
//
//   const std::int64_t tenant = store::resolve_tenant(name);   // checks, as the caller
//   const pg::OwnerRights rights;                              // from here on: the owner
//   ... pg::spi ... ;                                          // until the end of the block
#pragma once

#include "pg/postgres.hpp"

namespace hartonomous::pg {

// The role that owns the extension. Read from pg_extension at each call (a few microseconds) and
// not cached: REASSIGN OWNED and a dropped and re-created extension send no invalidation of their
// own. Throws pg::Failure kWrongState if the extension is not installed in this database.
Oid extension_owner();

// Name of the current user: take it before OwnerRights, for columns that say who did something.
std::string current_user_name();

// While it lives: the current user is the extension's owner; row security does not apply to tables
// that the owner owns, FORCE or not; search_path is "pg_catalog, pg_temp", so that nothing a caller
// planted is found by a name or an operator; SET ROLE and SET SESSION AUTHORIZATION are refused.
// Statements must qualify every name that is not in pg_catalog. Nothing a caller wrote (SQL text,
// a function, an operator, a trigger on his table) may run while it lives. A pg::Statement that
// runs under OwnerRights must always do so: its saved plan keeps the policies of its first use.
//
// Objects nest like the blocks they live in. The destructor restores the caller on return and on
// exception. Should an ERROR ever jump over it (a PG call outside pg::call), the abort of the
// (sub)transaction puts back the user and the settings that were current when that began.
class OwnerRights {
 public:
  OwnerRights();
  OwnerRights(const OwnerRights&) = delete;
  OwnerRights& operator=(const OwnerRights&) = delete;
  ~OwnerRights();

 private:
  Oid caller_ = InvalidOid;
  int caller_context_ = 0;
  int settings_level_ = 0;
};

// While it lives, the current user is the role of that name, for checks of what it may do: work
// that it asked for earlier is done later by a session of another. Nothing that a user wrote may
// run meanwhile; SET ROLE is refused. As with OwnerRights, the destructor or an abort puts the
// caller back; a transaction must not end while it lives. Throws kNotFound if there is no such
// role.
class ActingAs {
 public:
  explicit ActingAs(const std::string& role);
  ActingAs(const ActingAs&) = delete;
  ActingAs& operator=(const ActingAs&) = delete;
  ~ActingAs();

 private:
  Oid caller_ = InvalidOid;
  int caller_context_ = 0;
};

}  // namespace hartonomous::pg
