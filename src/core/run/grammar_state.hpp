// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How far an answer has come in its grammar, and which tokens may follow.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/run/grammar.hpp"
#include "core/run/token_mask.hpp"
#include "core/run/token_trie.hpp"

namespace hartonomous::core::run {

// Not thread-safe. Copies are independent. Errors leave the state as it was.
class GrammarState {
 public:
  static constexpr std::size_t kMostStacks = 1 << 18;  // kept, of all states
  static constexpr std::size_t kMostStates = 1 << 13;  // kept; about 1 KiB each
  static constexpr std::size_t kMostHeads = 1 << 11;   // ways in which one text is being read
  static constexpr std::size_t kMostMasks = 64;        // kept

  // At the beginning of an answer. The grammar outlives this. kLimitExceeded as for allowed().
  static Result<GrammarState> create(const Grammar& grammar);

  // The tokens whose bytes can follow, and, once the answer is complete, those that end it.
  // kInvalidArgument unless the mask is of the trie's vocabulary; kLimitExceeded for a grammar that
  // reads one text in more ways, or needs more states, than the limits above. A state that was
  // asked about before answers at once; else O(nodes of the trie that are reached). REQUIRES: the
  // trie outlives this, or is not followed by another.
  Status allowed(const TokenTrie& trie, TokenMask& mask, Checkpoint& checkpoint);
  // The answer goes on with these bytes. kInvalidArgument if they cannot follow.
  Status accept(std::string_view bytes);
  // Whether the answer may end here.
  bool is_complete() const noexcept { return states_[current_].accepts; }

 private:
  using Stack = std::uint32_t;       // a place in stacks_
  using StateIndex = std::uint32_t;  // a place in states_
  static constexpr Stack kBottom = 0;
  static constexpr StateIndex kUnknown = UINT32_MAX, kDead = UINT32_MAX - 1;

  // A symbol that is due, and the stack of what is due after its sequence.
  struct StackTop {
    std::uint32_t symbol;
    Stack rest;
  };
  struct State {
    std::vector<Stack> heads;  // sorted; the symbol on top of each is a byte
    bool accepts;
    std::array<StateIndex, 256> next;
  };

  explicit GrammarState(const Grammar& grammar) : grammar_(&grammar), stacks_{{0, kBottom}} {}
  Stack push(std::uint32_t symbol, Stack rest);
  Status add_closure(std::vector<Stack> open, StateIndex& out);
  Result<StateIndex> step(StateIndex from, std::uint8_t byte);
  StateIndex intern(std::vector<Stack> heads, bool accepts);
  Status make_room();
  Status walk(const TokenTrie& trie, TokenMask& mask, Checkpoint& checkpoint);

  const Grammar* grammar_;
  std::vector<StackTop> stacks_;
  std::unordered_map<std::uint64_t, Stack> stack_of_;  // by symbol and rest
  std::vector<State> states_;
  std::map<std::pair<std::vector<Stack>, bool>, StateIndex> state_of_;
  StateIndex current_ = 0;
  const TokenTrie* masked_trie_ = nullptr;  // whose masks are kept
  std::unordered_map<StateIndex, TokenMask> masks_;
};

}  // namespace hartonomous::core::run
