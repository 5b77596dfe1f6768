// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Evidence that somebody else measured, as rows of a query: what models believe, what people say,
// what dictionaries list. A source may come in several parts, in any order, with rows repeated:
// what is stored is the union.
#pragma once

#include <optional>
#include <string>

#include "pg/boundary.hpp"

namespace hartonomous::store {

struct EvidenceImport {
  std::string_view query;  // (context text, target text, evidence number)
  std::string_view source;
  std::string_view edge_type;
  std::string_view domain;
  std::string_view kind;  // model, user or relation
  std::optional<std::string_view> tenant;
};
// Returns how many rows are new. The context is cut into words; the target is taken whole, and
// where it is NULL the evidence is for targets that are not named. Throws Failure: kInvalidArgument
// for names, for evidence that is not above 0 or NULL, and for the name of a corpus; kOutOfRange
// for evidence of 2^42 or more; kCorrupt if the source says something else already.
std::int64_t import_evidence(const EvidenceImport& import);

}  // namespace hartonomous::store
