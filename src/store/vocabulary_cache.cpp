// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/vocabulary_cache.hpp"

#include <algorithm>

#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "store/vocabulary_store.hpp"

namespace hartonomous::store {

namespace {

using core::cpe::kPassThrough;
using core::cpe::TokenId;

constexpr std::size_t kMostLoaded = 4;

// The last used comes first.
std::vector<std::shared_ptr<LoadedVocabulary>>& loaded() {
  static std::vector<std::shared_ptr<LoadedVocabulary>> all;
  return all;
}

std::vector<std::int64_t> read_atoms(std::int64_t vocabulary_id, std::size_t tokens) {
  static pg::Statement select(
      "SELECT token_id, atom_id FROM hartonomous.cpe_token WHERE vocabulary_id = $1");
  std::vector<std::int64_t> atoms(tokens);
  pg::Spi spi;
  const pg::Rows rows = spi.query(select, pg::Parameters().int8(vocabulary_id));
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const auto token = static_cast<std::size_t>(rows.int4(i, 0));
    if (token < tokens) atoms[token] = rows.int8(i, 1);
  }
  return atoms;
}

}  // namespace

LoadedVocabulary::LoadedVocabulary(std::int64_t vocabulary_id) : id_(vocabulary_id) {
  const pg::OwnerRights rights;
  pg::PollCheckpoint checkpoint;
  content_ = read_vocabulary_rows(vocabulary_id);
  parts_ = pg::check(core::cpe::TokenParts::of(content_, checkpoint));
  atoms_ = read_atoms(vocabulary_id, content_.tokens.size());
}

core::cpe::TextEncoder& LoadedVocabulary::encoder() {
  if (!encoder_) {
    pg::PollCheckpoint checkpoint;
    encoder_.emplace(pg::check(core::cpe::TextEncoder::open(content_, checkpoint)));
  }
  return *encoder_;
}

std::int64_t LoadedVocabulary::atom(TokenId token) const {
  if (token < kPassThrough) return token < atoms_.size() ? atoms_[token] : 0;
  const std::uint32_t unit = token & ~kPassThrough;
  const bool is_raw_byte = content_.units_are_bytes && unit >= 0x80;
  return -1 - static_cast<std::int64_t>(
                  is_raw_byte ? core::text::raw_byte(static_cast<std::uint8_t>(unit)) : unit);
}

std::optional<TokenId> LoadedVocabulary::token_of(std::int64_t atom) {
  if (token_of_.empty()) {
    token_of_.reserve(atoms_.size());
    for (TokenId token = 0; token < atoms_.size(); ++token) {
      const bool stands_for_bytes = content_.tokens[token].type != core::cpe::TokenType::kControl;
      if (atoms_[token] != 0 && stands_for_bytes) token_of_.emplace(atoms_[token], token);
    }
  }
  const auto found = token_of_.find(atom);
  return found == token_of_.end() ? std::nullopt : std::optional(found->second);
}

std::shared_ptr<LoadedVocabulary> loaded_vocabulary(std::string_view name) {
  const std::int64_t id = find_vocabulary(name);
  auto& all = loaded();
  auto found = std::ranges::find_if(all, [&](const auto& one) { return one->id() == id; });
  if (found == all.end()) {
    auto fresh = std::make_shared<LoadedVocabulary>(id);
    if (all.size() == kMostLoaded) all.pop_back();
    found = all.insert(all.end(), std::move(fresh));
  }
  std::rotate(all.begin(), found, found + 1);
  return all.front();
}

}  // namespace hartonomous::store
