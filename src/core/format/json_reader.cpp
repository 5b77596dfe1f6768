// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/json_reader.hpp"

#include <bitset>
#include <charconv>

#include "core/base/utf8.hpp"

namespace hartonomous::core::format {

namespace {
constexpr std::size_t kReportEvery = 64 * 1024;
bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }
}  // namespace

void JsonReader::report() {
  if (at_ - reported_ < kReportEvery) return;
  checkpoint_->reached(0);
  reported_ = at_;
}

char JsonReader::peek() noexcept {
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return c;
    ++at_;
  }
  return '\0';
}

Status JsonReader::error(std::string_view expectation) const {
  return Status(Code::kMalformed, std::string("malformed ") + what_)
      .with_detail("At byte " + std::to_string(offset()) + ": " + std::string(expectation) + ".");
}

Status JsonReader::begin_object() {
  if (peek() != '{') return error("an object is expected");
  ++at_;
  fresh_ = true;
  return Status::ok();
}

Status JsonReader::begin_array() {
  if (peek() != '[') return error("an array is expected");
  ++at_;
  fresh_ = true;
  return Status::ok();
}

Result<bool> JsonReader::next_in(char closing) {
  report();
  const char c = peek();
  if (c == closing) {
    ++at_;
    fresh_ = false;
    return false;
  }
  if (!fresh_) {
    if (c != ',')
      return error(closing == '}' ? "\",\" or \"}\" is expected" : "\",\" or \"]\" is expected");
    ++at_;
  }
  fresh_ = false;
  return true;
}

Result<bool> JsonReader::next_key(std::string& key) {
  HARTONOMOUS_TRY(const bool more, next_in('}'));
  if (!more) return false;
  HARTONOMOUS_CHECK(read_string(key));
  if (peek() != ':') return error("\":\" is expected");
  ++at_;
  return true;
}

Result<bool> JsonReader::next_element() { return next_in(']'); }

Status JsonReader::read_string(std::string& out) {
  if (peek() != '"') return error("a string is expected");
  ++at_;
  fresh_ = false;
  out.clear();
  for (;;) {
    report();
    const std::size_t plain = at_;
    const auto is_plain = [&](char c) {
      if (at_ - plain >= kReportEvery && !is_continuation(c)) return false;
      return c != '"' && c != '\\' && static_cast<unsigned char>(c) >= 0x20;
    };
    while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
    const std::string_view run = text_.substr(plain, at_ - plain);
    if (const std::size_t bad = utf8::first_invalid(run); bad < run.size()) {
      return Status(Code::kBadEncoding, std::string(what_) + " is not valid UTF-8")
          .with_detail("Invalid at byte " + std::to_string(base_ + plain + bad) + ".");
    }
    out.append(run);
    if (at_ == text_.size()) return error("the string does not end");
    if (at_ - plain >= kReportEvery) continue;
    if (text_[at_] == '"') {
      ++at_;
      return Status::ok();
    }
    if (text_[at_] != '\\') return error("control characters must be escaped in strings");
    ++at_;
    HARTONOMOUS_CHECK(read_escape(out));
  }
}

Status JsonReader::read_escape(std::string& out) {
  const char c = at_ < text_.size() ? text_[at_] : '\0';
  ++at_;
  switch (c) {
    case '"':
      out += '"';
      return Status::ok();
    case '\\':
      out += '\\';
      return Status::ok();
    case '/':
      out += '/';
      return Status::ok();
    case 'b':
      out += '\b';
      return Status::ok();
    case 'f':
      out += '\f';
      return Status::ok();
    case 'n':
      out += '\n';
      return Status::ok();
    case 'r':
      out += '\r';
      return Status::ok();
    case 't':
      out += '\t';
      return Status::ok();
    case 'u':
      break;
    default:
      --at_;
      return error("unknown escape in a string");
  }
  HARTONOMOUS_TRY(char32_t codepoint, read_hex4());
  const bool high = codepoint >= 0xd800 && codepoint < 0xdc00;
  if (high && text_.substr(at_, 2) == "\\u") {
    at_ += 2;
    HARTONOMOUS_TRY(const std::uint32_t low, read_hex4());
    if (low >= 0xdc00 && low < 0xe000) {
      utf8::append(out, 0x10000 + ((codepoint - 0xd800) << 10) + (low - 0xdc00));
      return Status::ok();
    }
  }
  if (codepoint == 0 || (codepoint >= 0xd800 && codepoint < 0xe000)) {
    return Status(Code::kBadEncoding, std::string(what_) + " has a string that is not text")
        .with_detail("At byte " + std::to_string(offset()) + ": " +
                     (codepoint == 0 ? "NUL." : "half of a surrogate pair."));
  }
  utf8::append(out, codepoint);
  return Status::ok();
}

Result<std::uint32_t> JsonReader::read_hex4() {
  const std::string_view digits = text_.substr(at_, 4);
  std::uint32_t value = 0;
  const auto [end, failure] =
      std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
  if (digits.size() < 4 || failure != std::errc() || end != digits.data() + 4) {
    return error("four hexadecimal digits are expected");
  }
  at_ += 4;
  return value;
}

Result<std::uint64_t> JsonReader::read_uint64() {
  if (!is_digit(peek())) return error("a non-negative integer is expected");
  std::size_t end = at_;
  while (end < text_.size() && is_digit(text_[end])) ++end;
  const char next = end < text_.size() ? text_[end] : '\0';
  if (next == '.' || next == 'e' || next == 'E') {
    return error("an integer without point or exponent is expected");
  }
  if (text_[at_] == '0' && end - at_ > 1) return error("a number must not begin with 0");
  std::uint64_t value = 0;
  if (std::from_chars(text_.data() + at_, text_.data() + end, value).ec != std::errc()) {
    return error("the number does not fit in 64 bits");
  }
  at_ = end;
  fresh_ = false;
  return value;
}

Status JsonReader::skip_number() {
  const auto digits = [&] {
    const std::size_t first = at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
    return at_ - first;
  };
  const auto next = [&] { return at_ < text_.size() ? text_[at_] : '\0'; };
  if (next() == '-') ++at_;
  const bool leading_zero = next() == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (leading_zero && whole > 1)) return error("malformed number");
  if (next() == '.') {
    ++at_;
    if (digits() == 0) return error("malformed number");
  }
  if (next() == 'e' || next() == 'E') {
    ++at_;
    if (next() == '+' || next() == '-') ++at_;
    if (digits() == 0) return error("malformed number");
  }
  return Status::ok();
}

Result<std::string_view> JsonReader::read_number() {
  const char c = peek();
  fresh_ = false;
  if (c != '-' && !is_digit(c)) return error("a number is expected");
  const std::size_t begin = at_;
  HARTONOMOUS_CHECK(skip_number());
  return text_.substr(begin, at_ - begin);
}

Result<double> JsonReader::read_double() {
  HARTONOMOUS_TRY(const std::string_view text, read_number());
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc()) return error("the number is out of range");
  return value;
}

Result<bool> JsonReader::read_bool() {
  peek();
  fresh_ = false;
  for (const bool value : {false, true}) {
    const std::string_view literal = value ? "true" : "false";
    if (!text_.substr(at_).starts_with(literal)) continue;
    at_ += literal.size();
    return value;
  }
  return error("true or false is expected");
}

Status JsonReader::skip_scalar() {
  const char c = peek();
  fresh_ = false;
  if (c == '"') {
    std::string ignored;
    return read_string(ignored);
  }
  if (c == '-' || is_digit(c)) return skip_number();
  for (const std::string_view literal : {"true", "false", "null"}) {
    if (text_.substr(at_, literal.size()) == literal) {
      at_ += literal.size();
      return Status::ok();
    }
  }
  return error("a value is expected");
}

bool JsonReader::skip_null() noexcept {
  if (peek() != 'n' || !text_.substr(at_).starts_with("null")) return false;
  at_ += 4;
  fresh_ = false;
  return true;
}

Status JsonReader::skip_value() {
  std::bitset<kMaxDepth> is_object;
  unsigned depth = 0;
  std::string key;
  for (;;) {
    const char c = peek();
    if (c == '{' || c == '[') {
      if (depth == kMaxDepth) {
        return {Code::kLimitExceeded,
                std::string(what_) + " nests deeper than " + std::to_string(kMaxDepth) + " levels"};
      }
      is_object[depth++] = c == '{';
      ++at_;
      fresh_ = true;
    } else {
      HARTONOMOUS_CHECK(skip_scalar());
    }
    for (bool more = false; depth > 0 && !more; depth -= !more) {
      if (is_object[depth - 1]) {
        HARTONOMOUS_TRY(more, next_key(key));
      } else {
        HARTONOMOUS_TRY(more, next_element());
      }
    }
    if (depth == 0) return Status::ok();
  }
}

Status JsonReader::finish() {
  if (peek() != '\0' || at_ < text_.size()) return error("nothing more is expected");
  return Status::ok();
}

}  // namespace hartonomous::core::format
