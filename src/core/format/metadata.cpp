// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/metadata.hpp"

#include <array>
#include <utility>

#include "core/base/cursor.hpp"

namespace hartonomous::core::format {

namespace {

struct ElementInfo {
  const char* name;
  std::size_t size;
};
constexpr std::array<ElementInfo, 13> kElements = {{{"u8", 1},
                                                    {"i8", 1},
                                                    {"u16", 2},
                                                    {"i16", 2},
                                                    {"u32", 4},
                                                    {"i32", 4},
                                                    {"f32", 4},
                                                    {"bool", 1},
                                                    {"string", 0},
                                                    {"array", 0},
                                                    {"u64", 8},
                                                    {"i64", 8},
                                                    {"f64", 8}}};

template <class T>
T element(std::string_view bytes, std::uint64_t i) noexcept {
  return load_little_endian<T>(as_bytes(bytes).data() + i * sizeof(T));
}

}  // namespace

const char* name(ElementType type) noexcept {
  return kElements[static_cast<std::size_t>(type)].name;
}
std::size_t size_of(ElementType type) noexcept {
  return kElements[static_cast<std::size_t>(type)].size;
}

std::optional<std::uint64_t> MetadataArray::as_uint64(std::uint64_t i) const noexcept {
  if (element_type_ == ElementType::kU64) return element<std::uint64_t>(bytes_, i);
  const auto value = as_int64(i);
  if (!value || *value < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*value);
}

std::optional<std::int64_t> MetadataArray::as_int64(std::uint64_t i) const noexcept {
  switch (element_type_) {
    case ElementType::kI8:
      return element<std::int8_t>(bytes_, i);
    case ElementType::kI16:
      return element<std::int16_t>(bytes_, i);
    case ElementType::kI32:
      return element<std::int32_t>(bytes_, i);
    case ElementType::kI64:
      return element<std::int64_t>(bytes_, i);
    case ElementType::kU8:
      return element<std::uint8_t>(bytes_, i);
    case ElementType::kU16:
      return element<std::uint16_t>(bytes_, i);
    case ElementType::kU32:
      return element<std::uint32_t>(bytes_, i);
    case ElementType::kU64: {
      const auto value = element<std::uint64_t>(bytes_, i);
      if (!std::in_range<std::int64_t>(value)) return std::nullopt;
      return static_cast<std::int64_t>(value);
    }
    default:
      return std::nullopt;
  }
}

std::optional<double> MetadataArray::as_double(std::uint64_t i) const noexcept {
  if (element_type_ == ElementType::kF32) return element<float>(bytes_, i);
  if (element_type_ == ElementType::kF64) return element<double>(bytes_, i);
  return std::nullopt;
}

std::optional<bool> MetadataArray::as_bool(std::uint64_t i) const noexcept {
  if (element_type_ != ElementType::kBool) return std::nullopt;
  return bytes_[i] != 0;
}

std::optional<std::string_view> MetadataArray::as_string(std::uint64_t i) const noexcept {
  if (element_type_ != ElementType::kString) return std::nullopt;
  const std::uint64_t begin = i == 0 ? 0 : ends_[i - 1];
  return std::string_view(bytes_).substr(begin, ends_[i] - begin);
}

const MetadataArray* MetadataArray::as_array(std::uint64_t i) const noexcept {
  return element_type_ == ElementType::kArray ? &nested_[i] : nullptr;
}

void MetadataArray::assign_fixed(std::uint64_t count, std::string bytes) {
  size_ = count;
  bytes_ = std::move(bytes);
}

void MetadataArray::append(std::string_view text) {
  bytes_.append(text);
  ends_.push_back(bytes_.size());
  ++size_;
}

void MetadataArray::append(MetadataArray nested) {
  nested_.push_back(std::move(nested));
  ++size_;
}

void Metadata::append(std::string key, MetadataValue value) {
  entries_.push_back({std::move(key), std::move(value)});
}

const MetadataValue* Metadata::find(std::string_view key) const noexcept {
  for (const MetadataEntry& entry : entries_) {
    if (entry.key == key) return &entry.value;
  }
  return nullptr;
}

std::optional<std::uint64_t> Metadata::find_uint64(std::string_view key) const noexcept {
  const MetadataValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* natural = std::get_if<std::uint64_t>(value)) return *natural;
  const auto* integer = std::get_if<std::int64_t>(value);
  if (integer == nullptr || *integer < 0) return std::nullopt;
  return static_cast<std::uint64_t>(*integer);
}

std::optional<double> Metadata::find_double(std::string_view key) const noexcept {
  const MetadataValue* value = find(key);
  if (value == nullptr) return std::nullopt;
  if (const auto* single = std::get_if<float>(value)) return *single;
  if (const auto* wide = std::get_if<double>(value)) return *wide;
  return std::nullopt;
}

const std::string* Metadata::find_string(std::string_view key) const noexcept {
  return std::get_if<std::string>(find(key));
}

}  // namespace hartonomous::core::format
