// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tables as bytes that can be used where they lie: values one after another, arrays from a multiple
// of 64 bytes. An image is written and read by one program on one machine; it holds no addresses, so
// it may be mapped anywhere. A class that has one lists its members once, for both ways:
//
//   template <class Self, class Image>
//   static void pass(Self& self, Image& image) { image.value(self.count_); image.array(self.all_); }
//
// Whoever reads an image must be content with any bytes: reading stays inside, and what does not fit
// becomes empty and is remembered. What arrays hold is checked by those who follow it.
#pragma once

#include <cstring>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/base/flat_array.hpp"

namespace hartonomous::core {

inline constexpr std::size_t kImageAlignment = 64;

class ImageWriter {
 public:
  template <class T>
  void value(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>);
    append(std::as_bytes(std::span(&value, 1)));
  }
  template <class T>
  void value(const std::optional<T>& value) {
    this->value(value.has_value());
    this->value(value.value_or(T()));
  }
  // An enumeration whose last value is `last`.
  template <class T>
  void choice(const T& chosen, T) {
    value(static_cast<std::uint8_t>(chosen));
  }
  template <class T>
  void array(const FlatArray<T>& all) {
    elements(std::span<const T>(all.begin(), all.size()));
  }
  template <class T>
  void list(const std::vector<T>& all) {
    elements(std::span<const T>(all));
  }
  void text(const std::string& text) { elements(std::span<const char>(text)); }

  std::vector<std::byte> bytes() && noexcept { return std::move(bytes_); }

 private:
  template <class T>
  void elements(std::span<const T> all) {
    static_assert(std::is_trivially_copyable_v<T> && !std::is_same_v<T, bool>);
    value(static_cast<std::uint64_t>(all.size()));
    bytes_.resize((bytes_.size() + kImageAlignment - 1) / kImageAlignment * kImageAlignment);
    append(std::as_bytes(all));
  }
  void append(Bytes bytes) {
    if (bytes.empty()) return;
    const std::size_t at = bytes_.size();
    bytes_.resize(at + bytes.size());
    std::memcpy(bytes_.data() + at, bytes.data(), bytes.size());
  }

  std::vector<std::byte> bytes_;
};

class ImageReader {
 public:
  // REQUIRES: `bytes` begins at a multiple of kImageAlignment, and lives as long as what is read.
  explicit ImageReader(Bytes bytes) noexcept : bytes_(bytes) {}

  // False once something did not fit.
  bool is_intact() const noexcept { return is_intact_; }
  bool is_at_end() const noexcept { return at_ == bytes_.size(); }
  void fail() noexcept { is_intact_ = false; }

  template <class T>
  void value(T& out) noexcept {
    static_assert(std::is_trivially_copyable_v<T>);
    const Bytes found = take(sizeof(T));
    if (!found.empty()) std::memcpy(&out, found.data(), sizeof(T));
  }
  void value(bool& out) noexcept {
    const Bytes found = take(1);
    if (!found.empty()) out = found[0] != std::byte{0};
  }
  template <class T>
  void value(std::optional<T>& out) noexcept {
    bool has_value = false;
    T found{};
    value(has_value);
    value(found);
    if (has_value) out = found;
  }
  template <class T>
  void choice(T& out, T last) noexcept {
    std::uint8_t number = 0;
    value(number);
    if (number > static_cast<std::uint8_t>(last)) return fail();
    out = static_cast<T>(number);
  }
  template <class T>
  void array(FlatArray<T>& out) noexcept {
    out = FlatArray<T>(elements<T>());
  }
  template <class T>
  void list(std::vector<T>& out) {
    const auto found = elements<T>();
    out.assign(found.begin(), found.end());
  }
  void text(std::string& out) {
    const auto found = elements<char>();
    out.assign(found.begin(), found.end());
  }

 private:
  template <class T>
  std::span<const T> elements() noexcept {
    static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= kImageAlignment);
    std::uint64_t count = 0;
    value(count);
    const std::size_t aligned = (at_ + kImageAlignment - 1) / kImageAlignment * kImageAlignment;
    if (aligned > bytes_.size()) is_intact_ = false;
    if (!is_intact_ || count > (bytes_.size() - aligned) / sizeof(T)) {
      is_intact_ = false;
      return {};
    }
    at_ = aligned;
    const Bytes found = take(count * sizeof(T));
    return {reinterpret_cast<const T*>(found.data()), count};
  }
  // Empty if there are not as many, or none are wanted.
  Bytes take(std::size_t count) noexcept {
    if (!is_intact_ || count > bytes_.size() - at_) {
      is_intact_ = false;
      return {};
    }
    const Bytes found = bytes_.subspan(at_, count);
    at_ += count;
    return found;
  }

  Bytes bytes_;
  std::size_t at_ = 0;
  bool is_intact_ = true;
};

}  // namespace hartonomous::core
