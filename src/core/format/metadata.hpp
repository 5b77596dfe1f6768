// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a model file says about itself: keys in file order, each with a typed value. Arrays keep
// the file's own element encoding, so that a vocabulary costs no more memory than it does on disk.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace hartonomous::core::format {

// Names and sizes as in GGUF, whose arrays these are.
enum class ElementType : std::uint8_t {
  kU8,
  kI8,
  kU16,
  kI16,
  kU32,
  kI32,
  kF32,
  kBool,
  kString,
  kArray,
  kU64,
  kI64,
  kF64,
};
const char* name(ElementType type) noexcept;     // "u8", ..., "string", "array"
std::size_t size_of(ElementType type) noexcept;  // bytes per element; 0 for strings and arrays

class MetadataArray {
 public:
  explicit MetadataArray(ElementType element_type) : element_type_(element_type) {}

  ElementType element_type() const noexcept { return element_type_; }
  std::uint64_t size() const noexcept { return size_; }

  // Element `i` under the named reading, or nothing if the element type is another.
  // as_uint64: unsigned types and non-negative signed ones. as_int64: any integer that fits.
  // as_double: f32 and f64. REQUIRES: i < size().
  std::optional<std::uint64_t> as_uint64(std::uint64_t i) const noexcept;
  std::optional<std::int64_t> as_int64(std::uint64_t i) const noexcept;
  std::optional<double> as_double(std::uint64_t i) const noexcept;
  std::optional<bool> as_bool(std::uint64_t i) const noexcept;
  std::optional<std::string_view> as_string(std::uint64_t i) const noexcept;
  const MetadataArray* as_array(std::uint64_t i) const noexcept;

  // For builders. `bytes` holds `count` little-endian elements of a fixed-size type.
  void assign_fixed(std::uint64_t count, std::string bytes);
  void append(std::string_view text);  // REQUIRES: element type kString
  void append(MetadataArray nested);   // REQUIRES: element type kArray

 private:
  ElementType element_type_;
  std::uint64_t size_ = 0;
  std::string bytes_;                // fixed-size elements, or all strings end to end
  std::vector<std::uint64_t> ends_;  // where each string ends in bytes_
  std::vector<MetadataArray> nested_;
};

using MetadataValue =
    std::variant<std::uint64_t, std::int64_t, float, double, bool, std::string, MetadataArray>;

struct MetadataEntry {
  std::string key;
  MetadataValue value;
};

class Metadata {
 public:
  const std::vector<MetadataEntry>& entries() const noexcept { return entries_; }
  void append(std::string key, MetadataValue value);  // REQUIRES: no such key yet
  // O(entries).
  const MetadataValue* find(std::string_view key) const noexcept;
  // The value of `key` if it is there and has that type; integers of either signedness fit both.
  std::optional<std::uint64_t> find_uint64(std::string_view key) const noexcept;
  std::optional<double> find_double(std::string_view key) const noexcept;
  const std::string* find_string(std::string_view key) const noexcept;

 private:
  std::vector<MetadataEntry> entries_;
};

struct JsonOptions {
  // Arrays longer than this become {"type":"string","length":32000}.
  std::uint64_t max_array_elements = UINT64_MAX;
};

// One compact JSON object, keys in file order; a view for people and queries, not a faithful copy:
// NUL, which jsonb cannot hold, and bytes that are not UTF-8 become U+FFFD. Floats print the
// shortest digits that read back as the same value; NaN and infinities are the strings "NaN",
// "Infinity", "-Infinity".
std::string to_json(const Metadata& metadata, const JsonOptions& options = {});

// Appends `text` as a JSON string, with quotes and the replacements that to_json() makes.
void append_json_string(std::string& out, std::string_view text);

}  // namespace hartonomous::core::format
