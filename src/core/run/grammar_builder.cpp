// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/grammar_builder.hpp"

#include <algorithm>

#include "core/run/utf8_ranges.hpp"

namespace hartonomous::core::run {

using Kind = Grammar::Symbol::Kind;

std::uint32_t GrammarBuilder::named(std::string_view name) {
  const auto found = by_name_.find(name);
  if (found != by_name_.end()) return found->second;
  const auto rule = static_cast<std::uint32_t>(names_.size());
  names_.emplace_back(name);
  is_defined_.push_back(false);
  grammar_.rules_.emplace_back();
  by_name_.emplace(name, rule);
  return rule;
}

std::uint32_t GrammarBuilder::part_of(std::uint32_t owner) {
  const auto rule = static_cast<std::uint32_t>(names_.size());
  names_.push_back(names_[owner]);
  is_defined_.push_back(true);
  grammar_.rules_.emplace_back();
  return rule;
}

Status GrammarBuilder::add(std::uint32_t rule, const Symbols& alternative) {
  auto& symbols = grammar_.symbols_;
  if (symbols.size() + alternative.size() >= Grammar::kMostSymbols) {
    return {Code::kLimitExceeded, std::string("the grammar has more than ") +
                                      std::to_string(Grammar::kMostSymbols) + " symbols"};
  }
  grammar_.rules_[rule].alternatives.push_back(static_cast<std::uint32_t>(symbols.size()));
  symbols.insert(symbols.end(), alternative.begin(), alternative.end());
  symbols.push_back({Kind::kEnd, 0, 0, 0});
  return Status::ok();
}

Result<Grammar::Symbol> GrammarBuilder::character(const std::vector<CodepointRange>& ranges,
                                                  std::uint32_t owner) {
  if (ranges.size() == 1 && ranges[0].last < 0x80) {
    return byte(static_cast<std::uint8_t>(ranges[0].first),
                static_cast<std::uint8_t>(ranges[0].last));
  }
  const auto found = by_ranges_.find(ranges);
  if (found != by_ranges_.end()) return reference(found->second);
  const std::uint32_t rule = part_of(owner);
  for (const CodepointRange& range : ranges) {
    for (const Utf8Range& encoded : utf8_ranges(range.first, range.last)) {
      Symbols bytes;
      for (std::size_t i = 0; i < encoded.length; ++i) {
        bytes.push_back(byte(encoded.bytes[i].low, encoded.bytes[i].high));
      }
      HARTONOMOUS_CHECK(add(rule, bytes));
    }
  }
  by_ranges_.emplace(ranges, rule);
  return reference(rule);
}

namespace {

// The rules that have an alternative whose rules are all among them, and whose bytes, if it has
// any, are allowed: the least fixed point. Each alternative counts the symbols that it still lacks,
// and each rule found tells those that use it. O(symbols).
std::vector<bool> closed_rules(const Grammar& grammar, bool allows_bytes) {
  const auto& rules = grammar.rules();
  struct Alternative {
    std::uint32_t rule, lacking;
  };
  std::vector<Alternative> alternatives;
  std::vector<std::vector<std::uint32_t>> users(rules.size());
  std::vector<bool> is_in(rules.size());
  std::vector<std::uint32_t> found;
  const auto take = [&](std::uint32_t rule) {
    if (!is_in[rule]) found.push_back(rule);
    is_in[rule] = true;
  };
  for (std::uint32_t rule = 0; rule < rules.size(); ++rule) {
    for (const std::uint32_t start : rules[rule].alternatives) {
      Alternative alternative{rule, 0};
      for (auto at = start; grammar.symbols()[at].kind != Kind::kEnd; ++at) {
        const auto& symbol = grammar.symbols()[at];
        if (symbol.kind == Kind::kByte && allows_bytes) continue;
        ++alternative.lacking;
        if (symbol.kind != Kind::kRule) continue;
        users[symbol.rule].push_back(static_cast<std::uint32_t>(alternatives.size()));
      }
      alternatives.push_back(alternative);
      if (alternative.lacking == 0) take(rule);
    }
  }
  while (!found.empty()) {
    const std::uint32_t rule = found.back();
    found.pop_back();
    for (const std::uint32_t user : users[rule]) {
      if (--alternatives[user].lacking == 0) take(alternatives[user].rule);
    }
  }
  return is_in;
}

}  // namespace

// A rule that can be reached from itself with nothing read before it. Depth first, without
// recursion: a stack of rules, each with those that it still has to visit.
Status GrammarBuilder::check_left_recursion(const std::vector<bool>& is_nullable) const {
  const auto firsts = [&](std::uint32_t rule) {
    std::vector<std::uint32_t> reached;
    for (const std::uint32_t at : grammar_.rules_[rule].alternatives) {
      for (std::uint32_t i = at; grammar_.symbols_[i].kind == Kind::kRule; ++i) {
        reached.push_back(grammar_.symbols_[i].rule);
        if (!is_nullable[reached.back()]) break;
      }
    }
    return reached;
  };
  enum class Visit : std::uint8_t { kNever, kUnderWay, kDone };
  std::vector<Visit> visits(grammar_.rules_.size(), Visit::kNever);
  std::vector<std::pair<std::uint32_t, std::vector<std::uint32_t>>> path;
  for (std::uint32_t start = 0; start < visits.size(); ++start) {
    if (visits[start] != Visit::kNever) continue;
    visits[start] = Visit::kUnderWay;
    path.emplace_back(start, firsts(start));
    while (!path.empty()) {
      auto& [rule, left] = path.back();
      if (left.empty()) {
        visits[rule] = Visit::kDone;
        path.pop_back();
        continue;
      }
      const std::uint32_t next = left.back();
      left.pop_back();
      if (visits[next] == Visit::kUnderWay) {
        return Status(Code::kInvalidArgument,
                      "rule " + quoted(names_[next]) + " of the grammar is left-recursive")
            .with_hint(
                "A rule must read a character before it comes to itself, and what is "
                "repeated must not be empty.");
      }
      if (visits[next] == Visit::kNever) {
        visits[next] = Visit::kUnderWay;
        path.emplace_back(next, firsts(next));
      }
    }
  }
  return Status::ok();
}

Status GrammarBuilder::check_rules() const {
  for (std::size_t rule = 0; rule < names_.size(); ++rule) {
    if (!is_defined_[rule]) {
      return {Code::kInvalidArgument, "the grammar has no rule " + quoted(names_[rule])};
    }
  }
  const auto is_productive = closed_rules(grammar_, true);
  const auto endless = std::ranges::find(is_productive, false);
  if (endless != is_productive.end()) {
    const auto rule = static_cast<std::size_t>(endless - is_productive.begin());
    return {Code::kInvalidArgument,
            "rule " + quoted(names_[rule]) + " of the grammar matches no finite text"};
  }
  return check_left_recursion(closed_rules(grammar_, false));
}

Result<Grammar> GrammarBuilder::finish() && {
  grammar_.root_ = named("root");
  HARTONOMOUS_CHECK(check_rules());
  return std::move(grammar_);
}

}  // namespace hartonomous::core::run
