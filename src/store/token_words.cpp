// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/token_words.hpp"

#include "core/text/content_split.hpp"

namespace hartonomous::store {

namespace {

using core::cpe::kPassThrough;
using core::cpe::TokenId;

class TokenWords {
 public:
  TokenWords(std::shared_ptr<LoadedVocabulary> vocabulary, AtomGraph& graph)
      : vocabulary_(std::move(vocabulary)),
        atoms_(vocabulary_->content(), vocabulary_->parts(), graph),
        graph_(graph) {}

  NodeIndex compose(std::string_view word) {
    tokens_.clear();
    runs_.clear();
    vocabulary_->encoder().encode_word(word, tokens_, checkpoint_);
    for (const TokenId token : tokens_) core::text::append_run(runs_, node(token));
    return core::text::compose(graph_, runs_);
  }

 private:
  NodeIndex node(TokenId token) {
    if (token < kPassThrough) return atoms_.atom(token);
    const std::uint32_t unit = token & ~kPassThrough;
    const bool is_raw_byte = vocabulary_->content().units_are_bytes && unit >= 0x80;
    return is_raw_byte ? graph_.byte(static_cast<std::uint8_t>(unit)) : graph_.codepoint(unit);
  }

  std::shared_ptr<LoadedVocabulary> vocabulary_;
  core::cpe::TokenAtoms atoms_;
  AtomGraph& graph_;
  pg::PollCheckpoint checkpoint_;
  std::vector<TokenId> tokens_;
  std::vector<core::text::ChildRun> runs_;
};

}  // namespace

WordMaker words_of_tokens(const std::shared_ptr<LoadedVocabulary>& vocabulary) {
  vocabulary->encoder();  // fails before the work if it cannot
  return [vocabulary](AtomGraph& graph) {
    auto words = std::make_shared<TokenWords>(vocabulary, graph);
    return [words](std::string_view word) { return words->compose(word); };
  };
}

}  // namespace hartonomous::store
