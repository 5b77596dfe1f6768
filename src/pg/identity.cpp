// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/identity.hpp"

#include "pg/boundary.hpp"

namespace hartonomous::pg {

namespace {

// The owner, or InvalidOid if the extension is not installed.
Oid find_owner() {
  const Relation extensions = table_open(ExtensionRelationId, AccessShareLock);
  ScanKeyData key;
  ScanKeyInit(&key, Anum_pg_extension_extname, BTEqualStrategyNumber, F_NAMEEQ,
              CStringGetDatum("hartonomous"));
  const SysScanDesc scan =
      systable_beginscan(extensions, ExtensionNameIndexId, true, nullptr, 1, &key);
  const HeapTuple tuple = systable_getnext(scan);
  Oid owner = InvalidOid;
  if (HeapTupleIsValid(tuple)) {
    owner = reinterpret_cast<Form_pg_extension>(GETSTRUCT(tuple))->extowner;
  }
  systable_endscan(scan);
  table_close(extensions, AccessShareLock);
  return owner;
}

}  // namespace

Oid extension_owner() {
  const Oid owner = call([] { return find_owner(); });
  if (!OidIsValid(owner)) {
    raise(core::Status(core::Code::kWrongState,
                       "extension \"hartonomous\" is not installed in this database")
              .with_hint("Run CREATE EXTENSION hartonomous CASCADE."));
  }
  return owner;
}

std::string current_user_name() {
  return call([] { return static_cast<const char*>(GetUserNameFromId(GetUserId(), false)); });
}

OwnerRights::OwnerRights() {
  const Oid owner = extension_owner();
  GetUserIdAndSecContext(&caller_, &caller_context_);
  settings_level_ = NewGUCNestLevel();
  SetUserIdAndSecContext(owner,
                         caller_context_ | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
  try {
    call([] {
      (void)set_config_option("search_path", "pg_catalog, pg_temp", PGC_USERSET, PGC_S_SESSION,
                              GUC_ACTION_SAVE, true, 0, false);
    });
  } catch (...) {
    AtEOXact_GUC(false, settings_level_);
    SetUserIdAndSecContext(caller_, caller_context_);
    throw;
  }
}

ActingAs::ActingAs(const std::string& role) {
  const Oid user = call([&] { return get_role_oid(role.c_str(), true); });
  if (!OidIsValid(user)) {
    raise({core::Code::kNotFound, "role " + core::quoted(role) + " does not exist any more"});
  }
  GetUserIdAndSecContext(&caller_, &caller_context_);
  SetUserIdAndSecContext(user, caller_context_ | SECURITY_LOCAL_USERID_CHANGE);
}

ActingAs::~ActingAs() { SetUserIdAndSecContext(caller_, caller_context_); }

OwnerRights::~OwnerRights() {
  AtEOXact_GUC(false, settings_level_);
  SetUserIdAndSecContext(caller_, caller_context_);
}

}  // namespace hartonomous::pg
