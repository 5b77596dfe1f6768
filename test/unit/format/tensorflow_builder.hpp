// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Builds indexes of TensorFlow's bundles, right or wrong, for tests.
#pragma once

#include "core/hash/crc32c.hpp"
#include "file_builder.hpp"

namespace hartonomous::test {

inline std::string varint(std::uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out + static_cast<char>(value);
}
inline std::string wire_number(unsigned field, std::uint64_t value) {
  return varint(field << 3) + varint(value);
}
inline std::string wire_bytes(unsigned field, std::string_view bytes) {
  return varint(field << 3 | 2) + varint(bytes.size()) + std::string(bytes);
}

inline std::uint32_t masked_crc_of(std::string_view bytes) {
  return core::hash::masked_crc(core::hash::Crc32c().update(core::as_bytes(bytes)).value());
}

inline std::string bundle_header(std::uint64_t shards, bool is_big_endian = false) {
  return wire_number(1, shards) + (is_big_endian ? wire_number(2, 1) : "");
}
// `data` gives the size and the checksum.
inline std::string bundle_entry(std::uint64_t type, std::initializer_list<std::uint64_t> shape,
                                std::uint64_t shard, std::uint64_t offset, std::string_view data) {
  std::string dimensions;
  for (const std::uint64_t n : shape) dimensions += wire_bytes(2, wire_number(1, n));
  return wire_number(1, type) + wire_bytes(2, dimensions) + wire_number(3, shard) +
         wire_number(4, offset) + wire_number(5, data.size()) + varint(6 << 3 | 5) +
         u32(masked_crc_of(data));
}

// A LevelDB table of one data block.
struct Table {
  std::string block, last_key;
  std::uint8_t compression = 0;

  Table& add(std::string_view key, std::string_view value) {
    std::size_t shared = 0;
    while (shared < std::min(key.size(), last_key.size()) && key[shared] == last_key[shared]) {
      ++shared;
    }
    return add_raw(shared, key.substr(shared), value, key);
  }
  Table& add_raw(std::size_t shared, std::string_view suffix, std::string_view value,
                 std::string_view key) {
    block += varint(shared) + varint(suffix.size()) + varint(value.size());
    block += suffix;
    block += value;
    last_key = key;
    return *this;
  }
  static std::string ended(std::string entries) { return entries + u32(0) + u32(1); }
  static std::string sealed(const std::string& stored, std::uint8_t compression) {
    const std::string covered = stored + static_cast<char>(compression);
    return covered + u32(masked_crc_of(covered));
  }
  // `expand` turns the data block into what is stored.
  template <class Compress>
  std::string file(Compress compress) const {
    const std::string data = compress(ended(block));
    std::string out = sealed(data, compression);
    const std::string data_handle = varint(0) + varint(data.size());
    const std::string index = ended(varint(0) + varint(last_key.size() + 1) +
                                    varint(data_handle.size()) + last_key + "~" + data_handle);
    std::string footer = varint(0) + varint(0) + varint(out.size()) + varint(index.size());
    footer.resize(40, '\0');
    return out + sealed(index, 0) + footer + "\x57\xfb\x80\x8b\x24\x75\x47\xdb";
  }
  std::string file() const {
    return file([](const std::string& bytes) { return bytes; });
  }
};

// Snappy without copies: a literal.
inline std::string snappy_literal(std::string_view bytes) {
  return varint(bytes.size()) + static_cast<char>(62 << 2) +
         u32(static_cast<std::uint32_t>(bytes.size() - 1)).substr(0, 3) + std::string(bytes);
}

}  // namespace hartonomous::test
