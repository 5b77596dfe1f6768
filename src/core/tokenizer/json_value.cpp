// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/json_value.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using format::JsonReader;
using Kind = JsonValue::Kind;

constexpr unsigned kDeepest = 16;
constexpr std::size_t kMost = 100'000;

Status read_into(JsonReader& in, JsonValue& out, unsigned depth, std::size_t& left) {
  if (depth > kDeepest || left == 0) {
    return {Code::kLimitExceeded, "settings of a tokenizer nest too deep or are too many"};
  }
  --left;
  switch (in.peek()) {
    case '{': {
      out.kind = Kind::kObject;
      HARTONOMOUS_CHECK(in.begin_object());
      std::string key;
      for (;;) {
        HARTONOMOUS_TRY(const bool more, in.next_key(key));
        if (!more) return Status::ok();
        out.names.push_back(key);
        HARTONOMOUS_CHECK(read_into(in, out.elements.emplace_back(), depth + 1, left));
      }
    }
    case '[': {
      out.kind = Kind::kArray;
      HARTONOMOUS_CHECK(in.begin_array());
      for (;;) {
        HARTONOMOUS_TRY(const bool more, in.next_element());
        if (!more) return Status::ok();
        HARTONOMOUS_CHECK(read_into(in, out.elements.emplace_back(), depth + 1, left));
      }
    }
    case '"':
      out.kind = Kind::kText;
      return in.read_string(out.text);
    case 't':
    case 'f': {
      out.kind = Kind::kBool;
      HARTONOMOUS_TRY(out.flag, in.read_bool());
      return Status::ok();
    }
    case 'n':
      return in.skip_null() ? Status::ok() : in.error("a value is expected");
    default: {
      out.kind = Kind::kNumber;
      HARTONOMOUS_TRY(out.number, in.read_double());
      return Status::ok();
    }
  }
}

}  // namespace

const JsonValue& JsonValue::operator[](std::string_view key) const noexcept {
  static const JsonValue nothing;
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == key) return elements[i];
  }
  return nothing;
}

std::optional<std::uint32_t> JsonValue::as_number() const noexcept {
  const bool fits = kind == Kind::kNumber && number >= 0 && number <= 4294967295.0;
  if (!fits || number != static_cast<double>(static_cast<std::uint32_t>(number))) {
    return std::nullopt;
  }
  return static_cast<std::uint32_t>(number);
}

Result<JsonValue> read_json_value(JsonReader& in) {
  JsonValue value;
  std::size_t left = kMost;
  HARTONOMOUS_CHECK(read_into(in, value, 0, left));
  return value;
}

Result<JsonValue> parse_json(std::string_view text, const char* what, Checkpoint& checkpoint) {
  if (text.empty()) return JsonValue();
  JsonReader in(text, what, 0, checkpoint);
  HARTONOMOUS_TRY(JsonValue value, read_json_value(in));
  HARTONOMOUS_CHECK(in.finish());
  return value;
}

}  // namespace hartonomous::core::tokenizer
