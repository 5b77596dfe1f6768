// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The atoms that the tokens of a vocabulary are. One rule for all vocabularies, so that equal
// tokens of different models, and words of texts, are equal atoms (docs/internals/cpe.md says why):
//
//   1. a token of one character is that character's atom, of one byte 80..FF that raw byte's;
//   2. a token merged from two parts is the composition of the parts' atoms: hash(a)|1|hash(b)|1,
//      or, if both are the same atom, the run hash(a)|2, as neighbours in a composition differ;
//   3. but if the whole is UTF-8 and a part is not (the cut went through a character), or if the
//      token has no parts, it is the composition of its characters.
//
// A token's word is the atom that a text makes of it as a word: its characters, without the one
// leading space that says that a word begins here. That is what relations between words join on.
#pragma once

#include <span>
#include <vector>

#include "core/base/result.hpp"
#include "core/cpe/vocabulary_content.hpp"
#include "core/text/atom_graph.hpp"

namespace hartonomous::core::cpe {

inline constexpr text::NodeIndex kNoNode = 0xffffffff;

// The parts of each token, by token number: the first merge that makes it counts.
class TokenParts {
 public:
  // kMalformed if a merge names a token that does not exist or whose bytes are not those of its
  // parts; kLimitExceeded beyond kMaxTokens or kMaxTokenBytes. O(tokens + bytes of merges).
  static Result<TokenParts> of(const VocabularyContent& vocabulary, Checkpoint& checkpoint);

  struct Parts {
    static constexpr std::uint32_t kNone = 0xffffffff;
    std::uint32_t left = kNone, right = kNone;
    bool is_merged() const noexcept { return left != kNone; }
  };
  const Parts& operator[](std::size_t token) const noexcept { return parts_[token]; }
  std::size_t size() const noexcept { return parts_.size(); }

 private:
  std::vector<Parts> parts_;
};

// Makes atoms of tokens in a graph, each when it is first asked for. All arguments must outlive it.
class TokenAtoms {
 public:
  TokenAtoms(const VocabularyContent& vocabulary, const TokenParts& parts, text::AtomGraph& graph);

  // The atom of a token; kNoNode for a number that no token has. REQUIRES: token < size of the
  // vocabulary. O(1) once made; recursion as deep as the token has bytes.
  text::NodeIndex atom(std::uint32_t token);
  // The atom of its word; kNoNode for control tokens and for what is no text.
  text::NodeIndex word(std::uint32_t token);

 private:
  text::NodeIndex make(std::uint32_t token);

  const VocabularyContent& vocabulary_;
  const TokenParts& parts_;
  text::AtomGraph& graph_;
  std::vector<text::NodeIndex> made_;
  std::vector<text::ChildRun> scratch_;
};

}  // namespace hartonomous::core::cpe
