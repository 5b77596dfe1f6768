// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A small JSON value read whole, for parts of files that are settings, not data.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/format/json_reader.hpp"

namespace hartonomous::core::tokenizer {

struct JsonValue {
  enum class Kind : std::uint8_t { kNull, kBool, kNumber, kText, kArray, kObject };

  Kind kind = Kind::kNull;
  bool flag = false;
  double number = 0;
  std::string text;
  std::vector<JsonValue> elements;  // of an array; of an object, the values of `names`
  std::vector<std::string> names;   // of an object's members, in order

  bool is_null() const noexcept { return kind == Kind::kNull; }
  // A member of an object, or null's value: never fails, so that chains read well.
  const JsonValue& operator[](std::string_view key) const noexcept;
  std::string_view as_text(std::string_view otherwise = {}) const noexcept {
    return kind == Kind::kText ? std::string_view(text) : otherwise;
  }
  bool as_flag(bool otherwise) const noexcept { return kind == Kind::kBool ? flag : otherwise; }
  // A whole number from 0 up to 2^32 - 1, or nothing.
  std::optional<std::uint32_t> as_number() const noexcept;
};

// The value that comes next. kLimitExceeded if it nests deeper than 16 or has more than 100,000
// values; errors of the reader.
Result<JsonValue> read_json_value(format::JsonReader& in);

// A whole document; an empty one is null.
Result<JsonValue> parse_json(std::string_view text, const char* what, Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
