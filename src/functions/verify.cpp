// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/90_verify: re-derives what is stored.
#include "pg/identity.hpp"
#include "pg/result_set.hpp"
#include "store/atom_verify.hpp"
#include "store/verify.hpp"
#include "store/vocabulary_verify.hpp"

using namespace hartonomous;

HARTONOMOUS_FUNCTION(hartonomous_verify_store) {
  using Check = void (*)(const store::Report&);
  constexpr std::pair<std::string_view, Check> kScopes[] = {
      {"blocks", store::verify_blocks},       {"tensors", store::verify_tensors},
      {"files", store::verify_files},         {"atoms", store::verify_atoms},
      {"documents", store::verify_documents}, {"vocabularies", store::verify_vocabularies},
  };
  const std::string scope(pg::Arguments(fcinfo).text(0));
  pg::ResultSet out(fcinfo);
  const store::Report report = [&](const std::string& problem, const std::string& object) {
    out.row(pg::text_datum(problem), pg::text_datum(object));
  };
  bool is_known = scope == "all";
  const pg::OwnerRights rights;
  for (const auto& [name, check] : kScopes) {
    if (scope != "all" && scope != name) continue;
    is_known = true;
    check(report);
  }
  if (!is_known) {
    pg::raise(core::Status(core::Code::kInvalidArgument, "unknown scope " + core::quoted(scope))
                  .with_hint("Use all, blocks, tensors, files, atoms, documents or vocabularies."));
  }
  return out.done();
}
