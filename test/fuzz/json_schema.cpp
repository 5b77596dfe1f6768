// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/json_schema.hpp"

#include "core/run/grammar.hpp"
#include "properties.hpp"

// A schema. What is translated is a grammar, unless its counts contradict each other or exceed the
// grammar's limits; what is not has a reason.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  core::NoCheckpoint checkpoint;
  const auto text = core::run::json_schema_grammar(fuzz::text_of(data, size), checkpoint);
  if (!text.is_ok()) {
    fuzz::require(!text.status().message().empty());
    return 0;
  }
  const auto grammar = core::run::Grammar::compile(text.value());
  const core::Code code = grammar.is_ok() ? core::Code::kOk : grammar.status().code();
  fuzz::require(code == core::Code::kOk || code == core::Code::kInvalidArgument ||
                code == core::Code::kLimitExceeded);
  return 0;
}
