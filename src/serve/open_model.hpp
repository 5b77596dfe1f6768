// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A version ready to answer: what its files say of it, its tokenizer, and where its weights are.
// A version never changes, so a session keeps the few that it used last, and asks the catalogue
// only whether the caller may see them.
#pragma once

#include "core/run/model.hpp"
#include "core/run/static_embedding.hpp"
#include "core/run/token_trie.hpp"
#include "core/tokenizer/tokenizer.hpp"
#include "serve/stored_weights.hpp"

namespace hartonomous::serve {

class OpenModel {
 public:
  // REQUIRES: the caller was seen to see the version, and is still the current user. kUnsupported
  // for a family that is not run, kMalformed for files that contradict themselves or each other,
  // kNotFound for a version without a configuration.
  explicit OpenModel(const store::VersionKey& version);
  OpenModel(const OpenModel&) = delete;
  OpenModel& operator=(const OpenModel&) = delete;

  const store::VersionKey& version() const noexcept { return version_; }
  // Throws kUnsupported for static embeddings, which have no layers.
  const core::run::Model& model() const;
  // Null if it is a model of layers.
  const core::run::StaticEmbedding* static_embedding() const noexcept {
    return static_ ? &*static_ : nullptr;
  }
  // Whether texts' vectors can be made as the model's files ask; why not.
  const core::Status& vector_status() const noexcept { return vector_status_; }
  StoredWeights& weights() noexcept { return *weights_; }
  // Throws what is wrong with the tokenizer; a model without one still answers in tokens.
  core::tokenizer::Tokenizer& tokenizer();
  // Its tokens by their bytes, for grammars; made when first asked for.
  const core::run::TokenTrie& token_trie();
  // How the model writes conversations, as its files say it; empty if they do not.
  const std::string& chat_template() const noexcept { return chat_template_; }

  // What a record of an answer needs to know of the version.
  std::int64_t tenant_id() const noexcept { return tenant_id_; }
  const store::ContentHash& manifest_hash() const noexcept { return manifest_hash_; }

 private:
  store::VersionKey version_;
  std::unique_ptr<StoredWeights> weights_;
  std::optional<core::run::Model> model_;  // this one
  std::optional<core::run::StaticEmbedding> static_;  // or this one
  core::Status vector_status_;
  std::shared_ptr<core::tokenizer::Tokenizer> tokenizer_;
  core::Status without_tokenizer_;  // why, if there is none
  std::optional<core::run::TokenTrie> trie_;
  std::string chat_template_;
  std::int64_t tenant_id_ = 0;
  store::ContentHash manifest_hash_;
};

// The version that `model` (name, name@ref or name@version_id) means to the caller now.
std::shared_ptr<OpenModel> open_model(std::string_view model);

}  // namespace hartonomous::serve
