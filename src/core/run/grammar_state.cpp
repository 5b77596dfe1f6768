// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The grammar as a pushdown automaton, read in all ways at once. A way is a stack of the symbols
// that are due; stacks share their lower parts and equal ones are one number, so a state is a small
// set of numbers, and reading is a walk from state to state by bytes, each step computed once and
// kept: a deterministic automaton made as it is needed, as regular expressions are matched
// (Thompson 1968; Cox 2007), with stacks in place of positions. A symbol at its sequence's end
// leaves nothing on the stack, so lists that grow on the right do not deepen it. The mask of a
// state is one walk over the vocabulary's tree, in which a byte that leads nowhere ends its
// subtree.
#include "core/run/grammar_state.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

namespace hartonomous::core::run {

using Kind = Grammar::Symbol::Kind;

GrammarState::Stack GrammarState::push(std::uint32_t symbol, Stack rest) {
  if (grammar_->symbols()[symbol].kind == Kind::kEnd) return rest;
  const std::uint64_t key = std::uint64_t{symbol} << 32 | rest;
  const auto [entry, is_new] = stack_of_.try_emplace(key, static_cast<Stack>(stacks_.size()));
  if (is_new) stacks_.push_back({symbol, rest});
  return entry->second;
}

// The state of all ways in `open`, whose topmost symbols may be rules: these are replaced by each
// of their alternatives until bytes are on top. Ends, since no rule is left-recursive.
Status GrammarState::add_closure(std::vector<Stack> open, StateIndex& out) {
  std::unordered_set<Stack> met(open.begin(), open.end());
  std::vector<Stack> heads;
  bool accepts = false;
  while (!open.empty()) {
    const Stack stack = open.back();
    open.pop_back();
    if (stack == kBottom) {
      accepts = true;
      continue;
    }
    const StackTop top = stacks_[stack];
    const Grammar::Symbol& symbol = grammar_->symbols()[top.symbol];
    if (symbol.kind == Kind::kByte) {
      heads.push_back(stack);
      continue;
    }
    const Stack rest = push(top.symbol + 1, top.rest);
    for (const std::uint32_t start : grammar_->rules()[symbol.rule].alternatives) {
      const Stack next = push(start, rest);
      if (met.insert(next).second) open.push_back(next);
    }
    if (met.size() > 8 * kMostHeads) break;
  }
  if (met.size() > 8 * kMostHeads || heads.size() > kMostHeads) {
    return Status(Code::kLimitExceeded, "the grammar can be read in too many ways")
        .with_hint("Rewrite it so that fewer of its alternatives begin alike.");
  }
  std::ranges::sort(heads);
  out = intern(std::move(heads), accepts);
  return Status::ok();
}

GrammarState::StateIndex GrammarState::intern(std::vector<Stack> heads, bool accepts) {
  if (heads.empty() && !accepts) return kDead;
  const auto [entry, is_new] = state_of_.try_emplace(std::pair(std::move(heads), accepts),
                                                     static_cast<StateIndex>(states_.size()));
  if (is_new) {
    states_.push_back({entry->first.first, accepts, {}});
    states_.back().next.fill(kUnknown);
  }
  return entry->second;
}

Result<GrammarState> GrammarState::create(const Grammar& grammar) {
  GrammarState state(grammar);
  std::vector<Stack> open;
  for (const std::uint32_t start : grammar.rules()[grammar.root()].alternatives) {
    open.push_back(state.push(start, kBottom));
  }
  HARTONOMOUS_CHECK(state.add_closure(std::move(open), state.current_));
  return state;
}

Result<GrammarState::StateIndex> GrammarState::step(StateIndex from, std::uint8_t byte) {
  if (states_[from].next[byte] != kUnknown) return states_[from].next[byte];
  if (states_.size() >= kMostStates || stacks_.size() >= kMostStacks) {
    return Status(Code::kLimitExceeded, "the grammar needs too many states here")
        .with_hint("Shorten its repetitions, or let it nest less deeply.");
  }
  std::vector<Stack> open;
  for (const Stack stack : states_[from].heads) {
    const StackTop top = stacks_[stack];
    const Grammar::Symbol& symbol = grammar_->symbols()[top.symbol];
    if (byte < symbol.low || byte > symbol.high) continue;
    const Stack next = push(top.symbol + 1, top.rest);
    if (std::ranges::find(open, next) == open.end()) open.push_back(next);
  }
  StateIndex to = kDead;
  HARTONOMOUS_CHECK(add_closure(std::move(open), to));
  return states_[from].next[byte] = to;
}

// When much has been kept, keeps the current state alone.
Status GrammarState::make_room() {
  if (states_.size() < kMostStates / 2 && stacks_.size() < kMostStacks / 2) return Status::ok();
  GrammarState fresh(*grammar_);
  std::vector<Stack> open;
  std::unordered_map<Stack, Stack> copies{{kBottom, kBottom}};
  for (const Stack head : states_[current_].heads) {
    std::vector<Stack> missing;
    for (Stack s = head; !copies.contains(s); s = stacks_[s].rest) missing.push_back(s);
    for (; !missing.empty(); missing.pop_back()) {
      const StackTop& top = stacks_[missing.back()];
      copies[missing.back()] = fresh.push(top.symbol, copies[top.rest]);
    }
    open.push_back(copies[head]);
    if (fresh.stacks_.size() >= kMostStacks / 2) {
      return {Code::kLimitExceeded, "the answer nests too deeply for its grammar"};
    }
  }
  if (is_complete()) open.push_back(kBottom);
  HARTONOMOUS_CHECK(fresh.add_closure(std::move(open), fresh.current_));
  *this = std::move(fresh);
  return Status::ok();
}

Status GrammarState::accept(std::string_view bytes) {
  HARTONOMOUS_CHECK(make_room());
  StateIndex at = current_;
  for (const char c : bytes) {
    HARTONOMOUS_TRY(at, step(at, static_cast<std::uint8_t>(c)));
    if (at == kDead) {
      return {Code::kInvalidArgument, "the grammar does not allow " + quoted(bytes) + " here"};
    }
  }
  current_ = at;
  return Status::ok();
}

Status GrammarState::walk(const TokenTrie& trie, TokenMask& mask, Checkpoint& checkpoint) {
  const auto& nodes = trie.nodes();
  std::vector<StateIndex> at(trie.depth() + 1, current_);  // the state before each byte of the path
  std::size_t visited = 0;
  for (std::size_t i = 0; i < nodes.size();) {
    const TokenTrie::Node& node = nodes[i];
    const std::size_t states = states_.size();
    HARTONOMOUS_TRY(const StateIndex to, step(at[node.depth], node.byte));
    if (++visited % 4096 == 0 || states_.size() != states) checkpoint.reached(0);
    if (to == kDead) {
      i = node.after;
      continue;
    }
    for (const tokenizer::TokenId token : trie.tokens_at(i)) mask.insert(token);
    at[node.depth + 1] = to;
    ++i;
  }
  if (is_complete()) {
    for (const tokenizer::TokenId token : trie.end_of_generation()) mask.insert(token);
  }
  return Status::ok();
}

Status GrammarState::allowed(const TokenTrie& trie, TokenMask& mask, Checkpoint& checkpoint) {
  if (mask.tokens() != trie.vocabulary()) {
    return {Code::kInvalidArgument, std::string("a mask of ") + std::to_string(mask.tokens()) +
                                        " tokens for a vocabulary of " +
                                        std::to_string(trie.vocabulary())};
  }
  HARTONOMOUS_CHECK(make_room());
  if (masked_trie_ != &trie) {
    masks_.clear();
    masked_trie_ = &trie;
  }
  if (const auto kept = masks_.find(current_); kept != masks_.end()) {
    mask = kept->second;
    return Status::ok();
  }
  mask.clear();
  HARTONOMOUS_CHECK(walk(trie, mask, checkpoint));
  if (masks_.size() >= kMostMasks) masks_.clear();
  masks_.emplace(current_, mask);
  return Status::ok();
}

}  // namespace hartonomous::core::run
