// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/open_model.hpp"

#include <algorithm>

#include "core/run/config_file.hpp"
#include "core/tokenizer/open_tokenizer.hpp"
#include "core/tokenizer/vocabulary_file.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "serve/tokenizers.hpp"
#include "store/format_limits.hpp"
#include "store/stored_head.hpp"

namespace hartonomous::serve {

namespace {

using core::Code;
using core::Status;
namespace tokenizer = core::tokenizer;

constexpr std::size_t kMostOpen = 4;

// What a version's files say, read once.
struct ModelFiles {
  std::optional<core::format::FileLayout> gguf;
  std::vector<std::pair<std::string, std::string>> texts;  // name, bytes

  const std::string* text(std::string_view name) const {
    const auto found = std::ranges::find(texts, name, &std::pair<std::string, std::string>::first);
    return found == texts.end() ? nullptr : &found->second;
  }
};

// REQUIRES: owner's rights.
ModelFiles read_files(std::span<const store::FileKey> files) {
  ModelFiles read;
  pg::PollCheckpoint checkpoint;
  for (const store::FileKey& file : files) {
    if (file.format == "gguf" && !read.gguf) {
      store::StoredHead head(file);
      read.gguf = pg::check(core::format::parse(head, store::format_limits(), checkpoint));
    } else if (tokenizer::is_tokenizer_file(file.path)) {
      store::StoredHead head(file);
      read.texts.emplace_back(file.path,
                              pg::check(core::tokenizer::read_all(
                                  head, store::format_limits().max_header_bytes, checkpoint)));
    }
  }
  return read;
}

core::run::ModelDescription describe(const ModelFiles& files) {
  if (files.gguf) return pg::check(core::run::describe_gguf(files.gguf->metadata));
  pg::PollCheckpoint checkpoint;
  if (const std::string* config = files.text("config.json")) {
    return pg::check(core::run::describe_config(*config, checkpoint));
  }
  pg::raise(Status(Code::kNotFound, "model has no configuration")
                .with_detail("Neither a GGUF file nor a config.json is among its files.")
                .with_hint("Ingest the model's directory, not its weights alone."));
}

std::string chat_template_of(const ModelFiles& files) {
  if (files.gguf) {
    const std::string* own = files.gguf->metadata.find_string("tokenizer.chat_template");
    return own == nullptr ? std::string() : *own;
  }
  const std::string* settings = files.text("tokenizer_config.json");
  if (settings == nullptr) return {};
  pg::PollCheckpoint checkpoint;
  const auto read = core::run::read_config(*settings, checkpoint);
  if (!read.is_ok()) return {};  // too large or too deep for a model that has one template
  const std::string* own = read.value().find_string("chat_template");
  return own == nullptr ? std::string() : *own;
}

}  // namespace

OpenModel::OpenModel(const store::VersionKey& version) : version_(version) {
  const std::vector<store::FileKey> keys = store::files_of(version);  // as the caller
  const pg::OwnerRights rights;
  const ModelFiles files = read_files(keys);
  const store::VersionIdentity identity = store::identity_of(version);
  tenant_id_ = identity.tenant_id;
  manifest_hash_ = identity.manifest_hash;
  chat_template_ = chat_template_of(files);
  weights_ = std::make_unique<StoredWeights>(store::tensors_of(version.version_id),
                                             store::steps_of(version.version_id));
  model_ = pg::check(core::run::Model::open(describe(files), *weights_));

  std::vector<tokenizer::NamedFile> named;
  for (const auto& [name, bytes] : files.texts) named.push_back({name, bytes});
  auto opened =
      tokenizer_of(version, {.gguf = files.gguf ? &files.gguf->metadata : nullptr, .files = named});
  if (opened.is_ok()) {
    tokenizer_ = std::move(opened).value();
  } else {
    without_tokenizer_ = std::move(opened).status();
  }
}

tokenizer::Tokenizer& OpenModel::tokenizer() {
  if (!tokenizer_) pg::raise(without_tokenizer_);
  return *tokenizer_;
}

const core::run::TokenTrie& OpenModel::token_trie() {
  if (!trie_) {
    pg::PollCheckpoint checkpoint;
    trie_ = pg::check(core::run::TokenTrie::build(tokenizer(), checkpoint));
  }
  return *trie_;
}

std::shared_ptr<OpenModel> open_model(std::string_view model) {
  struct Entry {
    Oid catalogue;  // another one if the extension was made anew: its numbers begin again
    std::shared_ptr<OpenModel> model;
  };
  static std::vector<Entry> open;  // the last used comes first
  const store::VersionKey version = store::find_version(model);
  const Oid catalogue = pg::relation_oid("hartonomous", "model_version");
  auto found = std::ranges::find_if(open, [&](const Entry& entry) {
    return entry.catalogue == catalogue && entry.model->version().version_id == version.version_id;
  });
  if (found == open.end()) {
    auto fresh = std::make_shared<OpenModel>(version);
    if (open.size() == kMostOpen) open.pop_back();
    found = open.insert(open.end(), {catalogue, std::move(fresh)});
  }
  std::rotate(open.begin(), found, found + 1);
  return open.front().model;
}

}  // namespace hartonomous::serve
