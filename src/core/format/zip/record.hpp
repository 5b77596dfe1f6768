// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The fixed-layout records that a ZIP archive is made of.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/base/byte_source.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::format::zip {

// Little-endian fields of a record that is known to be long enough.
class Record {
 public:
  explicit Record(std::string_view bytes) : bytes_(bytes) {}
  std::uint16_t u16(std::size_t at) const { return load<std::uint16_t>(at); }
  std::uint32_t u32(std::size_t at) const { return load<std::uint32_t>(at); }
  std::uint64_t u64(std::size_t at) const { return load<std::uint64_t>(at); }

 private:
  template <class T>
  T load(std::size_t at) const {
    return load_little_endian<T>(as_bytes(bytes_.substr(at, sizeof(T))).data());
  }
  std::string_view bytes_;
};

// REQUIRES: offset + count <= source.size()
Result<std::string> read_text(ByteSource& source, std::uint64_t offset, std::uint64_t count);

inline Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

}  // namespace hartonomous::core::format::zip
