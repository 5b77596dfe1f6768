// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Rules of a grammar as they are found, made into a Grammar once all are there.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/run/codepoint_ranges.hpp"
#include "core/run/grammar.hpp"

namespace hartonomous::core::run {

class GrammarBuilder {
 public:
  using Symbols = std::vector<Grammar::Symbol>;  // a sequence, without its end

  // The rule of this name, defined or not yet.
  std::uint32_t named(std::string_view name);
  bool is_defined(std::uint32_t rule) const noexcept { return is_defined_[rule]; }
  const std::string& name(std::uint32_t rule) const noexcept { return names_[rule]; }
  // A rule of no name, for messages part of `owner`.
  std::uint32_t part_of(std::uint32_t owner);
  // kLimitExceeded over Grammar::kMostSymbols.
  Status add(std::uint32_t rule, const Symbols& alternative);
  void define(std::uint32_t rule) { is_defined_[rule] = true; }

  static Grammar::Symbol reference(std::uint32_t rule) {
    return {Grammar::Symbol::Kind::kRule, 0, 0, rule};
  }
  static Grammar::Symbol byte(std::uint8_t low, std::uint8_t high) {
    return {Grammar::Symbol::Kind::kByte, low, high, 0};
  }
  // One character of the ranges, which are sorted and apart; none makes a rule without
  // alternatives.
  Result<Grammar::Symbol> character(const std::vector<CodepointRange>& ranges, std::uint32_t owner);

  // The grammar from its rule "root". Errors as Grammar::compile.
  Result<Grammar> finish() &&;

 private:
  Status check_rules() const;
  Status check_left_recursion(const std::vector<bool>& is_nullable) const;

  Grammar grammar_;
  std::vector<std::string> names_;  // of parts, their owner's
  std::vector<bool> is_defined_;
  std::map<std::string, std::uint32_t, std::less<>> by_name_;
  std::map<std::vector<CodepointRange>, std::uint32_t> by_ranges_;
};

}  // namespace hartonomous::core::run
