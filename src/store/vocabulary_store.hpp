// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Vocabularies in the tables cpe_vocabulary, cpe_token and cpe_merge. Written once, never changed.
//
// Tenant and vocabulary are looked up as the caller, so privileges and row security decide who may;
// what follows is done with the rights of the extension's owner.
#pragma once

#include <optional>
#include <string>

#include "core/base/checkpoint.hpp"
#include "core/cpe/vocabulary_content.hpp"

namespace hartonomous::store {

// For whom and under which name a vocabulary is made. Throws Failure: kInvalidArgument for a bad
// name or one in use, kNotPermitted. REQUIRES: called as the caller.
struct VocabularyOwner {
  std::int64_t tenant;
  std::string name, author;
};
VocabularyOwner claim_vocabulary(std::string_view name, std::optional<std::string_view> tenant);

// Stores atoms, tokens and merges, charges the tenant, and returns the new vocabulary_id. Throws
// Failure: kMalformed, kLimitExceeded, kQuotaExceeded; pg::Error 23505 if the name was taken
// meanwhile. Takes OwnerRights itself.
std::int64_t store_vocabulary(const VocabularyOwner& owner,
                              const core::cpe::VocabularyContent& content, std::string_view source,
                              core::Checkpoint& checkpoint);

// The id of the vocabulary that the caller sees under this name. Throws Failure: kNotFound,
// kInvalidArgument if several tenants of his have one. REQUIRES: called as the caller.
std::int64_t find_vocabulary(std::string_view name);

// Throws Failure: kNotFound; kWrongState while documents use it.
void delete_vocabulary(std::string_view name);

// A vocabulary as it was stored. REQUIRES: owner's rights.
core::cpe::VocabularyContent read_vocabulary_rows(std::int64_t vocabulary_id);

}  // namespace hartonomous::store
