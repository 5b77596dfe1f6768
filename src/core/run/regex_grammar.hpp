// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A regular expression as a grammar, so that an answer has a form that is written in one line.
#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace hartonomous::core::run {

inline constexpr std::size_t kMostPatternBytes = 4096;

// GBNF (grammar.hpp) of the texts that match all of `pattern`. Understood are
//
//   characters       those without a meaning, \ before any other; \n \r \t \f \v \xHH \uHHHH
//   sets             . (all but line feed), [a-z_], [^a-z], \d \w \s \D \W \S; of ASCII
//   groups           (ab|c), (?:ab|c)
//   how often        ? * + {m} {m,} {m,n}
//   ^ at the beginning and $ at the end, which say what is so without them
//
// with the meaning that they have in PostgreSQL, Perl and ICU, wherever these agree. No set has
// NUL.
//
// kInvalidPattern, with the place, for anything else, for what is repeated without end and can be
// empty, and for more than Grammar::kMostRepeats repetitions; kBadEncoding for what is no UTF-8;
// kLimitExceeded over kMostPatternBytes and what Grammar::compile() bounds. O(symbols of the
// grammar).
Result<std::string> regex_grammar(std::string_view pattern);

}  // namespace hartonomous::core::run
