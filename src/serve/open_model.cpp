// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/open_model.hpp"

#include <algorithm>

#include "core/run/config_file.hpp"
#include "core/run/sentence_files.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "serve/model_head.hpp"
#include "serve/tokenizers.hpp"

namespace hartonomous::serve {

namespace {

using core::Code;
using core::Status;

constexpr std::size_t kMostOpen = 4;
constexpr std::size_t kMostStaticTensors = 3;  // vectors, weights, mapping

core::run::ModelDescription describe(const ModelHead& head) {
  if (head.gguf) return pg::check(core::run::describe_gguf(*head.gguf));
  pg::PollCheckpoint checkpoint;
  if (const std::string* config = head.text("config.json")) {
    return pg::check(core::run::describe_config(*config, checkpoint));
  }
  pg::raise(Status(Code::kNotFound, "model has no configuration")
                .with_detail("Neither a GGUF file nor a config.json is among its files.")
                .with_hint("Ingest the model's directory, not its weights alone."));
}

Status read_vector_files(const ModelHead& head, core::run::ModelDescription& description) {
  pg::PollCheckpoint checkpoint;
  return core::run::read_sentence_files({.modules = head.text_or_empty(kModules),
                                         .pooling = head.text_or_empty(kPooling),
                                         .sentence = head.text_or_empty(kSentence)},
                                        description, checkpoint);
}

// Static embeddings are told by their tensors: they may come without a config.json.
bool is_static(const ModelHead& head, const StoredWeights& weights) {
  return !head.gguf && weights.count() <= kMostStaticTensors &&
         core::run::StaticEmbedding::is_in(weights);
}

// As config.json says; without one, as the files of Sentence Transformers do.
bool static_normalizes(const ModelHead& head) {
  pg::PollCheckpoint checkpoint;
  if (const std::string* config = head.text("config.json")) {
    return pg::check(core::run::read_static_normalizes(*config, checkpoint));
  }
  if (const std::string* settings = head.text(kStaticSettings)) {
    if (pg::check(core::run::read_static_normalizes(*settings, checkpoint))) return true;
  }
  core::run::ModelDescription description;
  pg::check(read_vector_files(head, description));
  return description.normalizes_vectors;
}

}  // namespace

OpenModel::OpenModel(const store::VersionKey& version) : version_(version) {
  const long reads = disk_reads();
  {
    const pg::OwnerRights rights;
    const store::VersionIdentity identity = store::identity_of(version);
    tenant_id_ = identity.tenant_id;
    manifest_hash_ = identity.manifest_hash;
  }
  std::optional<ModelHead> kept = kept_head(manifest_hash_);
  if (kept) tokenizer_ = kept_tokenizer(version, kept->tokenizer);
  if (!kept || !tokenizer_) {
    VersionFiles files(store::files_of(version));  // as the caller
    const pg::OwnerRights rights;
    if (!kept) kept = make_head(version, manifest_hash_, files);
    auto opened = tokenizer_of(version, files);
    if (opened.is_ok()) {
      tokenizer_ = std::move(opened).value();
    } else {
      without_tokenizer_ = std::move(opened).status();
    }
  }
  ModelHead head = *std::move(kept);
  weights_ = std::make_unique<StoredWeights>(std::move(head.tensors), head.steps);
  if (disk_reads() != reads) weights_->begin_cold();
  if (is_static(head, *weights_)) {
    static_ = pg::check(core::run::StaticEmbedding::open(*weights_, static_normalizes(head)));
  } else {
    core::run::ModelDescription description = describe(head);
    if (!head.gguf) vector_status_ = read_vector_files(head, description);
    model_ = pg::check(core::run::Model::open(std::move(description), *weights_));
  }
  chat_template_ = std::move(head.chat_template);
}

const core::run::Model& OpenModel::model() const {
  if (!model_) {
    pg::raise(Status(Code::kUnsupported, "model is a static embedding")
                  .with_hint("It has vectors for texts, by embed, and answers nothing."));
  }
  return *model_;
}

core::tokenizer::Tokenizer& OpenModel::tokenizer() {
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
