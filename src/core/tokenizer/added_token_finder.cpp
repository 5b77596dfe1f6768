// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/added_token_finder.hpp"

#include "core/split/letter_class.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using split::LetterClass;
using split::LetterClasses;

bool is_space(LetterClass one) noexcept { return one == LetterClass::kSpace; }
bool is_word(std::string_view text, std::size_t at) noexcept {
  const LetterClass one = LetterClasses::instance().at(text, at).letter_class;
  return text[at] == '_' || (one != LetterClass::kOther && !is_space(one));
}
// Where the character that ends at `end` begins. REQUIRES: end > 0.
std::size_t before(std::string_view text, std::size_t end) noexcept {
  std::size_t begin = end - 1;
  while (begin > 0 && end - begin < 4 && (text[begin] & 0xc0) == 0x80) --begin;
  return begin;
}

}  // namespace

AddedTokenFinder::AddedTokenFinder(std::span<const AddedToken> tokens, Checkpoint& checkpoint) {
  std::vector<PieceTrie::Piece> pieces;
  std::vector<Rule> rules;
  for (const AddedToken& token : tokens) {
    if (token.text.empty()) continue;
    pieces.push_back({token.text, static_cast<TokenId>(rules.size())});
    rules.push_back({token.id, (token.is_control ? kControl : 0) |
                                   (token.takes_left_space ? kTakesLeftSpace : 0) |
                                   (token.takes_right_space ? kTakesRightSpace : 0) |
                                   (token.is_whole_word ? kWholeWord : 0)});
  }
  trie_ = PieceTrie(std::move(pieces), checkpoint);
  rules_ = FlatArray<Rule>(std::move(rules));
}

bool AddedTokenFinder::accepts(const Rule& rule, std::string_view text, std::size_t begin,
                               std::size_t end, bool controls) const noexcept {
  if ((rule.traits & kControl) != 0 && !controls) return false;
  if ((rule.traits & kWholeWord) == 0) return true;
  if (begin > 0 && is_word(text, before(text, begin))) return false;
  return end == text.size() || !is_word(text, end);
}

std::size_t AddedTokenFinder::prefix(std::string_view text, TokenId& id) const noexcept {
  std::size_t longest = 0;
  trie_.visit(text, [&](std::size_t length, std::uint32_t rule) {
    if (rule >= rules_.size()) return;
    longest = length;
    id = rules_[rule].id;
  });
  return longest;
}

AddedTokenFinder::Match AddedTokenFinder::find(std::string_view text, std::size_t from,
                                               bool controls) const noexcept {
  if (rules_.empty()) return {text.size(), text.size(), 0};
  for (std::size_t begin = from; begin < text.size(); ++begin) {
    if (!trie_.begins_with(static_cast<unsigned char>(text[begin]))) continue;
    const Rule* found = nullptr;
    std::size_t end = begin;
    trie_.visit(text.substr(begin), [&](std::size_t length, std::uint32_t number) {
      if (number >= rules_.size()) return;
      const Rule& rule = rules_[number];
      if (!accepts(rule, text, begin, begin + length, controls)) return;
      found = &rule;
      end = begin + length;
    });
    if (found == nullptr) continue;
    const LetterClasses& classes = LetterClasses::instance();
    while ((found->traits & kTakesLeftSpace) != 0 && begin > from) {
      const std::size_t previous = before(text, begin);
      if (previous < from || !is_space(classes.at(text, previous).letter_class)) break;
      begin = previous;
    }
    while ((found->traits & kTakesRightSpace) != 0 && end < text.size()) {
      const LetterClasses::Character next = classes.at(text, end);
      if (!is_space(next.letter_class)) break;
      end += next.length;
    }
    return {begin, end, found->id};
  }
  return {text.size(), text.size(), 0};
}

}  // namespace hartonomous::core::tokenizer
