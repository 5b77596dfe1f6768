// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A grammar that an answer must follow, in GBNF, the notation of llama.cpp's grammars:
//
//   root  ::= "yes" | "no, " reason "."      # rules; the answer is what root matches
//   reason ::= [a-z ]+ ("!" | "?")? digit{2,4}
//   digit ::= [0-9]
//
// Literals and [sets] have the escapes \n \r \t \\ \" \[ \] \^ \- \xHH \uHHHH \UHHHHHHHH; [^sets]
// are of all other characters, and . is any. A rule goes on until the next, however many lines it
// takes. Characters are compiled to the bytes of their UTF-8, so that a token may end inside one.
// Grammars come from strangers: sizes are bounded, and what would not end is refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace hartonomous::core::run {

class Grammar {
 public:
  static constexpr std::size_t kMostBytes = 1 << 18;    // of a grammar's text
  static constexpr std::size_t kMostSymbols = 1 << 18;  // after compilation
  static constexpr std::uint32_t kMostRepeats = 4096;   // in {m,n}
  static constexpr int kMostGroups = 64;                // ( ( ( … ) ) )

  // kInvalidArgument, with the line, for what is no GBNF, a rule that is missing, defined twice,
  // left-recursive (it could grow without reading), or matches no finite text; kBadEncoding for
  // text that is no UTF-8; kLimitExceeded over the limits above. O(text + symbols).
  static Result<Grammar> compile(std::string_view text);
  // Any JSON value (RFC 8259), with few blanks between tokens, that our own reader accepts.
  static const Grammar& json();
  // Its rules but root, in GBNF: value, object, array, string, number; escape, ws.
  static std::string_view json_rules() noexcept;

  // What a sequence consists of: a byte of a range, or whatever a rule matches; then its end.
  struct Symbol {
    enum class Kind : std::uint8_t { kEnd, kByte, kRule };
    Kind kind;
    std::uint8_t low, high;  // of kByte
    std::uint32_t rule;      // of kRule
  };
  struct Rule {
    std::vector<std::uint32_t> alternatives;  // where each starts in symbols()
  };
  const std::vector<Symbol>& symbols() const noexcept { return symbols_; }
  const std::vector<Rule>& rules() const noexcept { return rules_; }
  std::uint32_t root() const noexcept { return root_; }

 private:
  std::vector<Symbol> symbols_;
  std::vector<Rule> rules_;
  std::uint32_t root_ = 0;

  friend class GrammarBuilder;
};

}  // namespace hartonomous::core::run
