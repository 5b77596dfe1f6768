// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/55_version: versions and refs.
#include "pg/array.hpp"
#include "pg/result_set.hpp"
#include "pg/row_type.hpp"
#include "store/model_refs.hpp"
#include "store/version_commit.hpp"
#include "store/version_revert.hpp"

using namespace hartonomous;

namespace {

std::optional<std::int64_t> int8_or_nothing(const pg::Arguments& arguments, int i) {
  return arguments.is_null(i) ? std::nullopt : std::optional(arguments.int8(i));
}

std::string_view text_or_empty(const std::optional<Datum>& value) {
  return value ? pg::text_view(*value) : std::string_view();
}

// A row of type version_change.
store::VersionChange change_from(Datum row) {
  const auto columns = pg::nullable_row_columns(row, 8);
  store::VersionChange change;
  change.tensor = text_or_empty(columns[0]);
  change.file = text_or_empty(columns[1]);
  if (columns[2]) change.numbers = pg::float4_array_view(*columns[2]);
  if (columns[3]) change.data = pg::bytea_view(*columns[3]);
  change.source = text_or_empty(columns[4]);
  change.source_name = text_or_empty(columns[5]);
  if (columns[6]) change.starts = pg::int8_array(*columns[6]);
  if (columns[7]) change.counts = pg::int8_array(*columns[7]);
  return change;
}

Datum create_ref(FunctionCallInfo fcinfo, store::RefKind kind) {
  const pg::Arguments arguments(fcinfo);
  for (int i = 0; i < 3; ++i) {
    if (arguments.is_null(i)) PG_RETURN_NULL();
  }
  return Int64GetDatum(store::create_ref(arguments.text(0), arguments.text(1), arguments.text(2),
                                         arguments.text_or(3, ""), kind));
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_commit_version) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) PG_RETURN_NULL();
  std::vector<store::VersionChange> changes;
  for (const Datum row : pg::array_elements(arguments.datum(1), "changes")) {
    changes.push_back(change_from(row));
  }
  return Int64GetDatum(store::commit_version({.model = arguments.text(0),
                                              .changes = changes,
                                              .message = arguments.text_or(2, ""),
                                              .ref = arguments.text_or(3, ""),
                                              .expected = int8_or_nothing(arguments, 4)}));
}

HARTONOMOUS_FUNCTION(hartonomous_set_ref) {
  const pg::Arguments arguments(fcinfo);
  for (int i = 0; i < 3; ++i) {
    if (arguments.is_null(i)) PG_RETURN_NULL();
  }
  return Int64GetDatum(store::set_ref(arguments.text(0), arguments.text(1), arguments.text(2),
                                      arguments.text_or(3, ""), int8_or_nothing(arguments, 4)));
}

HARTONOMOUS_FUNCTION(hartonomous_create_branch) {
  return create_ref(fcinfo, store::RefKind::kBranch);
}

HARTONOMOUS_FUNCTION(hartonomous_create_tag) { return create_ref(fcinfo, store::RefKind::kTag); }

HARTONOMOUS_FUNCTION(hartonomous_delete_ref) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) PG_RETURN_NULL();
  return Int64GetDatum(
      store::delete_ref(arguments.text(0), arguments.text(1), arguments.text_or(2, "")));
}

HARTONOMOUS_FUNCTION(hartonomous_revert_ref) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) PG_RETURN_NULL();
  return Int64GetDatum(store::revert_ref(arguments.text(0), arguments.text(1),
                                         arguments.text_or(2, ""), arguments.text_or(3, "")));
}
