// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/grammar.hpp"

#include <string>
#include <vector>

#include "core/run/grammar_state.hpp"
#include "properties.hpp"

// A grammar, then a zero byte and what is written under it. Whatever the mask has can be accepted,
// and whatever it lacks cannot; after a refusal the state is as before.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  using namespace hartonomous::core::run;
  const std::string_view input = fuzz::text_of(data, size);
  const std::size_t end = std::min(input.find('\0'), input.size());
  const auto grammar = Grammar::compile(input.substr(0, end));
  if (!grammar.is_ok()) {
    fuzz::require(!grammar.status().message().empty());
    return 0;
  }
  auto created = GrammarState::create(grammar.value());
  if (!created.is_ok()) return 0;
  GrammarState state = std::move(created).value();
  static const std::vector<std::string> tokens = {"a",    "b",    "ab", "\"", "[1",
                                                  "\xc3", "\xa9", " ",  ""};
  core::NoCheckpoint checkpoint;
  static const TokenTrie trie = TokenTrie::build(tokens, {8}, checkpoint).value();
  const std::string_view text = input.substr(std::min(end + 1, input.size()));
  for (std::size_t at = 0; at <= text.size(); ++at) {
    TokenMask mask(tokens.size());
    if (!state.allowed(trie, mask, checkpoint).is_ok()) return 0;
    for (core::tokenizer::TokenId token = 0; token < 8; ++token) {
      const core::Status accepted = GrammarState(state).accept(tokens[token]);
      if (accepted.code() == core::Code::kLimitExceeded) return 0;
      fuzz::require(mask.contains(token) == accepted.is_ok());
    }
    fuzz::require(mask.contains(8) == state.is_complete());
    if (at < text.size()) (void)state.accept(text.substr(at, 1));
  }
  return 0;
}
