// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/version_revert.hpp"

#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "store/model_catalog.hpp"
#include "store/model_refs.hpp"
#include "store/version_record.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;

// What the ref pointed at before `now`.
std::int64_t version_before(std::int64_t model_id, std::string_view ref, std::int64_t now) {
  static pg::Statement find(
      "SELECT h.version_id FROM hartonomous.ref_history h "
      "JOIN hartonomous.model_version v USING (version_id) "
      "WHERE h.model_id = $1 AND h.ref_name = $2 AND h.version_id <> $3 "
      "ORDER BY h.history_id DESC LIMIT 1");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, pg::Parameters().int8(model_id).text(ref).int8(now));
  if (rows.count() == 0) {
    pg::raise(Status(Code::kWrongState,
                     "ref " + core::quoted(ref) + " never pointed at another version")
                  .with_hint("Name the version to go back to."));
  }
  return rows.int8(0, 0);
}

}  // namespace

std::int64_t revert_ref(std::string_view model, std::string_view ref, std::string_view target,
                        std::string_view message) {
  require_ref_name(ref);
  const std::int64_t model_id = find_model(model);
  VersionKey wanted{model_id, 0};
  if (!target.empty()) wanted = find_version(std::string(model).append("@").append(target));
  const std::string author = pg::current_user_name();
  const pg::OwnerRights rights;
  lock_model(model_id);
  const auto current = ref_target(model_id, ref);
  if (!current) pg::raise({Code::kNotFound, "ref " + core::quoted(ref) + " does not exist"});
  if (target.empty()) wanted.version_id = version_before(model_id, ref, current->version_id);
  const std::int64_t parents[] = {current->version_id, wanted.version_id};
  const std::string reason =
      message.empty() ? "back to version " + std::to_string(wanted.version_id) : std::string(message);
  return record_version({.model_id = model_id,
                         .ref = ref,
                         .parents = parents,
                         .manifest = manifest_of_version(wanted.version_id),
                         .charged_bytes = 0,
                         .message = reason,
                         .author = author})
      .version_id;
}

}  // namespace hartonomous::store
