// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/tokenizers.hpp"

#include <algorithm>
#include <optional>

#include "core/format/parse.hpp"
#include "core/tokenizer/open_tokenizer.hpp"
#include "core/tokenizer/vocabulary_file.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "store/format_limits.hpp"
#include "store/stored_head.hpp"

namespace hartonomous::serve {

namespace {

namespace tokenizer = core::tokenizer;
using TokenizerPointer = std::shared_ptr<tokenizer::Tokenizer>;

constexpr std::size_t kMostOpen = 4;

struct Entry {
  Oid catalogue;  // another one if the extension was made anew: its numbers begin again
  std::int64_t version_id;
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

void keep(const store::VersionKey& version, TokenizerPointer tokenizer) {
  std::vector<Entry>& entries = kept();
  if (entries.size() == kMostOpen) entries.pop_back();
  const Oid catalogue = pg::relation_oid("hartonomous", "model_version");
  entries.insert(entries.begin(), {catalogue, version.version_id, std::move(tokenizer)});
}

// What the files of a version say that may have to do with its tokenizer. REQUIRES: owner's rights.
struct ReadFiles {
  std::optional<core::format::FileLayout> gguf;
  std::vector<std::pair<std::string, std::string>> texts;  // name, bytes

  explicit ReadFiles(std::span<const store::FileKey> files) {
    pg::PollCheckpoint checkpoint;
    for (const store::FileKey& file : files) {
      if (file.format == "gguf" && !gguf) {
        store::StoredHead head(file);
        gguf = pg::check(core::format::parse(head, store::format_limits(), checkpoint));
      } else if (tokenizer::is_tokenizer_file(file.path)) {
        store::StoredHead head(file);
        const std::uint64_t limit = store::format_limits().max_header_bytes;
        texts.emplace_back(file.path, pg::check(tokenizer::read_all(head, limit, checkpoint)));
      }
    }
  }
};

}  // namespace

core::Result<TokenizerPointer> tokenizer_of(const store::VersionKey& version,
                                            const tokenizer::TokenizerFiles& files) {
  if (TokenizerPointer found = find(version)) return found;
  pg::PollCheckpoint checkpoint;
  HARTONOMOUS_TRY(TokenizerPointer fresh, tokenizer::open_tokenizer(files, checkpoint));
  keep(version, fresh);
  return fresh;
}

TokenizerPointer open_tokenizer(std::string_view model) {
  const store::VersionKey version = store::find_version(model);
  if (TokenizerPointer found = find(version)) return found;
  const std::vector<store::FileKey> keys = store::files_of(version);  // as the caller
  const pg::OwnerRights rights;
  const ReadFiles files(keys);
  std::vector<tokenizer::NamedFile> named;
  for (const auto& [name, bytes] : files.texts) named.push_back({name, bytes});
  return pg::check(tokenizer_of(version, {files.gguf ? &files.gguf->metadata : nullptr, named}));
}

}  // namespace hartonomous::serve
