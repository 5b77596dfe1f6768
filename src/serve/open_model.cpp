// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/open_model.hpp"

#include <algorithm>

#include "core/run/config_file.hpp"
#include "core/run/sentence_files.hpp"
#include "core/tokenizer/open_tokenizer.hpp"
#include "core/tokenizer/vocabulary_file.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "serve/tokenizers.hpp"
#include "store/format_limits.hpp"
#include "store/low_rank.hpp"
#include "store/stored_head.hpp"

namespace hartonomous::serve {

namespace {

using core::Code;
using core::Status;
namespace tokenizer = core::tokenizer;

constexpr std::size_t kMostOpen = 4;
constexpr std::size_t kMostStaticTensors = 3;  // vectors, weights, mapping

constexpr std::string_view kModules = "modules.json", kPooling = "1_Pooling/config.json",
                           kSentence = "sentence_bert_config.json",
                           kStaticSettings = "config_sentence_transformers.json";

bool is_vector_file(std::string_view name) {
  return name == kModules || name == kPooling || name == kSentence || name == kStaticSettings;
}

// Not an adapter's, and not of a model in a subdirectory.
bool is_own(std::string_view path) {
  return path.find('/') == std::string_view::npos && !path.starts_with(store::kAdapterPrefix);
}

// What a version's files say, read once.
struct ModelFiles {
  std::optional<core::format::FileLayout> gguf;
  std::vector<std::pair<std::string, std::string>> texts;  // name, bytes

  const std::string* text(std::string_view name) const {
    const auto found = std::ranges::find(texts, name, &std::pair<std::string, std::string>::first);
    return found == texts.end() ? nullptr : &found->second;
  }
  std::string_view text_or_empty(std::string_view name) const {
    const std::string* found = text(name);
    return found == nullptr ? std::string_view() : *found;
  }
};

// REQUIRES: owner's rights.
ModelFiles read_files(std::span<const store::FileKey> files) {
  ModelFiles read;
  pg::PollCheckpoint checkpoint;
  for (const store::FileKey& file : files) {
    if (file.format == "gguf" && !read.gguf && is_own(file.path)) {
      store::StoredHead head(file);
      read.gguf = pg::check(core::format::parse(head, store::format_limits(), checkpoint));
    } else if (tokenizer::is_tokenizer_file(file.path) || is_vector_file(file.path)) {
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

Status read_vector_files(const ModelFiles& files, core::run::ModelDescription& description) {
  pg::PollCheckpoint checkpoint;
  return core::run::read_sentence_files({.modules = files.text_or_empty(kModules),
                                         .pooling = files.text_or_empty(kPooling),
                                         .sentence = files.text_or_empty(kSentence)},
                                        description, checkpoint);
}

// Static embeddings are told by their tensors: they may come without a config.json.
bool is_static(const ModelFiles& files, const StoredWeights& weights) {
  return !files.gguf && weights.count() <= kMostStaticTensors &&
         core::run::StaticEmbedding::is_in(weights);
}

// As config.json says; without one, as the files of Sentence Transformers do.
bool static_normalizes(const ModelFiles& files) {
  pg::PollCheckpoint checkpoint;
  if (const std::string* config = files.text("config.json")) {
    return pg::check(core::run::read_static_normalizes(*config, checkpoint));
  }
  if (const std::string* settings = files.text(kStaticSettings)) {
    if (pg::check(core::run::read_static_normalizes(*settings, checkpoint))) return true;
  }
  core::run::ModelDescription description;
  pg::check(read_vector_files(files, description));
  return description.normalizes_vectors;
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
  if (is_static(files, *weights_)) {
    static_ = pg::check(core::run::StaticEmbedding::open(*weights_, static_normalizes(files)));
  } else {
    core::run::ModelDescription description = describe(files);
    if (!files.gguf) vector_status_ = read_vector_files(files, description);
    model_ = pg::check(core::run::Model::open(std::move(description), *weights_));
  }

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

const core::run::Model& OpenModel::model() const {
  if (!model_) {
    pg::raise(Status(Code::kUnsupported, "model is a static embedding")
                  .with_hint("It has vectors for texts, by embed, and answers nothing."));
  }
  return *model_;
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
