// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Vocabularies that this session has used, ready to encode: loading one of 200 000 tokens takes
// about a second. A vocabulary never changes and its id is never used again, so what is kept stays
// true; at most four are, those used last.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "core/cpe/text_encoder.hpp"
#include "core/cpe/token_atoms.hpp"

namespace hartonomous::store {

class LoadedVocabulary {
 public:
  explicit LoadedVocabulary(std::int64_t vocabulary_id);

  std::int64_t id() const noexcept { return id_; }
  const core::cpe::VocabularyContent& content() const noexcept { return content_; }
  const core::cpe::TokenParts& parts() const noexcept { return parts_; }

  // Throws Failure kUnsupported if it cannot encode. Made when first asked for.
  core::cpe::TextEncoder& encoder();
  // The atom of a token, or -1 - C for what passed through as the character or raw byte C.
  std::int64_t atom(core::cpe::TokenId token) const;
  // The token whose atom it is; nothing if it is none's. The first call builds the index.
  std::optional<core::cpe::TokenId> token_of(std::int64_t atom);

 private:
  std::int64_t id_;
  core::cpe::VocabularyContent content_;
  core::cpe::TokenParts parts_;
  std::vector<std::int64_t> atoms_;  // by token; 0 for unused numbers
  std::optional<core::cpe::TextEncoder> encoder_;
  std::unordered_map<std::int64_t, core::cpe::TokenId> token_of_;
};

// The vocabulary that the caller sees under `name`. Throws as find_vocabulary(), and kCorrupt.
// REQUIRES: called as the caller.
std::shared_ptr<LoadedVocabulary> loaded_vocabulary(std::string_view name);

}  // namespace hartonomous::store
