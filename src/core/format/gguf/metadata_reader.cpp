// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/gguf/metadata_reader.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "core/base/checked.hpp"
#include "core/base/utf8.hpp"

namespace hartonomous::core::format::gguf {

namespace {

constexpr StringCap kKeyCap{65'535, Code::kMalformed};
constexpr std::string_view kAlignmentKey = "general.alignment";
constexpr unsigned kMaxArrayDepth = 4;
constexpr std::size_t kMaxWarnings = 20;
constexpr std::uint64_t kMaxAlignment = 1 << 20;
constexpr std::uint32_t kLastValueType = 12;

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

// The fewest bytes that one element can take in the file.
std::uint64_t least_bytes(ElementType type, std::uint64_t count_bytes) noexcept {
  if (type == ElementType::kString) return count_bytes;
  if (type == ElementType::kArray) return 4 + count_bytes;
  return size_of(type);
}

class MetadataReader {
 public:
  MetadataReader(Input& in, const Limits& limits, ParseBudget& budget)
      : in_(in), limits_(limits), budget_(budget) {}

  Result<MetadataEntry> read_entry() {
    MetadataEntry entry{{}, false};
    HARTONOMOUS_CHECK(read_string(in_, kKeyCap, budget_, "a metadata key", entry.key));
    if (entry.key.empty()) return malformed("metadata key is empty");
    HARTONOMOUS_CHECK(check_text(entry.key, "metadata key"));
    HARTONOMOUS_TRY(const ElementType type, read_type());
    if (entry.key == kAlignmentKey && type != ElementType::kU32) {
      return malformed("general.alignment is " + std::string(name(type)) + ", not u32");
    }
    HARTONOMOUS_CHECK(budget_.charge(sizeof entry));
    Status status = read_value(type, entry.value);
    if (!status.is_ok()) {
      return Status(status.code(), status.message())
          .with_detail("In the value of key " + quoted(entry.key) + ".");
    }
    return entry;
  }

 private:
  StringCap string_cap() const { return {limits_.max_string_bytes, Code::kLimitExceeded}; }

  Result<ElementType> read_type() {
    std::uint32_t type = 0;
    if (!in_.read(type)) return in_.failure("a metadata value type");
    if (type > kLastValueType) {
      return malformed("metadata value has unknown type " + std::to_string(type));
    }
    return static_cast<ElementType>(type);
  }

  template <class Stored, class Kept>
  Status read_number(MetadataValue& value) {
    Stored stored{};
    if (!in_.read(stored)) return in_.failure("a metadata value");
    value = static_cast<Kept>(stored);
    return Status::ok();
  }

  Status read_value(ElementType type, MetadataValue& value) {
    switch (type) {
      case ElementType::kU8:
        return read_number<std::uint8_t, std::uint64_t>(value);
      case ElementType::kI8:
        return read_number<std::int8_t, std::int64_t>(value);
      case ElementType::kU16:
        return read_number<std::uint16_t, std::uint64_t>(value);
      case ElementType::kI16:
        return read_number<std::int16_t, std::int64_t>(value);
      case ElementType::kU32:
        return read_number<std::uint32_t, std::uint64_t>(value);
      case ElementType::kI32:
        return read_number<std::int32_t, std::int64_t>(value);
      case ElementType::kU64:
        return read_number<std::uint64_t, std::uint64_t>(value);
      case ElementType::kI64:
        return read_number<std::int64_t, std::int64_t>(value);
      case ElementType::kF32:
        return read_number<float, float>(value);
      case ElementType::kF64:
        return read_number<double, double>(value);
      case ElementType::kBool:
        return read_bool(value);
      case ElementType::kString: {
        std::string text;
        HARTONOMOUS_CHECK(read_string(in_, string_cap(), budget_, "a metadata string", text));
        HARTONOMOUS_CHECK(check_text(text, "metadata string"));
        value = std::move(text);
        return Status::ok();
      }
      case ElementType::kArray: {
        HARTONOMOUS_TRY(value, read_array(1));
        return Status::ok();
      }
    }
    return malformed("metadata value has an unknown type");
  }

  Status read_bool(MetadataValue& value) {
    std::uint8_t stored = 0;
    if (!in_.read(stored)) return in_.failure("a metadata value");
    if (stored > 1) return malformed("boolean is " + std::to_string(stored) + ", not 0 or 1");
    value = stored == 1;
    return Status::ok();
  }

  // Calls itself for nested arrays, at most kMaxArrayDepth deep.
  Result<MetadataArray> read_array(unsigned depth) {
    if (depth > kMaxArrayDepth) {
      return malformed("arrays nest deeper than " + std::to_string(kMaxArrayDepth) + " levels");
    }
    HARTONOMOUS_TRY(const ElementType type, read_type());
    std::uint64_t count = 0;
    if (!in_.read_count(count)) return in_.failure("an array length");
    if (count > in_.remaining() / least_bytes(type, in_.count_bytes())) {
      return malformed("array of " + std::to_string(count) + " elements does not fit in the file");
    }
    if (count > limits_.max_array_elements) {
      return Status(Code::kLimitExceeded, "array of " + std::to_string(count) +
                                              " elements exceeds the limit of " +
                                              std::to_string(limits_.max_array_elements));
    }
    MetadataArray array(type);
    if (type == ElementType::kString) {
      HARTONOMOUS_CHECK(read_strings(count, array));
    } else if (type == ElementType::kArray) {
      for (std::uint64_t i = 0; i < count; ++i) {
        HARTONOMOUS_CHECK(budget_.charge(sizeof array));
        HARTONOMOUS_TRY(MetadataArray nested, read_array(depth + 1));
        array.append(std::move(nested));
      }
    } else {
      HARTONOMOUS_CHECK(read_fixed(type, count, array));
    }
    return array;
  }

  Status read_strings(std::uint64_t count, MetadataArray& array) {
    std::string text;
    for (std::uint64_t i = 0; i < count; ++i) {
      HARTONOMOUS_CHECK(read_string(in_, string_cap(), budget_, "an array of strings", text));
      HARTONOMOUS_CHECK(budget_.charge(sizeof(std::uint64_t)));
      array.append(std::string_view(text));
    }
    return Status::ok();
  }

  Status read_fixed(ElementType type, std::uint64_t count, MetadataArray& array) {
    const std::uint64_t length = count * size_of(type);  // fits: count <= remaining / size
    HARTONOMOUS_CHECK(budget_.charge(length));
    std::string bytes;
    if (!in_.read_elements(bytes, length, size_of(type))) return in_.failure("an array");
    if (type == ElementType::kBool &&
        std::ranges::any_of(bytes, [](char c) { return (c & ~1) != 0; })) {
      return malformed("array of booleans has an element other than 0 or 1");
    }
    array.assign_fixed(count, std::move(bytes));
    return Status::ok();
  }

  Input& in_;
  const Limits& limits_;
  ParseBudget& budget_;
};

bool is_conventional(std::string_view key) noexcept {
  return std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
  });
}

// A tokenizer array that is present must have this element type and one element per token.
Status check_token_array(const Metadata& metadata, std::string_view key, ElementType type,
                         std::optional<std::uint64_t> size) {
  const MetadataValue* value = metadata.find(key);
  if (value == nullptr) return Status::ok();
  const auto* array = std::get_if<MetadataArray>(value);
  if (array == nullptr || array->element_type() != type) {
    return malformed(std::string(key) + " is not an array of " + name(type));
  }
  if (size && array->size() != *size) {
    return malformed(std::string(key) + " has " + std::to_string(array->size()) + " elements for " +
                     std::to_string(*size) + " tokens");
  }
  return Status::ok();
}

}  // namespace

Status read_string(Input& in, StringCap cap, ParseBudget& budget, const char* what,
                   std::string& out) {
  std::uint64_t length = 0;
  if (!in.read_count(length)) return in.failure(what);
  if (length > in.remaining()) {
    return malformed("string of " + std::to_string(length) + " bytes in " + what +
                     " does not fit in the file");
  }
  if (length > cap.bytes) {
    return {cap.code, "string of " + std::to_string(length) + " bytes in " + what +
                          " exceeds the limit of " + std::to_string(cap.bytes)};
  }
  HARTONOMOUS_CHECK(budget.charge(length));
  return in.read(out, length) ? Status::ok() : in.failure(what);
}

Status check_text(std::string_view text, const char* what) {
  if (utf8::first_invalid(text) < text.size()) {
    return {Code::kBadEncoding, std::string(what) + " is not valid UTF-8: " + quoted(text)};
  }
  if (text.find('\0') != text.npos) {
    return {Code::kBadEncoding, std::string(what) + " contains NUL: " + quoted(text)};
  }
  return Status::ok();
}

Status read_metadata(Input& in, std::uint64_t count, const Limits& limits, ParseBudget& budget,
                     FileLayout& layout) {
  MetadataReader reader(in, limits, budget);
  std::uint64_t odd_keys = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    HARTONOMOUS_TRY(MetadataEntry entry, reader.read_entry());
    if (!is_conventional(entry.key) && ++odd_keys <= kMaxWarnings) {
      layout.warnings.push_back("Metadata key " + quoted(entry.key) +
                                " is not in lower-case letters, digits, \"_\" and \".\".");
    }
    layout.metadata.append(std::move(entry.key), std::move(entry.value));
  }
  if (odd_keys > kMaxWarnings) {
    layout.warnings.push_back("There are " + std::to_string(odd_keys - kMaxWarnings) +
                              " more such keys.");
  }
  return Status::ok();
}

Result<std::uint64_t> check_metadata(const Metadata& metadata) {
  std::optional<std::uint64_t> tokens;
  if (const MetadataValue* value = metadata.find("tokenizer.ggml.tokens")) {
    if (const auto* array = std::get_if<MetadataArray>(value)) tokens = array->size();
  }
  HARTONOMOUS_CHECK(
      check_token_array(metadata, "tokenizer.ggml.tokens", ElementType::kString, tokens));
  HARTONOMOUS_CHECK(
      check_token_array(metadata, "tokenizer.ggml.scores", ElementType::kF32, tokens));
  HARTONOMOUS_CHECK(
      check_token_array(metadata, "tokenizer.ggml.token_type", ElementType::kI32, tokens));
  HARTONOMOUS_CHECK(
      check_token_array(metadata, "tokenizer.ggml.merges", ElementType::kString, std::nullopt));

  const auto alignment = metadata.find_uint64(kAlignmentKey);
  if (!alignment) return kDefaultAlignment;
  if (!std::has_single_bit(*alignment) || *alignment < 8 || *alignment > kMaxAlignment) {
    return malformed("general.alignment " + std::to_string(*alignment) +
                     " is not a power of two from 8 to 1048576");
  }
  return *alignment;
}

}  // namespace hartonomous::core::format::gguf
