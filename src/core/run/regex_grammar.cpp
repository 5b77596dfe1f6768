// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/regex_grammar.hpp"

#include <charconv>
#include <optional>

#include "core/base/utf8.hpp"
#include "core/run/codepoint_ranges.hpp"
#include "core/run/grammar.hpp"

namespace hartonomous::core::run {

namespace {

using Ranges = std::vector<CodepointRange>;

constexpr CodepointRange kNul = {0, 0}, kSurrogates = {0xd800, 0xdfff}, kLineFeed = {'\n', '\n'};

bool is_letter_or_digit(char32_t c) noexcept {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// All characters but these, and what no text has.
Ranges others(Ranges ranges) {
  ranges.push_back(kNul);
  ranges.push_back(kSurrogates);
  return tidied(std::move(ranges), true);
}

// What \d, \W and their like stand for; nothing for another letter.
std::optional<Ranges> class_named(char letter) {
  const auto is_upper = letter >= 'A' && letter <= 'Z';
  Ranges ranges;
  switch (is_upper ? letter + ('a' - 'A') : letter) {
    case 'd':
      ranges = {{'0', '9'}};
      break;
    case 'w':
      ranges = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
      break;
    case 's':
      ranges = {{'\t', '\r'}, {' ', ' '}};
      break;
    default:
      return std::nullopt;
  }
  return is_upper ? others(std::move(ranges)) : ranges;
}

constexpr std::string_view kEscapedInSet = "\\[]^-", kEscapedInLiteral = "\"\\";

// A character in GBNF.
void spell(std::string& out, char32_t c, std::string_view escaped) {
  static constexpr std::string_view kHex = "0123456789abcdef";
  if (c < 0x20 || c == 0x7f) {
    out.append("\\x").append(1, kHex[c / 16]).append(1, kHex[c % 16]);
    return;
  }
  if (c < 0x80 && escaped.find(static_cast<char>(c)) != std::string_view::npos) out += '\\';
  utf8::append(out, c);
}

std::string spelled(const Ranges& ranges) {
  std::string out = "[";
  for (const CodepointRange& range : ranges) {
    spell(out, range.first, kEscapedInSet);
    if (range.last == range.first) continue;
    if (range.last > range.first + 1) out += '-';
    spell(out, range.last, kEscapedInSet);
  }
  return out + "]";
}

class Translator {
 public:
  explicit Translator(std::string_view pattern) : pattern_(pattern) {}

  Result<std::string> translate() {
    std::string rule = "root ::=";
    skip("^");
    HARTONOMOUS_TRY(const bool can_be_empty, add_alternatives(rule, 0));
    static_cast<void>(can_be_empty);
    if (at_ < pattern_.size()) return error("unexpected " + quoted(pattern_.substr(at_, 1)));
    rule += '\n';
    const auto compiled = Grammar::compile(rule);
    if (!compiled.is_ok()) return compiled.status();
    return rule;
  }

 private:
  Status error(const std::string& what) const {
    const std::size_t place = utf8::count(pattern_.substr(0, at_)) + 1;
    return Status(Code::kInvalidPattern,
                  "regular expression: " + what + " at character " + std::to_string(place))
        .with_hint(
            "Understood are characters, sets such as [a-z], \\d, \\w, \\s and the dot, groups, |, "
            "and the repetitions ?, *, +, {m}, {m,} and {m,n}; the answer matches from its "
            "beginning to its end.");
  }
  char next() const { return at_ < pattern_.size() ? pattern_[at_] : '\0'; }
  bool skip(std::string_view token) {
    if (!pattern_.substr(at_).starts_with(token)) return false;
    at_ += token.size();
    return true;
  }

  // Each appends to `out` and returns whether the empty text matches.
  Result<bool> add_alternatives(std::string& out, int depth) {
    HARTONOMOUS_TRY(bool can_be_empty, add_sequence(out, depth));
    while (skip("|")) {
      out += " |";
      HARTONOMOUS_TRY(const bool is_empty, add_sequence(out, depth));
      can_be_empty = can_be_empty || is_empty;
    }
    return can_be_empty;
  }

  Result<bool> add_sequence(std::string& out, int depth) {
    bool can_be_empty = true;
    std::string literal;  // characters that are not repeated
    const auto end_literal = [&] {
      if (!literal.empty()) out += " \"" + literal + '"';
      literal.clear();
    };
    const std::size_t before = out.size();
    while (at_ < pattern_.size() && next() != '|' && next() != ')') {
      if (next() == '$' && at_ + 1 == pattern_.size() && depth == 0) {
        ++at_;
        break;
      }
      std::string element, character;
      HARTONOMOUS_TRY(bool is_empty, read_element(element, character, depth));
      if (!character.empty() && !is_repetition()) {
        literal += character;
      } else {
        end_literal();
        out += character.empty() ? ' ' + element : " \"" + character + '"';
        HARTONOMOUS_TRY(is_empty, add_repetition(out, is_empty));
      }
      can_be_empty = can_be_empty && is_empty;
    }
    end_literal();
    if (out.size() == before) out += " \"\"";
    return can_be_empty;
  }

  // Either an element in GBNF or a character of a literal.
  Result<bool> read_element(std::string& element, std::string& character, int depth) {
    switch (next()) {
      case '(':
        return read_group(element, depth + 1);
      case '[': {
        HARTONOMOUS_TRY(const Ranges ranges, read_set());
        element = spelled(ranges);
        return false;
      }
      case '.':
        ++at_;
        element = spelled(others({kLineFeed}));
        return false;
      case '^':
      case '$':
        return error("an anchor");
      case '?':
      case '*':
      case '+':
      case '{':
        return error("a repetition of nothing");
      default:
        break;
    }
    if (const auto ranges = read_class()) {
      element = spelled(*ranges);
      return false;
    }
    HARTONOMOUS_TRY(const char32_t codepoint, read_character());
    spell(character, codepoint, kEscapedInLiteral);
    return false;
  }

  Result<bool> read_group(std::string& element, int depth) {
    if (depth > Grammar::kMostGroups) {
      return Status(Code::kLimitExceeded, std::string("regular expression of more than ") +
                                              std::to_string(Grammar::kMostGroups) +
                                              " groups in each other");
    }
    ++at_;
    if (!skip("?:") && next() == '?') return error("a special group");
    element += "(";
    HARTONOMOUS_TRY(const bool can_be_empty, add_alternatives(element, depth));
    if (!skip(")")) return error("expected )");
    element += " )";
    return can_be_empty;
  }

  // \d and its like, if one is next.
  std::optional<Ranges> read_class() {
    if (next() != '\\' || at_ + 1 == pattern_.size()) return std::nullopt;
    auto ranges = class_named(pattern_[at_ + 1]);
    if (ranges) at_ += 2;
    return ranges;
  }

  Result<Ranges> read_set() {
    ++at_;
    const bool is_negated = skip("^");
    Ranges ranges;
    if (next() == ']') return error("] at the beginning of a set");
    do {
      if (next() == '[') return error("[ in a set");
      if (const auto named = read_class()) {
        ranges.insert(ranges.end(), named->begin(), named->end());
        continue;
      }
      HARTONOMOUS_TRY(const char32_t first, read_character());
      char32_t last = first;
      if (next() == '-' && !pattern_.substr(at_).starts_with("-]")) {
        ++at_;
        HARTONOMOUS_TRY(last, read_character());
        if (last < first) return error("a range that ends before it begins");
      }
      ranges.push_back({first, last});
    } while (!skip("]"));
    ranges = is_negated ? others(std::move(ranges)) : tidied(std::move(ranges), false);
    if (ranges.empty()) return error("a set of nothing");
    return ranges;
  }

  Result<char32_t> read_character() {
    const utf8::Decoded decoded = utf8::decode(pattern_.substr(at_));
    if (decoded.length == 0) return error("expected a character");
    if (decoded.codepoint == 0) return error("NUL");
    if (decoded.codepoint == '\\') return read_escape();
    at_ += decoded.length;
    return decoded.codepoint;
  }

  Result<char32_t> read_escape() {
    const char c = at_ + 1 < pattern_.size() ? pattern_[at_ + 1] : '\0';
    static constexpr std::string_view kLetters = "nrtfv", kMeanings = "\n\r\t\f\v";
    const std::size_t letter = kLetters.find(c);
    const std::size_t digits = c == 'x' ? 2 : c == 'u' ? 4 : 0;
    char32_t value = static_cast<unsigned char>(c);
    if (letter != std::string_view::npos) {
      value = static_cast<char32_t>(kMeanings[letter]);
    } else if (digits > 0) {
      const std::string_view text = pattern_.substr(at_ + 2).substr(0, digits);
      std::uint32_t number = 0;
      const auto read = std::from_chars(text.data(), text.data() + text.size(), number, 16);
      if (text.size() < digits || read.ptr != text.data() + digits || number == 0 ||
          (number >= kSurrogates.first && number <= kSurrogates.last)) {
        return error("an escape of no character");
      }
      value = number;
    } else if (value <= ' ' || value >= 0x7f || is_letter_or_digit(value)) {
      return error("an escape that is not understood");
    }
    at_ += 2 + digits;
    return value;
  }

  bool is_repetition() const {
    return at_ < pattern_.size() && std::string_view("?*+{").find(next()) != std::string_view::npos;
  }

  // GBNF writes repetitions as expressions do.
  Result<bool> add_repetition(std::string& out, bool can_be_empty) {
    if (!is_repetition()) return can_be_empty;
    const std::size_t begin = at_;
    std::uint32_t least = next() == '+' ? 1 : 0;
    bool is_endless = next() == '+' || next() == '*';
    if (next() == '{') {
      ++at_;
      HARTONOMOUS_TRY(least, read_count());
      std::uint32_t most = least;
      if (skip(",")) {
        is_endless = next() == '}';
        if (!is_endless) {
          HARTONOMOUS_TRY(most, read_count());
        }
      }
      if (next() != '}') return error("expected }");
      if (most < least) return error("a repetition that ends before it begins");
    }
    if (is_endless && can_be_empty) return error("an endless repetition of what can be empty");
    ++at_;
    out += pattern_.substr(begin, at_ - begin);
    if (is_repetition()) return error("a repetition of a repetition");
    return can_be_empty || least == 0;
  }

  Result<std::uint32_t> read_count() {
    std::uint32_t value = 0;
    const std::string_view rest = pattern_.substr(at_);
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), value);
    if (read.ec == std::errc::invalid_argument) return error("expected a number");
    if (read.ec != std::errc() || value > Grammar::kMostRepeats) {
      return error("more than " + std::to_string(Grammar::kMostRepeats) + " repetitions");
    }
    at_ += static_cast<std::size_t>(read.ptr - rest.data());
    return value;
  }

  std::string_view pattern_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::string> regex_grammar(std::string_view pattern) {
  if (pattern.size() > kMostPatternBytes) {
    return Status(Code::kLimitExceeded, std::string("regular expression is longer than ") +
                                            std::to_string(kMostPatternBytes) + " bytes");
  }
  if (utf8::first_invalid(pattern) != pattern.size()) {
    return Status(Code::kBadEncoding, "regular expression is not valid UTF-8");
  }
  return Translator(pattern).translate();
}

}  // namespace hartonomous::core::run
