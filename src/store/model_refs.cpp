// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_refs.hpp"

#include <algorithm>

#include "pg/conflict.hpp"
#include "pg/identity.hpp"
#include "pg/session.hpp"
#include "pg/spi.hpp"
#include "store/model_catalog.hpp"
#include "store/row_hash.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using pg::Parameters;

void require_name(const char* what, std::string_view name, bool may_be_number) {
  const auto is_bad = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '@'; };
  const bool is_number = !name.empty() && name.find_first_not_of("0123456789") == name.npos;
  if (!name.empty() && name.size() <= 255 && std::ranges::none_of(name, is_bad) &&
      (may_be_number || !is_number)) {
    return;
  }
  pg::raise(Status(Code::kInvalidArgument,
                         std::string("invalid ") + what + " name " + core::quoted(name))
                .with_hint("A name has 1 to 255 bytes without @ and control characters; a ref is "
                           "not all digits."));
}

// A version of a model by the model's name and a ref or number. Runs as the caller.
VersionKey version_of_model(std::string_view model, std::string_view target) {
  find_model(model);  // so that a name@ref is refused
  return find_version(std::string(model).append("@").append(target));
}

void record(std::int64_t model_id, std::string_view ref, std::optional<std::int64_t> version_id,
            const RefChange& change) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.ref_history (model_id, ref_name, version_id, message, changed_by) "
      "VALUES ($1, $2, $3, $4, $5::name)");
  pg::Spi().execute(insert, Parameters()
                                .int8(model_id)
                                .text(ref)
                                .int8(version_id)
                                .text(change.message)
                                .text(change.author));
}

}  // namespace

void require_model_name(std::string_view name) { require_name("model", name, true); }
void require_ref_name(std::string_view name) { require_name("ref", name, false); }

void lock_model(std::int64_t model_id) {
  static pg::Statement lock("SELECT FROM hartonomous.model WHERE model_id = $1 FOR NO KEY UPDATE");
  pg::Spi spi;
  if (spi.execute(lock, Parameters().int8(model_id)).count() == 1) return;
  pg::raise({Code::kNotFound, "model does not exist any more"});
}

std::optional<RefTarget> ref_target(std::int64_t model_id, std::string_view ref) {
  static pg::Statement find(
      "SELECT r.version_id, v.manifest_hash, r.is_tag FROM hartonomous.model_ref r "
      "JOIN hartonomous.model_version v USING (version_id) "
      "WHERE r.model_id = $1 AND r.ref_name = $2 FOR UPDATE OF r");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, Parameters().int8(model_id).text(ref));
  if (rows.count() == 0) return std::nullopt;
  return RefTarget{rows.int8(0, 0), hash_at(rows, 0, 1), rows.boolean(0, 2)};
}

void point_ref(std::int64_t model_id, std::string_view ref, std::int64_t version_id,
               const RefChange& change) {
  static pg::Statement set(
      "INSERT INTO hartonomous.model_ref AS r (model_id, ref_name, version_id) VALUES ($1, $2, $3) "
      "ON CONFLICT (model_id, ref_name) DO UPDATE SET version_id = excluded.version_id "
      "WHERE NOT r.is_tag");
  pg::Spi spi;
  if (spi.execute(set, Parameters().int8(model_id).text(ref).int8(version_id)).count() == 0) {
    pg::raise(Status(Code::kWrongState, "tag " + core::quoted(ref) + " does not move")
                  .with_hint("Use a branch, or delete the tag with hartonomous.delete_ref()."));
  }
  record(model_id, ref, version_id, change);
}

void require_target(std::int64_t model_id, std::string_view ref, std::int64_t expected) {
  const std::optional<RefTarget> target = ref_target(model_id, ref);
  const std::int64_t version_id = target ? target->version_id : 0;
  if (version_id == expected) return;
  pg::raise_conflict(
      "ref " + core::quoted(ref) + " is not at version " + std::to_string(expected),
      target ? "It is at version " + std::to_string(version_id) + "." : "It does not exist.",
      "Look at what changed it (hartonomous.ref_history) and try again.");
}

std::int64_t set_ref(std::string_view model, std::string_view ref, std::string_view target,
                     std::string_view message, std::optional<std::int64_t> expected) {
  require_ref_name(ref);
  const VersionKey version = version_of_model(model, target);
  const std::string author = pg::current_user_name();
  const pg::OwnerRights rights;
  lock_model(version.model_id);
  if (expected) require_target(version.model_id, ref, *expected);
  const std::optional<RefTarget> current = ref_target(version.model_id, ref);
  if (!current || current->version_id != version.version_id) {
    point_ref(version.model_id, ref, version.version_id, {author, message});
  }
  return version.version_id;
}

std::int64_t create_ref(std::string_view model, std::string_view ref, std::string_view target,
                        std::string_view message, RefKind kind) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.model_ref (model_id, ref_name, version_id, is_tag) "
      "VALUES ($1, $2, $3, $4) ON CONFLICT (model_id, ref_name) DO NOTHING");
  require_ref_name(ref);
  const VersionKey version = version_of_model(model, target);
  const std::string author = pg::current_user_name();
  const pg::OwnerRights rights;
  lock_model(version.model_id);
  pg::Spi spi;
  const pg::Rows made = spi.execute(insert, Parameters()
                                                .int8(version.model_id)
                                                .text(ref)
                                                .int8(version.version_id)
                                                .boolean(kind == RefKind::kTag));
  if (made.count() == 0) {
    pg::raise_duplicate("ref " + core::quoted(ref) + " exists already",
                        "hartonomous.set_ref() moves a branch.");
  }
  record(version.model_id, ref, version.version_id, {author, message});
  return version.version_id;
}

std::int64_t delete_ref(std::string_view model, std::string_view ref, std::string_view message) {
  static pg::Statement remove(
      "DELETE FROM hartonomous.model_ref WHERE model_id = $1 AND ref_name = $2 "
      "RETURNING version_id");
  require_ref_name(ref);
  const VersionKey version = version_of_model(model, ref);
  const std::string author = pg::current_user_name();
  const pg::OwnerRights rights;
  lock_model(version.model_id);
  pg::Spi spi;
  const pg::Rows removed = spi.execute(remove, Parameters().int8(version.model_id).text(ref));
  if (removed.count() == 0) {
    pg::raise({Code::kNotFound, "ref " + core::quoted(ref) + " does not exist any more"});
  }
  const std::int64_t version_id = removed.int8(0, 0);
  record(version.model_id, ref, std::nullopt, {author, message});
  return version_id;
}

}  // namespace hartonomous::store
