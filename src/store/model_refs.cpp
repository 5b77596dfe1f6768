// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/model_refs.hpp"

#include <algorithm>

#include "pg/identity.hpp"
#include "pg/session.hpp"
#include "pg/spi.hpp"
#include "store/model_catalog.hpp"

namespace hartonomous::store {

namespace {

void require_name(const char* what, std::string_view name, bool may_be_number) {
  const auto is_bad = [](unsigned char c) { return c < 0x20 || c == 0x7f || c == '@'; };
  const bool is_number = !name.empty() && name.find_first_not_of("0123456789") == name.npos;
  if (!name.empty() && name.size() <= 255 && std::ranges::none_of(name, is_bad) &&
      (may_be_number || !is_number)) {
    return;
  }
  pg::raise(core::Status(core::Code::kInvalidArgument,
                         std::string("invalid ") + what + " name " + core::quoted(name))
                .with_hint("A name has 1 to 255 bytes without @ and control characters; a ref is "
                           "not all digits."));
}

}  // namespace

void require_model_name(std::string_view name) { require_name("model", name, true); }
void require_ref_name(std::string_view name) { require_name("ref", name, false); }

void point_ref(std::int64_t model_id, std::string_view ref, std::int64_t version_id,
               std::string_view author) {
  static pg::Statement set(
      "INSERT INTO hartonomous.model_ref (model_id, ref_name, version_id) VALUES ($1, $2, $3) "
      "ON CONFLICT (model_id, ref_name) DO UPDATE SET version_id = excluded.version_id");
  static pg::Statement record(
      "INSERT INTO hartonomous.ref_history (model_id, ref_name, version_id, changed_by) "
      "VALUES ($1, $2, $3, $4::name)");
  pg::Spi spi;
  const auto row = [&] { return pg::Parameters().int8(model_id).text(ref).int8(version_id); };
  spi.execute(set, row());
  spi.execute(record, row().text(author));
}

std::int64_t set_ref(std::string_view model, std::string_view ref, std::string_view target) {
  static pg::Statement same(
      "SELECT FROM hartonomous.model_ref WHERE model_id = $1 AND ref_name = $2 AND version_id = $3 "
      "FOR UPDATE");
  require_ref_name(ref);
  find_model(model);  // so that a name@ref is refused
  const VersionKey version =
      find_version(std::string(model).append("@").append(target));  // as the caller
  const std::string author = pg::current_user_name();
  const pg::OwnerRights rights;
  pg::Spi spi;
  const auto found =
      spi.execute(same, pg::Parameters().int8(version.model_id).text(ref).int8(version.version_id));
  if (found.count() == 0) point_ref(version.model_id, ref, version.version_id, author);
  return version.version_id;
}

}  // namespace hartonomous::store
