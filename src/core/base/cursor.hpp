// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A bounded little-endian reader over bytes that somebody else owns. Every read checks the bound
// first; nothing in a parser touches the input in any other way.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace hartonomous::core {

using Bytes = std::span<const std::byte>;

inline std::string_view as_text(Bytes bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline Bytes as_bytes(std::string_view text) noexcept {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}

// Reads the T whose little-endian image starts at `from`. REQUIRES: sizeof(T) readable bytes.
template <class T>
requires std::integral<T> || std::floating_point<T> T load_little_endian(const std::byte* from)
noexcept {
  static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "big-endian hosts need a swap here");
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

class Cursor {
 public:
  explicit Cursor(Bytes bytes) noexcept : bytes_(bytes) {}

  std::uint64_t offset() const noexcept { return at_; }
  std::uint64_t remaining() const noexcept { return bytes_.size() - at_; }

  // The next T, or nothing (and no movement) if fewer than sizeof(T) bytes are left.
  template <class T>
  std::optional<T> read() noexcept {
    if (remaining() < sizeof(T)) return std::nullopt;
    const T value = load_little_endian<T>(bytes_.data() + at_);
    at_ += sizeof(T);
    return value;
  }

  // The next `count` bytes as a view, or nothing if fewer are left.
  std::optional<Bytes> take(std::uint64_t count) noexcept {
    if (count > remaining()) return std::nullopt;
    const Bytes taken = bytes_.subspan(at_, count);
    at_ += count;
    return taken;
  }

 private:
  Bytes bytes_;
  std::size_t at_ = 0;
};

}  // namespace hartonomous::core
