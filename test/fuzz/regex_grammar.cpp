// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/regex_grammar.hpp"

#include "core/run/grammar_state.hpp"
#include "properties.hpp"

// A regular expression. What is translated is a grammar that can be begun, unless it begins in more
// ways than are followed; what is not has a reason.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  const auto text = core::run::regex_grammar(fuzz::text_of(data, size));
  if (!text.is_ok()) {
    fuzz::require(!text.status().message().empty());
    return 0;
  }
  const auto grammar = core::run::Grammar::compile(text.value());
  fuzz::require(grammar.is_ok());
  const auto state = core::run::GrammarState::create(grammar.value());
  fuzz::require(state.is_ok() || state.status().code() == core::Code::kLimitExceeded);
  return 0;
}
