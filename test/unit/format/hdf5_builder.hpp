// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Builds HDF5 files, right or wrong, for tests: superblock 0 with symbol tables and object headers
// 1, or superblock 2 with links and object headers 2.
#pragma once

#include <vector>

#include "zip_builder.hpp"

namespace hartonomous::test {

constexpr std::uint64_t kNowhere = UINT64_MAX;

struct Hdf5Message {
  unsigned type;
  std::string body;
};

inline Hdf5Message float_type(unsigned bytes = 4, bool is_big_endian = false) {
  const unsigned exponent = bytes == 2 ? 5 : bytes == 4 ? 8 : 11;
  const unsigned mantissa = bytes * 8 - exponent - 1;
  return {3, u8(0x11) + u8(is_big_endian ? 0x21 : 0x20) +
                 u8(static_cast<std::uint8_t>(bytes * 8 - 1)) + u8(0) + u32(bytes) + u16(0) +
                 u16(static_cast<std::uint16_t>(bytes * 8)) +
                 u8(static_cast<std::uint8_t>(mantissa)) + u8(static_cast<std::uint8_t>(exponent)) +
                 u8(0) + u8(static_cast<std::uint8_t>(mantissa)) + u32((1U << (exponent - 1)) - 1)};
}
inline Hdf5Message text_type(unsigned bytes) {
  return {3, u8(0x13) + u8(0) + u8(0) + u8(0) + u32(bytes)};
}
inline Hdf5Message dataspace(std::vector<std::uint64_t> shape) {
  std::string body = u8(2) + u8(static_cast<std::uint8_t>(shape.size())) + u8(0) + u8(1);
  for (const std::uint64_t n : shape) body += u64(n);
  return {1, body};
}
inline Hdf5Message contiguous(std::uint64_t address, std::uint64_t size) {
  return {8, u8(3) + u8(1) + u64(address) + u64(size)};
}
inline Hdf5Message compact(std::string_view data) {
  return {8, u8(3) + u8(0) + u16(static_cast<std::uint16_t>(data.size())) + std::string(data)};
}
inline Hdf5Message chunked(std::uint64_t tree, std::vector<std::uint32_t> chunk,
                           std::uint32_t bytes) {
  std::string body = u8(3) + u8(2) + u8(static_cast<std::uint8_t>(chunk.size() + 1)) + u64(tree);
  for (const std::uint32_t n : chunk) body += u32(n);
  return {8, body + u32(bytes)};
}
inline Hdf5Message hard_link(std::string_view name, std::uint64_t address) {
  return {6, u8(1) + u8(0) + u8(static_cast<std::uint8_t>(name.size())) + std::string(name) +
                 u64(address)};
}
inline Hdf5Message link_of_kind(std::uint8_t kind, std::string_view name, std::string_view to) {
  return {6, u8(1) + u8(8) + u8(kind) + u8(static_cast<std::uint8_t>(name.size())) +
                 std::string(name) + u16(static_cast<std::uint16_t>(to.size())) + std::string(to)};
}
inline Hdf5Message text_attribute(std::string_view name, std::string_view value) {
  const std::string type = text_type(static_cast<unsigned>(value.size())).body;
  const std::string space = dataspace({}).body;
  return {12, u8(3) + u8(0) + u16(static_cast<std::uint16_t>(name.size() + 1)) +
                  u16(static_cast<std::uint16_t>(type.size())) +
                  u16(static_cast<std::uint16_t>(space.size())) + u8(0) + std::string(name) + '\0' +
                  type + space + std::string(value)};
}

// A file that grows: each part is put at the end, and its address is known from then on.
struct Hdf5 {
  std::string bytes;
  bool is_old;
  static constexpr std::size_t kOldSuperblock = 96, kNewSuperblock = 48;

  explicit Hdf5(bool old = false)
      : bytes(old ? kOldSuperblock : kNewSuperblock, '\0'), is_old(old) {}

  std::uint64_t put(std::string_view part) {
    bytes.resize((bytes.size() + 7) / 8 * 8, '\0');
    const std::uint64_t address = bytes.size();
    bytes += part;
    return address;
  }
  std::uint64_t object(const std::vector<Hdf5Message>& messages) {
    std::string body;
    for (const auto& [type, content] : messages) {
      if (is_old) {
        std::string padded = content;
        padded.resize((padded.size() + 7) / 8 * 8, '\0');
        body += u16(type) + u16(static_cast<std::uint16_t>(padded.size())) + u32(0) + padded;
      } else {
        body += u8(static_cast<std::uint8_t>(type)) +
                u16(static_cast<std::uint16_t>(content.size())) + u8(0) + content;
      }
    }
    const auto size = static_cast<std::uint32_t>(body.size());
    return is_old ? put(u8(1) + u8(0) + u16(static_cast<std::uint16_t>(messages.size())) + u32(1) +
                        u32(size) + u32(0) + body)
                  : put("OHDR" + u8(2) + u8(2) + u32(size) + body + u32(0));
  }
  std::uint64_t dataset(std::vector<std::uint64_t> shape, std::string_view data) {
    return object({dataspace(std::move(shape)), float_type(), contiguous(put(data), data.size())});
  }
  // A group of an old file: a heap of names, one node of entries, and a tree of that node.
  std::uint64_t table(const std::vector<std::pair<std::string, std::uint64_t>>& members) {
    std::string names(8, '\0'), entries;
    for (const auto& [name, address] : members) {
      entries += u64(names.size()) + u64(address) + u32(0) + u32(0) + std::string(16, '\0');
      names += name + '\0';
    }
    const std::uint64_t name_bytes = put(names);
    const std::uint64_t heap =
        put("HEAP" + u32(0) + u64(names.size()) + u64(kNowhere) + u64(name_bytes));
    const std::uint64_t node =
        put("SNOD" + u8(1) + u8(0) + u16(static_cast<std::uint16_t>(members.size())) + entries);
    const std::uint64_t tree = put("TREE" + u8(0) + u8(0) + u16(1) + u64(kNowhere) + u64(kNowhere) +
                                   u64(0) + u64(node) + u64(0));
    return object({{17, u64(tree) + u64(heap)}});
  }
  // A tree of one level over chunks: (address, bytes).
  std::uint64_t chunk_tree(const std::vector<std::pair<std::uint64_t, std::uint32_t>>& chunks,
                           std::size_t rank) {
    std::string rows;
    for (const auto& [address, size] : chunks) {
      rows += u32(size) + u32(0) + std::string(8 * (rank + 1), '\0') + u64(address);
    }
    return put("TREE" + u8(1) + u8(0) + u16(static_cast<std::uint16_t>(chunks.size())) +
               u64(kNowhere) + u64(kNowhere) + rows);
  }
  std::string file(std::uint64_t root, std::uint64_t user_block = 0) const {
    const std::string signature = "\x89HDF\r\n\x1a\n";
    std::string head = is_old ? signature + u32(0) + u8(0) + u8(8) + u8(8) + u8(0) + u16(4) +
                                    u16(16) + u32(0) + u64(user_block) + u64(kNowhere) +
                                    u64(bytes.size()) + u64(kNowhere) + u64(0) + u64(root) +
                                    u32(0) + u32(0) + std::string(16, '\0')
                              : signature + u8(2) + u8(8) + u8(8) + u8(0) + u64(user_block) +
                                    u64(kNowhere) + u64(bytes.size()) + u64(root) + u32(0);
    return std::string(user_block, '\0') + head + bytes.substr(head.size());
  }
};

}  // namespace hartonomous::test
