// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Asking what is said, and by whom: the evidence itself, not smoothed. All is read as the caller,
// under row security.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "pg/boundary.hpp"

namespace hartonomous::store {

struct Question {
  std::string_view context;  // cut into words
  std::string_view edge_type;
  std::optional<std::string_view> domain;
};

struct Neighbor {
  std::string text, domain;
  std::int64_t atom_id;
  std::int32_t sources;
  double evidence, probability, rating, deviation;
};
// The k targets with the highest rating. Throws Failure kNotFound for an unknown edge type.
std::vector<Neighbor> neighbors(const Question& question, std::int32_t k);

struct Believer {
  std::string source, domain, kind;
  double evidence, total, probability, rating;
};
// The sources that have evidence for the edge to `target`, the surest first.
std::vector<Believer> believers(const Question& question, std::string_view target);

// How differently the sources that know the context go on from it: the Jensen-Shannon divergence of
// their distributions in nats, all weighed alike, what they do not name as one more outcome.
// Nothing for fewer than two sources.
std::optional<double> disagreement(const Question& question);

}  // namespace hartonomous::store
