// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Builds ZIP archives and NumPy arrays byte by byte, right or wrong, for tests.
#pragma once

#include <zlib.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "file_builder.hpp"

namespace hartonomous::test {

inline std::string u16(std::uint16_t value) { return image(value); }

inline std::string deflated(std::string_view bytes) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, bytes.size()) + 16, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

// One entry. Every field of both headers can be made wrong before it is written.
struct ZipEntry {
  std::string name, content;
  bool is_deflated = false;
  bool has_descriptor = false;
  // Zip64 values in the local header and, when they are needed, in the directory.
  bool is_wide = false;
  std::string local_name = {};  // if another than `name`
  std::string local_extra = {}, central_extra = {};
  std::uint16_t flags = 0, local_flags = 0xffff;  // 0xffff: as in the directory
  std::int32_t method = -1;
  std::uint16_t made_by = 0;
  std::uint32_t attributes = 0;
  std::uint32_t crc_change = 0;  // in both headers
  std::int64_t claimed = -1;     // expanded size, if another than the content's
  std::string gap = {};          // bytes after the entry
};

struct Zip {
  std::string bytes, directory;
  std::uint64_t count = 0;

  Zip& add(const ZipEntry& e) {
    const std::string stored = e.is_deflated ? deflated(e.content) : e.content;
    const auto crc = static_cast<std::uint32_t>(crc32(
                         0, reinterpret_cast<const Bytef*>(e.content.data()),
                         static_cast<uInt>(e.content.size()))) ^
                     e.crc_change;
    const auto size = static_cast<std::uint32_t>(
        e.claimed < 0 ? static_cast<std::int64_t>(e.content.size()) : e.claimed);
    const auto stored_size = static_cast<std::uint32_t>(stored.size());
    const auto method =
        static_cast<std::uint16_t>(e.method >= 0 ? e.method : (e.is_deflated ? 8 : 0));
    const auto flags = static_cast<std::uint16_t>(e.flags | (e.has_descriptor ? 8 : 0));
    const std::string& local_name = e.local_name.empty() ? e.name : e.local_name;
    const auto offset = static_cast<std::uint32_t>(bytes.size());
    const std::string wide = e.is_wide ? u16(1) + u16(16) + u64(size) + u64(stored_size) : "";
    const std::string extra = wide + e.local_extra;
    const std::uint32_t here = e.has_descriptor ? 0 : ~std::uint32_t{0};
    bytes += "PK\x03\x04" + u16(20) + u16(e.local_flags == 0xffff ? flags : e.local_flags) +
             u16(method) + u32(0) + u32(crc & here) +
             (e.is_wide ? u32(0xffffffff) + u32(0xffffffff)
                        : u32(stored_size & here) + u32(size & here)) +
             u16(static_cast<std::uint16_t>(local_name.size())) +
             u16(static_cast<std::uint16_t>(extra.size())) + local_name + extra + stored;
    if (e.has_descriptor) bytes += "PK\x07\x08" + u32(crc) + u32(stored_size) + u32(size);
    bytes += e.gap;
    directory += "PK\x01\x02" + u16(e.made_by) + u16(20) + u16(flags) + u16(method) + u32(0) +
                 u32(crc) + u32(stored_size) + u32(size) +
                 u16(static_cast<std::uint16_t>(e.name.size())) +
                 u16(static_cast<std::uint16_t>(e.central_extra.size())) + u16(0) + u16(0) +
                 u16(0) + u32(e.attributes) + u32(offset) + e.name + e.central_extra;
    ++count;
    return *this;
  }

  std::string end(std::uint64_t at, const std::string& comment = "") const {
    return "PK\x05\x06" + u32(0) + u16(static_cast<std::uint16_t>(count)) +
           u16(static_cast<std::uint16_t>(count)) +
           u32(static_cast<std::uint32_t>(directory.size())) + u32(static_cast<std::uint32_t>(at)) +
           u16(static_cast<std::uint16_t>(comment.size())) + comment;
  }
  std::string file(const std::string& comment = "") const {
    return bytes + directory + end(bytes.size(), comment);
  }
  // With the 64-bit end record that PyTorch always writes.
  std::string file64(std::uint64_t claimed_entries) const {
    return bytes + directory + "PK\x06\x06" + u64(44) + u16(45) + u16(45) + u32(0) + u32(0) +
           u64(claimed_entries) + u64(claimed_entries) + u64(directory.size()) +
           u64(bytes.size()) + "PK\x06\x07" + u32(0) + u64(bytes.size() + directory.size()) +
           u32(1) + end(bytes.size());
  }
};

inline std::string zip_file(const std::vector<ZipEntry>& entries) {
  Zip zip;
  for (const ZipEntry& entry : entries) zip.add(entry);
  return zip.file();
}

// An .npy file with that dict as its header.
inline std::string npy(std::string_view dict, std::string_view data = {}, int major = 1) {
  std::string text(dict);
  while ((text.size() + 11) % 64 != 0) text += ' ';
  text += '\n';
  const std::string length = major == 1 ? u16(static_cast<std::uint16_t>(text.size()))
                                        : u32(static_cast<std::uint32_t>(text.size()));
  return "\x93NUMPY" + std::string(1, static_cast<char>(major)) + '\0' + length + text +
         std::string(data);
}

}  // namespace hartonomous::test
