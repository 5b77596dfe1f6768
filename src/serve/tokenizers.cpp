// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/tokenizers.hpp"

#include <algorithm>

#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "serve/cache_file.hpp"

namespace hartonomous::serve {

namespace {

namespace tokenizer = core::tokenizer;
using TokenizerPointer = std::shared_ptr<tokenizer::Tokenizer>;

constexpr std::size_t kMostOpen = 4;
constexpr std::string_view kPurpose = "tokenizer 1";

struct Entry {
  Oid catalogue;  // another one if the extension was made anew: its numbers begin again
  std::int64_t version_id;
  store::ContentHash name;  // in the cache
  TokenizerPointer tokenizer;
};

// Those of this session, the last used first.
std::vector<Entry>& kept() {
  static std::vector<Entry> entries;
  return entries;
}

// Null if it is not kept.
TokenizerPointer find(const store::VersionKey& version) {
  const Oid catalogue = pg::relation_oid("hartonomous", "model_version");
  std::vector<Entry>& entries = kept();
  const auto found = std::ranges::find_if(entries, [&](const Entry& entry) {
    return entry.catalogue == catalogue && entry.version_id == version.version_id;
  });
  if (found == entries.end()) return nullptr;
  std::rotate(entries.begin(), found, found + 1);
  return entries.front().tokenizer;
}

void keep(const store::VersionKey& version, const store::ContentHash& name,
          TokenizerPointer tokenizer) {
  std::vector<Entry>& entries = kept();
  if (entries.size() == kMostOpen) entries.pop_back();
  const Oid catalogue = pg::relation_oid("hartonomous", "model_version");
  entries.insert(entries.begin(), {catalogue, version.version_id, name, std::move(tokenizer)});
}

// The one that another version with the same files uses, else the one in the weights cache; null if
// there is neither.
TokenizerPointer shared_as(const store::ContentHash& name) {
  const auto same = std::ranges::find(kept(), name, &Entry::name);
  if (same != kept().end()) return same->tokenizer;
  auto file = open_derived(name);
  if (!file) return nullptr;
  const core::Bytes image = file->bytes();
  if (!file->is_noted()) keep_cached(name, *file);
  return tokenizer::tokenizer_in(image, std::move(file));
}

}  // namespace

store::ContentHash tokenizer_name(const VersionFiles& files) {
  return files.derived_name(kPurpose);
}

TokenizerPointer kept_tokenizer(const store::VersionKey& version, const store::ContentHash& name) {
  if (TokenizerPointer found = find(version)) return found;
  TokenizerPointer shared = shared_as(name);
  if (shared) keep(version, name, shared);
  return shared;
}

core::Result<TokenizerPointer> tokenizer_of(const store::VersionKey& version, VersionFiles& files) {
  const store::ContentHash name = tokenizer_name(files);
  if (TokenizerPointer found = kept_tokenizer(version, name)) return found;
  pg::PollCheckpoint checkpoint;
  HARTONOMOUS_TRY(TokenizerPointer fresh,
                  tokenizer::open_tokenizer(files.tokenizer_files(), checkpoint));
  if (make_derived(name, fresh->image())) {
    if (TokenizerPointer shared = shared_as(name)) fresh = std::move(shared);
  }
  keep(version, name, fresh);
  return fresh;
}

TokenizerPointer open_tokenizer(std::string_view model) {
  const store::VersionKey version = store::find_version(model);
  if (TokenizerPointer found = find(version)) return found;
  VersionFiles files(store::files_of(version));  // as the caller
  const pg::OwnerRights rights;
  return pg::check(tokenizer_of(version, files));
}

}  // namespace hartonomous::serve
