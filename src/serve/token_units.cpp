// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/token_units.hpp"

#include <algorithm>

#include "core/base/utf8.hpp"

namespace hartonomous::serve {

namespace {

using core::graph::Symbol;

// A token that is nothing but spaces is that.
std::string_view without_space(std::string_view spelling) {
  const std::size_t first = spelling.find_first_not_of(' ');
  return first == spelling.npos ? spelling : spelling.substr(first);
}

bool is_text(std::string_view bytes) {
  return !bytes.empty() && core::utf8::first_invalid(bytes) == bytes.size() &&
         bytes.find('\0') == bytes.npos;
}

}  // namespace

core::Result<TokenUnits> TokenUnits::of(const core::tokenizer::Tokenizer& tokenizer,
                                        std::size_t vocabulary) {
  TokenUnits units;
  const core::tokenizer::SpecialTokens& special = tokenizer.special();
  std::string spelling;
  for (core::tokenizer::TokenId token = 0; token < vocabulary; ++token) {
    Symbol unit = core::graph::kUnknown;
    spelling.clear();
    if (token < tokenizer.size()) HARTONOMOUS_CHECK(tokenizer.append(token, false, spelling));
    if (std::ranges::find(special.end_of_generation, token) != special.end_of_generation.end()) {
      unit = core::graph::kEnd;
    } else if (special.begin == token) {
      unit = core::graph::kBegin;
    } else if (is_text(spelling)) {
      unit = units.symbols_.add(without_space(spelling));
    }
    units.units_.push_back(unit);
  }
  return units;
}

std::string_view TokenUnits::text(Symbol unit) const {
  return unit < core::graph::kFirstWord ? std::string_view() : symbols_.text(unit);
}

}  // namespace hartonomous::serve
