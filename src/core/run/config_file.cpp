// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/config_file.hpp"

#include <string>
#include <vector>

#include "core/format/json_reader.hpp"

namespace hartonomous::core::run {

namespace {

using format::ElementType;
using format::JsonReader;
using format::MetadataArray;

constexpr unsigned kMaxLevels = 4;
constexpr std::size_t kMaxKeys = 4096;

// A whole number as such, any other as a double.
Result<format::MetadataValue> read_number(JsonReader& in) {
  JsonReader attempt = in;
  if (const auto whole = attempt.read_uint64(); whole.is_ok()) {
    const char next = attempt.peek();
    if (next == ',' || next == '}' || next == ']') {
      in = attempt;
      return format::MetadataValue(whole.value());
    }
  }
  HARTONOMOUS_TRY(const double value, in.read_double());
  return format::MetadataValue(value);
}

bool starts_number(char c) noexcept { return c == '-' || (c >= '0' && c <= '9'); }

struct Elements {
  std::string numbers;  // images of doubles
  std::vector<std::string> strings;
  std::size_t count = 0;
};

Status read_element(JsonReader& in, Elements& out) {
  ++out.count;
  if (in.peek() == '"') return in.read_string(out.strings.emplace_back());
  if (!starts_number(in.peek())) return in.skip_value();
  HARTONOMOUS_TRY(const double value, in.read_double());
  out.numbers.append(reinterpret_cast<const char*>(&value), sizeof value);
  return Status::ok();
}

Status read_array(JsonReader& in, std::string key, format::Metadata& out) {
  Elements elements;
  HARTONOMOUS_CHECK(in.begin_array());
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next_element());
    if (!more) break;
    HARTONOMOUS_CHECK(read_element(in, elements));
  }
  if (elements.count == 0) return Status::ok();
  if (elements.strings.size() == elements.count) {
    MetadataArray array(ElementType::kString);
    for (const std::string& text : elements.strings) array.append(text);
    out.append(std::move(key), std::move(array));
  } else if (elements.numbers.size() == elements.count * sizeof(double)) {
    MetadataArray array(ElementType::kF64);
    array.assign_fixed(elements.count, std::move(elements.numbers));
    out.append(std::move(key), std::move(array));
  }
  return Status::ok();
}

Status read_object(JsonReader& in, const std::string& prefix, unsigned level,
                   format::Metadata& out) {
  if (level == kMaxLevels) return {Code::kLimitExceeded, "config.json nests too deep"};
  HARTONOMOUS_CHECK(in.begin_object());
  std::string name;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next_key(name));
    if (!more) return Status::ok();
    std::string key = prefix + name;
    if (out.find(key) != nullptr) return in.error("a key that is not there yet");
    if (out.entries().size() >= kMaxKeys) {
      return {Code::kLimitExceeded, "config.json has too many keys"};
    }
    const char next = in.peek();
    if (next == '{') {
      HARTONOMOUS_CHECK(read_object(in, key + ".", level + 1, out));
    } else if (next == '[') {
      HARTONOMOUS_CHECK(read_array(in, std::move(key), out));
    } else if (next == '"') {
      std::string text;
      HARTONOMOUS_CHECK(in.read_string(text));
      out.append(std::move(key), std::move(text));
    } else if (next == 't' || next == 'f') {
      HARTONOMOUS_TRY(const bool value, in.read_bool());
      out.append(std::move(key), value);
    } else if (starts_number(next)) {
      HARTONOMOUS_TRY(format::MetadataValue value, read_number(in));
      out.append(std::move(key), std::move(value));
    } else {
      HARTONOMOUS_CHECK(in.skip_value());
    }
  }
}

}  // namespace

Result<format::Metadata> read_config(std::string_view json, Checkpoint& checkpoint) {
  if (json.size() > kMaxConfigBytes) {
    return Status(Code::kLimitExceeded, "config.json has " + std::to_string(json.size()) + " bytes")
        .with_detail("At most 1 MiB is read.");
  }
  JsonReader in(json, "config.json", 0, checkpoint);
  format::Metadata metadata;
  HARTONOMOUS_CHECK(read_object(in, "", 0, metadata));
  HARTONOMOUS_CHECK(in.finish());
  return metadata;
}

}  // namespace hartonomous::core::run
