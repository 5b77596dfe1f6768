// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Learning from texts, and taking it back: what the writing functions of sql/modules/70_edge do.
#pragma once

#include <optional>
#include <string>

#include "pg/boundary.hpp"

namespace hartonomous::store {

struct Lesson {
  std::string_view query;  // of one column of text: a row is a sentence
  std::int32_t order;      // longest n-gram counted
  std::string_view domain;
  std::optional<std::string_view> source;  // its name; by its key if left out
  std::optional<std::string_view> tenant;
};
struct Learned {
  std::string source;
  std::int64_t sentences, words, new_evidence;
};
// Runs the query as the caller, counts what it gives, and makes the domain's distributions anew. A
// text learned before adds nothing; if it was revoked it counts again. Throws Failure:
// kInvalidArgument for order, names and a query that is not of one text column; kQuotaExceeded,
// kNotPermitted; kUnsupported if the domain also has evidence in fractions.
Learned learn_text(const Lesson& lesson);

// Whether the evidence of a source counts. Exact both ways: the distributions become what they
// would be had the source never been learned, or never revoked. Throws Failure kNotFound.
void revoke_source(std::string_view name, std::optional<std::string_view> domain, bool is_revoked);

// Drops the domain's distributions and makes them again. Throws Failure kNotFound.
void refresh_domain(std::string_view domain);

}  // namespace hartonomous::store
