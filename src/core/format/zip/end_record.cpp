// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/zip/end_record.hpp"

#include <algorithm>

#include "core/format/zip/record.hpp"

namespace hartonomous::core::format::zip {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::uint64_t kEndBytes = 22, kLocatorBytes = 20, kEnd64Bytes = 56;

// The 64-bit record stands directly before its locator, which stands directly before the short
// one. A short field that is not all ones must say the same.
Result<End> read_end64(ByteSource& source, std::uint64_t at, const Record& short_end,
                       std::uint64_t locator_at) {
  if (at > locator_at || locator_at - at != kEnd64Bytes) {
    return malformed("Zip64 end record is not where its locator says");
  }
  HARTONOMOUS_TRY(const std::string text, read_text(source, at, kEnd64Bytes));
  const Record record(text);
  if (!text.starts_with("PK\x06\x06"sv) || record.u64(4) != kEnd64Bytes - 12) {
    return malformed("Zip64 end record is malformed");
  }
  if (record.u32(16) != 0 || record.u32(20) != 0 || record.u64(24) != record.u64(32)) {
    return Status(Code::kUnsupported, "ZIP archives of several disks are not supported");
  }
  const End end{record.u64(32), record.u64(48), record.u64(40), at};
  const auto agrees = [](std::uint64_t short_value, std::uint64_t all_ones, std::uint64_t value) {
    return short_value == all_ones || short_value == value;
  };
  if (!agrees(short_end.u16(10), 0xffff, end.entries) ||
      !agrees(short_end.u32(12), 0xffffffff, end.directory_bytes) ||
      !agrees(short_end.u32(16), 0xffffffff, end.directory_offset)) {
    return malformed("the two end records of the ZIP archive differ");
  }
  return end;
}

}  // namespace

Result<End> find_end(ByteSource& source) {
  const std::uint64_t size = source.size();
  const std::uint64_t tail_bytes = std::min<std::uint64_t>(size, kEndBytes + 0xffff);
  HARTONOMOUS_TRY(const std::string tail, read_text(source, size - tail_bytes, tail_bytes));
  const std::size_t found = tail.rfind("PK\x05\x06"sv);
  if (found == tail.npos || tail.size() - found < kEndBytes) {
    return malformed("ZIP archive has no end record");
  }
  const std::string_view text = std::string_view(tail).substr(found);
  const Record record(text);
  if (record.u16(20) != text.size() - kEndBytes) {
    return malformed("the last end record of the ZIP archive does not end the file");
  }
  const std::uint64_t at = size - tail_bytes + found;
  if (at >= kLocatorBytes) {
    HARTONOMOUS_TRY(const std::string locator,
                    read_text(source, at - kLocatorBytes, kLocatorBytes));
    if (locator.starts_with("PK\x06\x07"sv)) {
      const Record fields(locator);
      if (fields.u32(4) != 0 || fields.u32(16) > 1) {
        return Status(Code::kUnsupported, "ZIP archives of several disks are not supported");
      }
      return read_end64(source, fields.u64(8), record, at - kLocatorBytes);
    }
  }
  if (record.u16(4) != 0 || record.u16(6) != 0 || record.u16(8) != record.u16(10)) {
    return Status(Code::kUnsupported, "ZIP archives of several disks are not supported");
  }
  return End{record.u16(10), record.u32(16), record.u32(12), at};
}

}  // namespace hartonomous::core::format::zip
