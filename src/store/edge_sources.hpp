// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Domains and sources: who says what is in hartonomous.edge_evidence, and for which field.
//
// Reading looks as the caller, under row security; what adds or changes needs pg::OwnerRights and
// checks no privileges.
#pragma once

#include <optional>
#include <vector>

#include "core/hash/content_hash.hpp"
#include "pg/boundary.hpp"

namespace hartonomous::store {

inline constexpr std::int32_t kNextType = 1;  // hartonomous.edge_type: 'next'
inline constexpr std::int64_t kEvidenceUnit = 1 << 20;

// --- As the caller ------------------------------------------------------------------------------

struct Domain {
  std::int32_t domain_id;
  std::int64_t tenant_id;
  std::int64_t version;
  std::int32_t context_length;
  double unknown_probability;
  std::int64_t vocabulary_size;
};
// The domain of that name that the caller sees, or, if left out, the only one. Throws Failure:
// kNotFound, kInvalidArgument if several answer, kWrongState if it has no distributions.
Domain find_domain(std::optional<std::string_view> name);
// The same, of one that has distributions and belongs to a tenant.
Domain find_domain(std::string_view name, std::int64_t tenant);
// The id of the domain of that name, ready or not. Throws Failure kNotFound or kInvalidArgument.
std::int32_t domain_id_of(std::string_view name);

struct SourceRow {
  std::int32_t source_id;
  std::int32_t domain_id;
  std::string name;
  bool is_revoked;
};
// The source of that name, in that domain if given. Throws Failure kNotFound or kInvalidArgument.
SourceRow find_source(std::string_view name, std::optional<std::string_view> domain);

// The number of an edge type. Throws Failure kNotFound.
std::int32_t find_edge_type(std::string_view name);

// --- With the owner's rights ---------------------------------------------------------------------

// The domain's id, made if need be. Its row stays locked until the transaction ends, so learners of
// one domain go one after the other.
std::int32_t lock_domain(std::int64_t tenant, std::string_view name, std::string_view author);
void lock_domain(std::int32_t domain_id);

// Entered when its distributions have been made.
struct DomainSummary {
  std::string_view method;
  std::int32_t context_length;
  std::int64_t vocabulary_size;
  double unknown_probability;
};
void describe_domain(std::int32_t domain_id, const DomainSummary& summary);

struct NewSource {
  std::int64_t tenant_id;
  std::int32_t domain_id;
  std::string_view kind;
  std::string name;
  core::hash::ContentHash key;
  std::string extractor;
  std::int64_t byte_length, sentence_count, word_count, evidence_count;
  std::string_view author;
};
// Throws pg::Error 23505 if the name is taken.
std::int32_t insert_source(const NewSource& source);
std::optional<SourceRow> source_of_key(std::int32_t domain_id, const core::hash::ContentHash& key);

// A source that grows: that of a name, made if need be. Throws Failure kInvalidArgument for names
// that are empty or too long, another kind than the source has, and the kind corpus.
struct OpenSource {
  std::int32_t source_id;
  bool is_new;
};
OpenSource open_source(std::int64_t tenant, std::int32_t domain_id, std::string_view kind,
                       std::string_view name, std::string_view author);
// Adds to what its row says it has.
void count_evidence(std::int32_t source_id, std::int64_t added);

void set_revoked(std::int32_t source_id, bool is_revoked);

struct CountingSource {
  std::int32_t source_id;
  std::int32_t weight;  // 65536ths
};
// The sources of a domain that are not revoked.
std::vector<CountingSource> counting_sources(std::int32_t domain_id);

}  // namespace hartonomous::store
