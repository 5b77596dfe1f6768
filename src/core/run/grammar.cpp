// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// GBNF by recursive descent, a group at a time. Repetitions become rules that read on their right:
// x* is r ::= x r | nothing, which the automaton follows without growing its stack.
#include "core/run/grammar.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/base/utf8.hpp"
#include "core/run/grammar_builder.hpp"

namespace hartonomous::core::run {

namespace {

using Symbols = GrammarBuilder::Symbols;

constexpr std::size_t kMostNameBytes = 128;
constexpr std::uint32_t kUnbounded = UINT32_MAX;

bool is_name_letter(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

std::optional<std::uint32_t> hexadecimal(std::string_view digits) noexcept {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const char lower = c >= 'A' && c <= 'F' ? static_cast<char>(c + 32) : c;
    const bool is_letter = lower >= 'a' && lower <= 'f';
    if (!is_letter && (c < '0' || c > '9')) return std::nullopt;
    value = value * 16 + static_cast<std::uint32_t>(is_letter ? lower - 'a' + 10 : c - '0');
  }
  return value;
}

class GrammarParser {
 public:
  explicit GrammarParser(std::string_view text) : text_(text) {}

  Result<Grammar> parse() {
    for (skip_blanks(); at_ < text_.size(); skip_blanks()) HARTONOMOUS_CHECK(parse_rule());
    return std::move(builder_).finish();
  }

 private:
  Status error(std::string_view what) const {
    const auto line = 1 + std::count(text_.begin(), text_.begin() + static_cast<long>(at_), '\n');
    return {Code::kInvalidArgument,
            std::string("line ") + std::to_string(line) + " of the grammar: " + std::string(what)};
  }
  Status expected(std::string_view what) const {
    std::string message = "expected ";
    message += what;
    message += at_ < text_.size() ? " before " + quoted(text_.substr(at_, 16)) : " at the end";
    return error(message);
  }
  bool is_next(std::string_view token) const { return text_.substr(at_).starts_with(token); }
  bool skip(std::string_view token) {
    if (!is_next(token)) return false;
    at_ += token.size();
    return true;
  }
  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        while (at_ < text_.size() && text_[at_] != '\n') ++at_;
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++at_;
      } else {
        return;
      }
    }
  }

  Result<std::uint32_t> parse_name() {
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name_letter(text_[at_])) ++at_;
    if (at_ == begin) return expected("a rule's name");
    if (at_ - begin > kMostNameBytes) return error("a name is longer than 128 letters");
    return builder_.named(text_.substr(begin, at_ - begin));
  }

  Status parse_rule() {
    HARTONOMOUS_TRY(const std::uint32_t rule, parse_name());
    if (builder_.is_defined(rule)) {
      return error("rule " + quoted(builder_.name(rule)) + " is defined twice");
    }
    skip_blanks();
    if (!skip("::=")) return expected("::=");
    skip_blanks();
    builder_.define(rule);
    owner_ = rule;
    return parse_alternatives(rule, 0);
  }

  // Adds them to `rule`. `depth` groups are open.
  Status parse_alternatives(std::uint32_t rule, int depth) {
    while (true) {
      Symbols sequence;
      HARTONOMOUS_CHECK(parse_sequence(sequence, depth));
      HARTONOMOUS_CHECK(builder_.add(rule, sequence));
      skip_blanks();
      if (!skip("|")) return Status::ok();
      skip_blanks();
    }
  }

  Status parse_sequence(Symbols& sequence, int depth) {
    while (true) {
      skip_blanks();
      if (at_ == text_.size()) return Status::ok();
      Symbols element;
      const char c = text_[at_];
      if (c == '"') {
        HARTONOMOUS_CHECK(parse_literal(element));
      } else if (c == '[') {
        HARTONOMOUS_CHECK(parse_set(element));
      } else if (c == '.') {
        ++at_;
        HARTONOMOUS_CHECK(add_character(tidied({}, true), element));
      } else if (c == '(') {
        HARTONOMOUS_CHECK(parse_group(element, depth + 1));
      } else if (is_name_letter(c) && !is_rule_start(depth)) {
        HARTONOMOUS_TRY(const std::uint32_t rule, parse_name());
        element.push_back(GrammarBuilder::reference(rule));
      } else {
        return Status::ok();
      }
      HARTONOMOUS_CHECK(parse_repetition(element));
      sequence.insert(sequence.end(), element.begin(), element.end());
      if (sequence.size() > Grammar::kMostSymbols) return too_many_symbols();
    }
  }

  // A line's end ends nothing: outside groups a name followed by ::= is the next rule.
  bool is_rule_start(int depth) const {
    if (depth > 0) return false;
    std::size_t at = at_;
    while (at < text_.size() && is_name_letter(text_[at])) ++at;
    while (at < text_.size() && (text_[at] == ' ' || text_[at] == '\t')) ++at;
    return text_.substr(at).starts_with("::=");
  }

  Status parse_group(Symbols& element, int depth) {
    if (depth > Grammar::kMostGroups) {
      return {Code::kLimitExceeded, std::string("more than ") +
                                        std::to_string(Grammar::kMostGroups) +
                                        " groups in each other in the grammar"};
    }
    ++at_;
    const std::uint32_t rule = builder_.part_of(owner_);
    HARTONOMOUS_CHECK(parse_alternatives(rule, depth));
    skip_blanks();
    if (!skip(")")) return expected(")");
    element.push_back(GrammarBuilder::reference(rule));
    return Status::ok();
  }

  Status parse_literal(Symbols& element) {
    ++at_;
    while (!skip("\"")) {
      if (at_ == text_.size() || text_[at_] == '\n') return expected("\"");
      HARTONOMOUS_TRY(const char32_t codepoint, parse_character());
      std::string bytes;
      utf8::append(bytes, codepoint);
      for (const char b : bytes) {
        const auto byte = static_cast<std::uint8_t>(b);
        element.push_back(GrammarBuilder::byte(byte, byte));
      }
    }
    return Status::ok();
  }

  Status parse_set(Symbols& element) {
    ++at_;
    const bool is_negated = skip("^");
    std::vector<CodepointRange> ranges;
    while (!skip("]")) {
      if (at_ == text_.size() || text_[at_] == '\n') return expected("]");
      HARTONOMOUS_TRY(const char32_t first, parse_character());
      char32_t last = first;
      if (is_next("-") && !is_next("-]")) {
        ++at_;
        HARTONOMOUS_TRY(last, parse_character());
        if (last < first) return error("a range ends before it begins");
      }
      ranges.push_back({first, last});
    }
    return add_character(tidied(std::move(ranges), is_negated), element);
  }

  Status add_character(const std::vector<CodepointRange>& ranges, Symbols& element) {
    HARTONOMOUS_TRY(const Grammar::Symbol symbol, builder_.character(ranges, owner_));
    element.push_back(symbol);
    return Status::ok();
  }

  // One character of a literal or set, or an escape of one.
  Result<char32_t> parse_character() {
    if (!is_next("\\")) {
      const utf8::Decoded decoded = utf8::decode(text_.substr(at_));
      if (decoded.length == 0) return expected("a character");
      at_ += decoded.length;
      return decoded.codepoint;
    }
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    static constexpr std::string_view kLetters = "nrt\\\"[]^-", kMeanings = "\n\r\t\\\"[]^-";
    if (const std::size_t i = kLetters.find(c); c != '\0' && i != std::string_view::npos) {
      at_ += 2;
      return static_cast<char32_t>(kMeanings[i]);
    }
    const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    const auto value = hexadecimal(text_.substr(std::min(at_ + 2, text_.size()), digits));
    if (digits == 0 || at_ + 2 + digits > text_.size() || !value || *value > utf8::kMaxCodepoint ||
        (*value >= 0xd800 && *value < 0xe000)) {
      return expected("an escape such as \\n, \\\" or \\u00e9");
    }
    at_ += 2 + digits;
    return static_cast<char32_t>(*value);
  }

  Result<std::uint32_t> parse_count() {
    std::uint32_t value = 0;
    const std::size_t begin = at_;
    for (; at_ < text_.size() && text_[at_] >= '0' && text_[at_] <= '9'; ++at_) {
      value = value * 10 + static_cast<std::uint32_t>(text_[at_] - '0');
      if (value > Grammar::kMostRepeats) {
        return Status(Code::kLimitExceeded, std::string("more than ") +
                                                std::to_string(Grammar::kMostRepeats) +
                                                " repetitions in the grammar");
      }
    }
    if (at_ == begin) return expected("a number");
    return value;
  }

  // What follows an element: nothing, or how often it comes.
  Status parse_repetition(Symbols& element) {
    std::uint32_t least = 0, most = kUnbounded;
    if (skip("+")) {
      least = 1;
    } else if (skip("?")) {
      most = 1;
    } else if (skip("{")) {
      HARTONOMOUS_TRY(least, parse_count());
      most = least;
      if (skip(",")) {
        most = kUnbounded;
        if (!is_next("}")) {
          HARTONOMOUS_TRY(most, parse_count());
        }
      }
      if (!skip("}")) return expected("}");
      if (most < least) return error("a repetition ends before it begins");
    } else if (!skip("*")) {
      return Status::ok();
    }
    return repeat(element, least, most);
  }

  Status repeat(Symbols& element, std::uint32_t least, std::uint32_t most) {
    if (element.size() != 1) {
      const std::uint32_t group = builder_.part_of(owner_);
      HARTONOMOUS_CHECK(builder_.add(group, element));
      element = {GrammarBuilder::reference(group)};
    }
    const Grammar::Symbol once = element[0];
    element.assign(least, once);
    if (most == least) return Status::ok();
    // Each further time is a rule: once and the next, or nothing. The last has no next; without a
    // bound, the only one is its own.
    std::uint32_t next = kUnbounded;
    for (std::uint32_t left = most == kUnbounded ? 1 : most - least; left > 0; --left) {
      const std::uint32_t rule = builder_.part_of(owner_);
      if (most == kUnbounded) next = rule;
      Symbols more = {once};
      if (next != kUnbounded) more.push_back(GrammarBuilder::reference(next));
      HARTONOMOUS_CHECK(builder_.add(rule, more));
      HARTONOMOUS_CHECK(builder_.add(rule, {}));
      next = rule;
    }
    element.push_back(GrammarBuilder::reference(next));
    return Status::ok();
  }

  static Status too_many_symbols() {
    return {Code::kLimitExceeded, std::string("the grammar has more than ") +
                                      std::to_string(Grammar::kMostSymbols) + " symbols"};
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::uint32_t owner_ = 0;  // the rule being read
  GrammarBuilder builder_;
};

constexpr std::string_view kJsonRules = R"gbnf(
value  ::= object | array | string | number | "true" | "false" | "null"
object ::= "{" ws ( member ( "," ws member )* )? "}" ws
member ::= string ws ":" ws value
array  ::= "[" ws ( value ( "," ws value )* )? "]" ws
string ::= "\"" ( [^"\\\x00-\x1f] | "\\" escape )* "\""
escape ::= ["\\/bfnrt] | "u" unit
unit   ::= "0" "0" ( "0" [1-9a-fA-F] | [1-9a-fA-F] hex ) | "0" [1-9a-fA-F] hex hex
         | [1-9abcABCefEF] hex hex hex | [dD] [0-7] hex hex
         | [dD] [89abAB] hex hex "\\u" [dD] [c-fC-F] hex hex
hex    ::= [0-9a-fA-F]
number ::= "-"? ( "0" | [1-9] [0-9]{0,15} ) ( "." [0-9]{1,16} )? ( [eE] [-+]? [0-9]{1,2} )?
ws     ::= ( " " | "\n" [ \t]{0,20} )?
)gbnf";

}  // namespace

Result<Grammar> Grammar::compile(std::string_view text) {
  if (text.size() > kMostBytes) {
    return Status(Code::kLimitExceeded, std::string("the grammar is longer than ") +
                                            std::to_string(kMostBytes) + " bytes");
  }
  if (utf8::first_invalid(text) != text.size()) {
    return Status(Code::kBadEncoding, "the grammar is not valid UTF-8");
  }
  return GrammarParser(text).parse();
}

std::string_view Grammar::json_rules() noexcept { return kJsonRules; }

const Grammar& Grammar::json() {
  static const Grammar grammar = compile("root ::= value\n" + std::string(kJsonRules)).value();
  return grammar;
}

}  // namespace hartonomous::core::run
