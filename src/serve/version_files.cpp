// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/version_files.hpp"

#include <algorithm>

#include "core/tokenizer/vocabulary_file.hpp"
#include "store/format_limits.hpp"
#include "store/stored_head.hpp"

namespace hartonomous::serve {

namespace {

namespace tokenizer = core::tokenizer;

bool is_about_vectors(std::string_view name) {
  return name == kModules || name == kPooling || name == kSentence || name == kStaticSettings;
}

// Not an operand's, and not of a model in a subdirectory.
bool is_own(std::string_view path) {
  return path.find('/') == std::string_view::npos && !path.starts_with(store::kOperandPrefix);
}

bool says_something(const store::FileKey& file) {
  return (file.format == "gguf" && is_own(file.path)) || tokenizer::is_tokenizer_file(file.path) ||
         is_about_vectors(file.path);
}

}  // namespace

store::ContentHash VersionFiles::derived_name(std::string_view purpose) const {
  std::string made_from(purpose);
  for (const store::FileKey& file : keys_) {
    if (!says_something(file)) continue;
    made_from += '\n' + file.sha256_hex + ' ' + file.format + ' ' + file.path;
  }
  return core::hash::block_hash(core::as_bytes(made_from));
}

const VersionFiles::Contents& VersionFiles::read() {
  if (contents_) return *contents_;
  auto made = std::make_unique<Contents>();
  pg::PollCheckpoint checkpoint;
  for (const store::FileKey& file : keys_) {
    if (!says_something(file) || (file.format == "gguf" && made->gguf)) continue;
    store::StoredHead head(file);
    if (file.format == "gguf") {
      made->gguf = pg::check(core::format::parse(head, store::format_limits(), checkpoint));
    } else {
      const std::uint64_t limit = store::format_limits().max_header_bytes;
      made->texts.emplace_back(file.path, pg::check(tokenizer::read_all(head, limit, checkpoint)));
    }
  }
  for (const auto& [path, bytes] : made->texts) made->named.push_back({path, bytes});
  contents_ = std::move(made);
  return *contents_;
}

const std::string* VersionFiles::text(std::string_view path) {
  const auto& texts = read().texts;
  const auto found = std::ranges::find(texts, path, &std::pair<std::string, std::string>::first);
  return found == texts.end() ? nullptr : &found->second;
}

tokenizer::TokenizerFiles VersionFiles::tokenizer_files() {
  const Contents& all = read();
  return {.gguf = all.gguf ? &all.gguf->metadata : nullptr, .files = all.named};
}

}  // namespace hartonomous::serve
