// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The bytes of a GGUF header as its version writes numbers: counts and lengths of 32 bits in
// version 1, of 64 bits since; either byte order in version 3.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <utility>

#include "core/format/header_reader.hpp"

namespace hartonomous::core::format::gguf {

struct Encoding {
  bool has_short_counts = false;
  bool is_big_endian = false;
};

// The same value in the other byte order.
template <class T>
T byte_swapped(T value) noexcept {
  std::byte image[sizeof(T)];
  std::memcpy(image, &value, sizeof value);
  for (std::size_t i = 0; i < sizeof(T) / 2; ++i) std::swap(image[i], image[sizeof(T) - 1 - i]);
  std::memcpy(&value, image, sizeof value);
  return value;
}

class Input {
 public:
  Input(ByteSource& source, Checkpoint& checkpoint) noexcept : in_(source, checkpoint) {}

  void set(Encoding encoding) noexcept { encoding_ = encoding; }
  std::uint64_t offset() const noexcept { return in_.offset(); }
  std::uint64_t remaining() const noexcept { return in_.remaining(); }
  Status failure(const char* what) const { return in_.failure(what); }

  template <class T>
  bool read(T& value) {
    if (!in_.read(value)) return false;
    if (encoding_.is_big_endian) value = byte_swapped(value);
    return true;
  }
  bool read(std::string& out, std::uint64_t length) { return in_.read(out, length); }
  // A count, a length or a dimension.
  bool read_count(std::uint64_t& value) {
    if (!encoding_.has_short_counts) return read(value);
    std::uint32_t narrow = 0;
    if (!read(narrow)) return false;
    value = narrow;
    return true;
  }
  // `length` bytes of elements of `width` bytes each, which become little-endian.
  bool read_elements(std::string& out, std::uint64_t length, std::size_t width) {
    if (!in_.read(out, length)) return false;
    if (!encoding_.is_big_endian) return true;
    for (std::uint64_t at = 0; at + width <= length; at += width) {
      std::reverse(out.begin() + static_cast<std::ptrdiff_t>(at),
                   out.begin() + static_cast<std::ptrdiff_t>(at + width));
    }
    return true;
  }

  std::uint64_t count_bytes() const noexcept { return encoding_.has_short_counts ? 4 : 8; }

 private:
  HeaderReader in_;
  Encoding encoding_;
};

}  // namespace hartonomous::core::format::gguf
