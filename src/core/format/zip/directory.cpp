// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A ZIP archive says everything twice: in a header before each entry and in the directory at the
// end. Attacks live where the two differ, where entries share bytes, or where bytes belong to
// nothing. So: find the one end record, read the directory it names, then each local header, and
// demand that they agree and that the entries tile the file.
#include "core/format/zip/directory.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>

#include "core/base/checked.hpp"
#include "core/format/entry_names.hpp"
#include "core/format/sorted_order.hpp"
#include "core/format/zip/end_record.hpp"
#include "core/format/zip/record.hpp"

namespace hartonomous::core::format::zip {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kArchive = "ZIP archive";
constexpr std::uint64_t kCentralBytes = 46, kLocalBytes = 30, kLongestDescriptor = 24;
constexpr std::uint64_t kRatioFreeBytes = 1 << 20;
constexpr std::uint64_t kDeflateRatio = 1032;  // a stream cannot expand more

constexpr std::uint16_t kEncrypted = 1 << 0, kHasDescriptor = 1 << 3, kPatched = 1 << 5,
                        kStrongEncryption = 1 << 6, kMasked = 1 << 13;

// The extra field's Zip64 block, or empty. kMalformed if the blocks do not add up.
Result<std::string_view> zip64_block(std::string_view extra) {
  std::string_view found;
  while (extra.size() >= 4) {
    const Record header(extra);
    const std::size_t length = header.u16(2);
    if (length > extra.size() - 4) return malformed("extra field of the ZIP archive is malformed");
    if (header.u16(0) == 1) {
      if (found.data() != nullptr) return malformed("ZIP entry has two Zip64 fields");
      found = extra.substr(4, length);
    }
    extra.remove_prefix(4 + length);
  }
  // Fewer than four bytes are padding, which some writers leave.
  return found;
}

class DirectoryReader {
 public:
  DirectoryReader(ByteSource& source, const Limits& limits, ParseBudget& budget,
                  Checkpoint& checkpoint)
      : source_(source), limits_(limits), budget_(budget), checkpoint_(checkpoint) {}

  Result<std::vector<Entry>> read() {
    HARTONOMOUS_TRY(const End end, find_end(source_));
    if (end.directory_offset > end.directory_end ||
        end.directory_end - end.directory_offset != end.directory_bytes) {
      return malformed("directory of the ZIP archive is not where its end record says");
    }
    if (end.entries > end.directory_bytes / kCentralBytes) {
      return malformed("directory of the ZIP archive is too short for its " +
                       std::to_string(end.entries) + " entries");
    }
    if (end.entries > limits_.max_archive_entries) {
      return Status(Code::kLimitExceeded, "ZIP archive has " + std::to_string(end.entries) +
                                              " entries, more than the limit of " +
                                              std::to_string(limits_.max_archive_entries));
    }
    if (end.directory_bytes > limits_.max_header_bytes) {
      return Status(Code::kLimitExceeded, "directory of the ZIP archive is over the limit of " +
                                              std::to_string(limits_.max_header_bytes) + " bytes");
    }
    HARTONOMOUS_CHECK(budget_.charge(end.directory_bytes + end.entries * sizeof(Entry)));
    checkpoint_.reached(end.directory_bytes);
    HARTONOMOUS_TRY(const std::string directory,
                    read_text(source_, end.directory_offset, end.directory_bytes));
    HARTONOMOUS_CHECK(read_entries(directory, end.entries));
    HARTONOMOUS_CHECK(check_names());
    HARTONOMOUS_CHECK(check_tiling(end.directory_offset));
    return std::move(entries_);
  }

 private:
  Status read_entries(std::string_view text, std::uint64_t count) {
    std::uint64_t expanded = 0;
    for (std::uint64_t i = 0; i < count; ++i) {
      HARTONOMOUS_TRY(Entry entry, read_central(text));
      HARTONOMOUS_CHECK(check_expansion(entry, expanded));
      entries_.push_back(std::move(entry));
    }
    if (!text.empty()) return malformed("directory of the ZIP archive has trailing bytes");
    return Status::ok();
  }

  // Takes one record off the front of `text`.
  Result<Entry> read_central(std::string_view& text) {
    if (text.size() < kCentralBytes || !text.starts_with("PK\x01\x02"sv)) {
      return malformed("directory of the ZIP archive is malformed");
    }
    const Record record(text);
    const std::size_t name = record.u16(28), extra = record.u16(30), comment = record.u16(32);
    if (name + extra + comment > text.size() - kCentralBytes) {
      return malformed("directory of the ZIP archive is malformed");
    }
    Entry entry{std::string(text.substr(kCentralBytes, name)),
                Method::kStored,
                record.u32(16),
                record.u32(42),
                0,
                record.u32(20),
                record.u32(24)};
    HARTONOMOUS_CHECK(check_entry_name(entry.name, kArchive));
    if (record.u16(34) != 0) {
      return Status(Code::kUnsupported, "ZIP archives of several disks are not supported");
    }
    const bool is_unix = (record.u16(4) >> 8) == 3;
    if (is_unix && (record.u32(38) >> 28) == 10) {
      return malformed("entry " + quoted(entry.name) + " of the ZIP archive is a link");
    }
    const std::uint16_t flags = record.u16(8), method = record.u16(10);
    if ((flags & (kEncrypted | kPatched | kStrongEncryption | kMasked)) != 0) {
      return Status(Code::kUnsupported,
                    "entry " + quoted(entry.name) + " of the ZIP archive is encrypted");
    }
    if (method != 0 && method != 8) {
      return Status(Code::kUnsupported, "entry " + quoted(entry.name) +
                                            " of the ZIP archive has compression method " +
                                            std::to_string(method) + ", which is not supported");
    }
    entry.method = static_cast<Method>(method);
    HARTONOMOUS_TRY(const std::string_view wide,
                    zip64_block(text.substr(kCentralBytes + name, extra)));
    HARTONOMOUS_CHECK(widen(entry, wide));
    flags_.push_back(flags);
    text.remove_prefix(kCentralBytes + name + extra + comment);
    return entry;
  }

  // The 64-bit values of the directory, each present where its short field is all ones.
  static Status widen(Entry& entry, std::string_view wide) {
    for (std::uint64_t* value :
         {&entry.expanded_bytes, &entry.stored_bytes, &entry.header_offset}) {
      if (*value != 0xffffffff) continue;
      if (wide.size() < 8) return malformed("entry " + quoted(entry.name) + " lacks its size");
      *value = Record(wide).u64(0);
      wide.remove_prefix(8);
    }
    return Status::ok();
  }

  Status check_expansion(const Entry& entry, std::uint64_t& total) const {
    if (entry.method == Method::kStored && entry.stored_bytes != entry.expanded_bytes) {
      return malformed("entry " + quoted(entry.name) + " is stored but has two sizes");
    }
    const auto sum = checked_add(total, entry.expanded_bytes);
    const auto possible = checked_mul(entry.stored_bytes, kDeflateRatio);
    if (!sum || !possible || (entry.expanded_bytes > *possible)) {
      return malformed("entry " + quoted(entry.name) + " claims an impossible size");
    }
    total = *sum;
    const bool expands = entry.method == Method::kDeflated;
    if (expands && entry.expanded_bytes > kRatioFreeBytes &&
        entry.expanded_bytes / limits_.max_expansion_ratio > entry.stored_bytes) {
      return {Code::kLimitExceeded, "entry " + quoted(entry.name) +
                                        " expands more than the limit of 1 to " +
                                        std::to_string(limits_.max_expansion_ratio)};
    }
    if (expands && total > limits_.max_expanded_bytes) {
      return {Code::kLimitExceeded, "ZIP archive expands to more than the limit of " +
                                        std::to_string(limits_.max_expanded_bytes) + " bytes"};
    }
    return Status::ok();
  }

  Status check_names() {
    HARTONOMOUS_CHECK(budget_.charge(entries_.size() * sizeof(std::string_view)));
    const std::vector<std::string_view> names = [&] {
      std::vector<std::string_view> all;
      for (const Entry& entry : entries_) all.push_back(entry.name);
      return all;
    }();
    return check_distinct_names(names, kArchive, budget_, checkpoint_);
  }

  // From the first byte to the directory: header, data, descriptor, header, ...
  Status check_tiling(std::uint64_t directory_offset) {
    const auto order = sorted_order(entries_.size(), checkpoint_,
                                    [&](std::uint32_t i) { return entries_[i].header_offset; });
    std::uint64_t at = 0;
    for (std::size_t i = 0; i < order.size(); ++i) {
      Entry& entry = entries_[order[i]];
      const std::uint64_t next =
          i + 1 < order.size() ? entries_[order[i + 1]].header_offset : directory_offset;
      if (entry.header_offset != at || next > directory_offset) {
        return malformed("entry " + quoted(entry.name) +
                         " of the ZIP archive follows a gap or overlaps another");
      }
      HARTONOMOUS_CHECK(read_local(entry, flags_[order[i]], next));
      at = next;
      if (i % 64 == 0) checkpoint_.reached(0);
    }
    if (at != directory_offset) return malformed("ZIP archive has bytes before its directory");
    return Status::ok();
  }

  Status read_local(Entry& entry, std::uint16_t flags, std::uint64_t next) {
    const std::uint64_t room = next - entry.header_offset;
    const auto differs = [&] {
      return malformed("local header of entry " + quoted(entry.name) +
                       " does not agree with the directory");
    };
    if (room < kLocalBytes + entry.name.size()) return differs();
    HARTONOMOUS_TRY(const std::string head, read_text(source_, entry.header_offset, kLocalBytes));
    const Record record(head);
    const std::uint64_t name = record.u16(26), extra = record.u16(28);
    if (!head.starts_with("PK\x03\x04"sv) || name != entry.name.size() ||
        name + extra > room - kLocalBytes || record.u16(6) != flags ||
        record.u16(8) != static_cast<std::uint16_t>(entry.method)) {
      return differs();
    }
    HARTONOMOUS_TRY(const std::string rest,
                    read_text(source_, entry.header_offset + kLocalBytes, name + extra));
    if (!rest.starts_with(entry.name)) return differs();
    HARTONOMOUS_TRY(const std::string_view wide, zip64_block(std::string_view(rest).substr(name)));
    std::uint64_t expanded = record.u32(22), stored = record.u32(18);
    const bool is_wide = expanded == 0xffffffff || stored == 0xffffffff;
    if (is_wide || !wide.empty()) {
      if (wide.size() < 16) return differs();
      const Record values(wide);
      if (expanded != 0xffffffff && expanded != values.u64(0) && expanded != 0) return differs();
      if (stored != 0xffffffff && stored != values.u64(8) && stored != 0) return differs();
      expanded = values.u64(0);
      stored = values.u64(8);
    }
    entry.data_offset = entry.header_offset + kLocalBytes + name + extra;
    const std::uint64_t left = room - kLocalBytes - name - extra;
    if (entry.stored_bytes > left) return differs();
    const bool is_later =
        (flags & kHasDescriptor) != 0 && record.u32(14) == 0 && expanded == 0 && stored == 0;
    if (!is_later && (record.u32(14) != entry.crc32 || expanded != entry.expanded_bytes ||
                      stored != entry.stored_bytes)) {
      return differs();
    }
    return check_descriptor(entry, flags, left - entry.stored_bytes);
  }

  // What follows the data: nothing, or with flag bit 3 the CRC and both sizes, 4 or 8 bytes each,
  // after an optional signature.
  Status check_descriptor(const Entry& entry, std::uint16_t flags, std::uint64_t length) {
    const bool is_due = (flags & kHasDescriptor) != 0;
    if (!is_due && length == 0) return Status::ok();
    const bool is_signed = length == 16 || length == 24, is_wide = length >= 20;
    if (!is_due || (!is_signed && length != 12 && length != 20)) {
      return malformed("entry " + quoted(entry.name) +
                       " of the ZIP archive is followed by a gap or overlaps another");
    }
    std::array<char, kLongestDescriptor> bytes{};
    HARTONOMOUS_CHECK(source_.read(entry.data_offset + entry.stored_bytes,
                                   std::as_writable_bytes(std::span(bytes)).first(length)));
    const std::string_view text(bytes.data(), length);
    const std::string_view values = text.substr(is_signed ? 4 : 0);
    const Record record(values);
    const std::uint64_t stored = is_wide ? record.u64(4) : record.u32(4);
    const std::uint64_t expanded = is_wide ? record.u64(12) : record.u32(8);
    if ((is_signed && !text.starts_with("PK\x07\x08"sv)) || record.u32(0) != entry.crc32 ||
        stored != entry.stored_bytes || expanded != entry.expanded_bytes) {
      return malformed("data descriptor of entry " + quoted(entry.name) +
                       " does not agree with the directory");
    }
    return Status::ok();
  }

  ByteSource& source_;
  const Limits& limits_;
  ParseBudget& budget_;
  Checkpoint& checkpoint_;
  std::vector<Entry> entries_;
  std::vector<std::uint16_t> flags_;  // as the directory has them
};

}  // namespace

Result<std::vector<Entry>> read_directory(ByteSource& source, const Limits& limits,
                                          ParseBudget& budget, Checkpoint& checkpoint) {
  return DirectoryReader(source, limits, budget, checkpoint).read();
}

}  // namespace hartonomous::core::format::zip
