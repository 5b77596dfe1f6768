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

AddedTokenFinder::AddedTokenFinder(std::span<const AddedToken> tokens) {
  nodes_.emplace_back();
  for (const AddedToken& token : tokens) {
    if (token.text.empty()) continue;
    begins_[static_cast<unsigned char>(token.text[0])] = true;
    std::uint32_t node = 0;
    for (const char c : token.text) {
      const auto byte = static_cast<unsigned char>(c);
      std::uint32_t next = child(node, byte);
      if (next == kNone) {
        next = static_cast<std::uint32_t>(nodes_.size());
        edges_.push_back({nodes_[node].first_edge, next, byte});
        nodes_[node].first_edge = static_cast<std::uint32_t>(edges_.size() - 1);
        nodes_.emplace_back();
      }
      node = next;
    }
    if (nodes_[node].token != kNone) continue;
    nodes_[node].token = static_cast<std::uint32_t>(tokens_.size());
    tokens_.push_back({token.id, token.is_control, token.takes_left_space, token.takes_right_space,
                       token.is_whole_word});
  }
}

std::uint32_t AddedTokenFinder::child(std::uint32_t node, unsigned char byte) const noexcept {
  for (std::uint32_t edge = nodes_[node].first_edge; edge != kNone; edge = edges_[edge].next) {
    if (edges_[edge].byte == byte) return edges_[edge].to;
  }
  return kNone;
}

bool AddedTokenFinder::accepts(const Rule& rule, std::string_view text, std::size_t begin,
                               std::size_t end, bool controls) const noexcept {
  if (rule.is_control && !controls) return false;
  if (!rule.is_whole_word) return true;
  if (begin > 0 && is_word(text, before(text, begin))) return false;
  return end == text.size() || !is_word(text, end);
}

std::size_t AddedTokenFinder::prefix(std::string_view text, TokenId& id) const noexcept {
  std::size_t longest = 0;
  std::uint32_t node = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    node = child(node, static_cast<unsigned char>(text[at]));
    if (node == kNone) break;
    if (nodes_[node].token == kNone) continue;
    longest = at + 1;
    id = tokens_[nodes_[node].token].id;
  }
  return longest;
}

AddedTokenFinder::Match AddedTokenFinder::find(std::string_view text, std::size_t from,
                                               bool controls) const noexcept {
  if (tokens_.empty()) return {text.size(), text.size(), 0};
  for (std::size_t begin = from; begin < text.size(); ++begin) {
    if (!begins_[static_cast<unsigned char>(text[begin])]) continue;
    std::uint32_t node = 0;
    const Rule* found = nullptr;
    std::size_t end = begin;
    for (std::size_t at = begin; at < text.size(); ++at) {
      node = child(node, static_cast<unsigned char>(text[at]));
      if (node == kNone) break;
      if (nodes_[node].token == kNone) continue;
      const Rule& rule = tokens_[nodes_[node].token];
      if (!accepts(rule, text, begin, at + 1, controls)) continue;
      found = &rule;
      end = at + 1;
    }
    if (found == nullptr) continue;
    const LetterClasses& classes = LetterClasses::instance();
    while (found->takes_left_space && begin > from) {
      const std::size_t previous = before(text, begin);
      if (previous < from || !is_space(classes.at(text, previous).letter_class)) break;
      begin = previous;
    }
    while (found->takes_right_space && end < text.size()) {
      const LetterClasses::Character next = classes.at(text, end);
      if (!is_space(next.letter_class)) break;
      end += next.length;
    }
    return {begin, end, found->id};
  }
  return {text.size(), text.size(), 0};
}

}  // namespace hartonomous::core::tokenizer
