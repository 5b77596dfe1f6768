// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// An entry is a header block of 512 bytes and its data, padded to whole blocks. What does not fit a
// header comes in an entry before it: pax records ("LENGTH KEY=VALUE\n") or GNU's long name.
// Attacks live where two readers take different ones of these for true, so what is said twice must
// agree.
#include "core/format/archive/tar.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string_view>

#include "core/base/checked.hpp"
#include "core/format/entry_names.hpp"

namespace hartonomous::core::format::archive {

namespace {

using std::string_view_literals::operator""sv;

constexpr std::string_view kArchive = "tar archive";
constexpr std::uint64_t kBlock = 512;
constexpr std::uint64_t kMaxExtra = 64 * 1024;  // bytes of one pax header or long name
constexpr std::uint64_t kMaxName = 4096;
constexpr std::uint64_t kMaxOctalSize = 077777777777;  // that eleven digits hold

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }
Status malformed_entry(std::string_view name, const char* what) {
  return malformed("entry " + quoted(name) + " of the tar archive " + what);
}

// A field of text, which ends at a NUL or fills its place.
std::string_view text_field(std::string_view block, std::size_t at, std::size_t length) {
  const std::string_view field = block.substr(at, length);
  return field.substr(0, field.find('\0'));
}

// An octal number, after blanks and before a blank or NUL.
std::optional<std::uint64_t> octal(std::string_view field) {
  field.remove_prefix(std::min(field.find_first_not_of(' '), field.size()));
  std::uint64_t value = 0;
  std::size_t digits = 0;
  for (; digits < field.size() && field[digits] >= '0' && field[digits] <= '7'; ++digits) {
    value = value * 8 + static_cast<std::uint64_t>(field[digits] - '0');
  }
  const bool is_closed = field.find_first_not_of(" \0"sv, digits) == field.npos;
  return is_closed ? std::optional(value) : std::nullopt;
}

// The size field: octal, or GNU's big-endian binary, whose first byte is 0x80.
std::optional<std::uint64_t> size_of(std::string_view block) {
  const std::string_view field = block.substr(124, 12);
  if ((field[0] & 0x80) == 0) return octal(field);
  if (field.substr(0, 4) != "\x80\0\0\0"sv) return std::nullopt;  // negative, or beyond 64 bits
  std::uint64_t value = 0;
  for (const char c : field.substr(4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

bool has_right_checksum(std::string_view block) {
  constexpr std::size_t kField = 148, kFieldSize = 8;
  std::uint64_t sum = kFieldSize * ' ';
  for (std::size_t i = 0; i < kBlock; ++i) {
    if (i < kField || i >= kField + kFieldSize) sum += static_cast<unsigned char>(block[i]);
  }
  return octal(block.substr(kField, kFieldSize)) == sum;
}

// What entries before a header said of it.
struct Extra {
  std::optional<std::string> name;
  std::optional<std::uint64_t> size;
};

std::optional<std::uint64_t> decimal(std::string_view digits) {
  if (digits.empty()) return std::nullopt;
  std::uint64_t value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    const auto wider = checked_mul(value, 10);
    const auto sum =
        wider ? checked_add(*wider, static_cast<std::uint64_t>(c - '0')) : std::nullopt;
    if (!sum) return std::nullopt;
    value = *sum;
  }
  return value;
}

Status add_record(std::string_view key, std::string_view value, bool is_global, Extra& extra) {
  const bool is_name = key == "path", is_size = key == "size";
  if (key == "linkpath" || key == "hdrcharset" || key.starts_with("GNU.sparse") ||
      key.starts_with("SCHILY.realsize") || (is_global && (is_name || is_size))) {
    return {Code::kUnsupported, "tar archives with " + quoted(key) + " are not supported"};
  }
  if ((is_name && extra.name) || (is_size && extra.size)) {
    return malformed("a header of the tar archive gives " + quoted(key) + " twice");
  }
  if (is_name) extra.name = std::string(value);
  if (is_size) {
    extra.size = decimal(value);
    if (!extra.size) return malformed("a size in the tar archive is no number");
  }
  return Status::ok();
}

Status add_pax(std::string_view text, bool is_global, Extra& extra) {
  while (!text.empty()) {
    const std::size_t blank = text.find(' ');
    const auto length = blank < 20 ? decimal(text.substr(0, blank)) : std::nullopt;
    if (!length || *length > text.size() || *length < blank + 3 || text[*length - 1] != '\n') {
      return malformed("extended header of the tar archive is malformed");
    }
    const std::string_view record = text.substr(blank + 1, *length - blank - 2);
    const std::size_t equals = record.find('=');
    if (equals == record.npos || equals == 0) {
      return malformed("extended header of the tar archive is malformed");
    }
    HARTONOMOUS_CHECK(
        add_record(record.substr(0, equals), record.substr(equals + 1), is_global, extra));
    text.remove_prefix(*length);
  }
  return Status::ok();
}

std::string header_name(std::string_view block) {
  const std::string_view name = text_field(block, 0, 100);
  // Before POSIX, and with GNU, the prefix's place has another use.
  if (block.substr(257, 6) != "ustar\0"sv) return std::string(name);
  const std::string_view prefix = text_field(block, 345, 155);
  return prefix.empty() ? std::string(name) : std::string(prefix) + "/" + std::string(name);
}

class Reader {
 public:
  Reader(ByteSource& source, const Limits& limits, ParseBudget& budget, Checkpoint& checkpoint)
      : source_(source), limits_(limits), budget_(budget), checkpoint_(checkpoint) {}

  Result<std::vector<TarFile>> read() {
    for (std::uint64_t entries = 0;; ++entries) {
      HARTONOMOUS_TRY(const bool has_header, read_header());
      if (!has_header) break;
      if (entries == limits_.max_archive_entries) {
        return Status(Code::kLimitExceeded, "tar archive has more entries than the limit of " +
                                                std::to_string(limits_.max_archive_entries));
      }
      HARTONOMOUS_CHECK(take_entry());
    }
    if (extra_.name || extra_.size) return malformed("tar archive ends after an extended header");
    HARTONOMOUS_CHECK(check_end());
    HARTONOMOUS_CHECK(budget_.charge(files_.size() * sizeof(std::string_view)));
    std::vector<std::string_view> names;
    for (const TarFile& file : files_) names.push_back(file.name);
    HARTONOMOUS_CHECK(check_distinct_names(names, kArchive, budget_, checkpoint_));
    return std::move(files_);
  }

 private:
  std::string_view block() const { return {block_.data(), block_.size()}; }
  bool is_zero_block() const {
    return std::ranges::all_of(block_, [](char c) { return c == '\0'; });
  }

  Status read_block() {
    if (source_.size() - at_ < kBlock) return malformed("tar archive ends too early");
    HARTONOMOUS_CHECK(source_.read(at_, std::as_writable_bytes(std::span(block_))));
    at_ += kBlock;
    checkpoint_.reached(kBlock);
    return Status::ok();
  }

  // False at the zero block that ends the archive.
  Result<bool> read_header() {
    HARTONOMOUS_CHECK(read_block());
    if (is_zero_block()) return false;
    if (!has_right_checksum(block())) return malformed("a header of the tar archive is damaged");
    return true;
  }

  // A second zero block, and nothing but zeros as far as the last record reaches.
  Status check_end() {
    do {
      HARTONOMOUS_CHECK(read_block());
      if (!is_zero_block()) return malformed("tar archive goes on after its end");
    } while (at_ < source_.size());
    return Status::ok();
  }

  Status take_entry() {
    const char type = block_[156];
    const std::string name = extra_.name.value_or(header_name(block()));
    HARTONOMOUS_TRY(const std::uint64_t size, entry_size(name));
    const auto padded = checked_add(size, kBlock - 1);
    if (!padded || *padded / kBlock * kBlock > source_.size() - at_) {
      return malformed_entry(name, "is longer than the archive");
    }
    switch (type) {
      case 'x':
      case 'g':
      case 'L':
        return take_extra(type, size);
      case '0':
      case '\0':
        return take_file(name, size, *padded / kBlock * kBlock);
      case '5':
        extra_ = {};
        return size == 0 ? check_name(name) : malformed_entry(name, "is a directory with bytes");
      default:
        return Status(Code::kUnsupported,
                      "entry " + quoted(name) + " of the tar archive is no file")
            .with_detail(
                "It is a link, a device, a sparse file or of another type that is not "
                "read here.");
    }
  }

  Result<std::uint64_t> entry_size(std::string_view name) const {
    const auto size = size_of(block());
    if (!size) return malformed_entry(name, "has no valid size");
    if (!extra_.size || *extra_.size == *size) return *size;
    if (*extra_.size <= kMaxOctalSize) return malformed_entry(name, "has two sizes");
    return *extra_.size;
  }

  static Status check_name(std::string_view name) {
    if (name.size() > kMaxName) {
      return {Code::kLimitExceeded,
              "a name of " + std::to_string(name.size()) + " bytes in the tar archive is too long"};
    }
    if (name.starts_with("./")) name.remove_prefix(2);
    return name.empty() ? Status::ok() : check_entry_name(name, kArchive);
  }

  Status take_file(std::string_view name, std::uint64_t size, std::uint64_t padded) {
    HARTONOMOUS_CHECK(check_name(name));
    if (name.starts_with("./")) name.remove_prefix(2);
    if (name.empty() || name.ends_with('/')) return malformed_entry(name, "has no name");
    HARTONOMOUS_CHECK(budget_.charge(sizeof(TarFile) + name.size()));
    files_.push_back({std::string(name), at_, size});
    extra_ = {};
    at_ += padded;
    return Status::ok();
  }

  // An entry that speaks of the next one.
  Status take_extra(char type, std::uint64_t size) {
    if (size > kMaxExtra) {
      return {Code::kLimitExceeded, "an extended header of the tar archive is over " +
                                        std::to_string(kMaxExtra) + " bytes"};
    }
    std::string text((size + kBlock - 1) / kBlock * kBlock, '\0');
    HARTONOMOUS_CHECK(source_.read(at_, std::as_writable_bytes(std::span(text))));
    at_ += text.size();
    checkpoint_.reached(text.size());
    text.resize(size);
    if (type != 'L') return add_pax(text, type == 'g', extra_);
    if (extra_.name) return malformed("an entry of the tar archive has two names");
    while (text.ends_with('\0')) text.pop_back();
    if (text.find('\0') != text.npos) return malformed("a name in the tar archive has a NUL");
    extra_.name = std::move(text);
    return Status::ok();
  }

  ByteSource& source_;
  const Limits& limits_;
  ParseBudget& budget_;
  Checkpoint& checkpoint_;
  std::uint64_t at_ = 0;
  std::array<char, kBlock> block_{};
  Extra extra_;
  std::vector<TarFile> files_;
};

}  // namespace

Result<std::vector<TarFile>> read_tar(ByteSource& source, const Limits& limits, ParseBudget& budget,
                                      Checkpoint& checkpoint) {
  return Reader(source, limits, budget, checkpoint).read();
}

}  // namespace hartonomous::core::format::archive
