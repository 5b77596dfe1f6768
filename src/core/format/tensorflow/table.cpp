// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/tensorflow/table.hpp"

#include <array>
#include <optional>
#include <string>

#include "core/base/checked.hpp"
#include "core/format/tensorflow/snappy.hpp"
#include "core/format/tensorflow/varint.hpp"
#include "core/hash/crc32c.hpp"

namespace hartonomous::core::format::tensorflow {

namespace {

constexpr std::uint64_t kFooterBytes = 48;
constexpr std::uint64_t kTrailerBytes = 5;  // of a block: compression, masked CRC
enum Compression : std::uint8_t { kNone = 0, kSnappy = 1 };

Status malformed(std::string what) {
  return {Code::kMalformed, "TensorFlow index " + std::move(what)};
}

struct Handle {
  std::uint64_t offset = 0, size = 0;
};
std::optional<Handle> read_handle(Cursor& in) noexcept {
  const auto offset = read_varint(in);
  const auto size = read_varint(in);
  if (!offset || !size) return std::nullopt;
  return Handle{*offset, *size};
}

class Table {
 public:
  Table(ByteSource& source, const Limits& limits, ParseBudget& budget, Checkpoint& checkpoint)
      : source_(source), limits_(limits), budget_(budget), checkpoint_(checkpoint) {}

  Status read(const OnEntry& on_entry) {
    HARTONOMOUS_TRY(const Handle index, read_footer());
    HARTONOMOUS_TRY(const std::string index_block, read_block(index));
    std::string last_key;
    bool is_first = true;
    const auto on_block = [&](std::string_view, Bytes value) -> Result<bool> {
      Cursor in(value);
      const auto handle = read_handle(in);
      if (!handle) return malformed("has a broken block handle");
      HARTONOMOUS_TRY(const std::string block, read_block(*handle));
      return read_entries(block, last_key, is_first, on_entry);
    };
    std::string last_separator;
    bool is_first_separator = true;
    const auto ended = read_entries(index_block, last_separator, is_first_separator, on_block);
    return ended.is_ok() ? Status::ok() : ended.status();
  }

 private:
  Result<Handle> read_footer() {
    if (source_.size() < kFooterBytes) return malformed("is too short");
    std::array<std::byte, kFooterBytes> footer;
    HARTONOMOUS_CHECK(source_.read(source_.size() - kFooterBytes, footer));
    if (!as_text(footer).ends_with(kTableFooter)) return malformed("does not end as a table");
    Cursor in{Bytes(footer)};
    const auto meta = read_handle(in), index = read_handle(in);
    if (!meta || !index) return malformed("has a broken footer");
    return *index;
  }

  Result<std::string> read_block(Handle handle) {
    const std::uint64_t end = source_.size() - kFooterBytes;
    const auto stored = checked_add(handle.size, kTrailerBytes);
    if (!stored || handle.offset > end || *stored > end - handle.offset) {
      return malformed("has a block outside the file");
    }
    if (*stored > limits_.max_header_bytes) {
      return Status(Code::kLimitExceeded, std::string("TensorFlow index has a block of ") +
                                              std::to_string(handle.size) + " bytes, too many");
    }
    HARTONOMOUS_CHECK(budget_.charge(*stored));
    std::string block(*stored, '\0');
    HARTONOMOUS_CHECK(source_.read(handle.offset, std::as_writable_bytes(std::span(block))));
    checkpoint_.reached(block.size());
    const Bytes all = as_bytes(block);
    const auto crc = load_little_endian<std::uint32_t>(all.data() + handle.size + 1);
    const Bytes covered = all.first(handle.size + 1);
    if (hash::masked_crc(hash::Crc32c().update(covered).value()) != crc) {
      return malformed("has a block whose checksum is wrong");
    }
    const auto compression = static_cast<std::uint8_t>(block[handle.size]);
    block.resize(handle.size);
    if (compression == kNone) return block;
    if (compression != kSnappy) {
      return Status(Code::kUnsupported, std::string("TensorFlow index has compression ") +
                                            std::to_string(compression) + ", which is unknown");
    }
    HARTONOMOUS_TRY(std::string expanded, snappy_expand(as_bytes(block), limits_.max_header_bytes));
    HARTONOMOUS_CHECK(budget_.charge(expanded.size()));
    return expanded;
  }

  // Entries up to the restart points, whose count is the last number. False: the callback ended it.
  Result<bool> read_entries(std::string_view block, std::string& key, bool& is_first,
                            const OnEntry& on_entry) {
    constexpr std::size_t kNumber = sizeof(std::uint32_t);
    if (block.size() < kNumber) return malformed("has an empty block");
    const std::size_t body = block.size() - kNumber;
    const auto restarts = load_little_endian<std::uint32_t>(as_bytes(block).data() + body);
    if (restarts > body / kNumber) return malformed("has a block with too many restart points");
    Cursor in(as_bytes(block).first(body - restarts * kNumber));
    while (in.remaining() > 0) {
      const auto shared = read_varint(in), fresh = read_varint(in), length = read_varint(in);
      if (!shared || !fresh || !length || *shared > key.size()) {
        return malformed("has a broken entry");
      }
      const auto suffix = in.take(*fresh);
      const auto value = suffix ? in.take(*length) : std::nullopt;
      if (!value) return malformed("has an entry that is cut off");
      std::string next = key.substr(0, *shared) + std::string(as_text(*suffix));
      if (next.size() > limits_.max_string_bytes) return malformed("has a key that is too long");
      if (!is_first && next <= key) return malformed("has keys that do not ascend");
      is_first = false;
      key = std::move(next);
      HARTONOMOUS_TRY(const bool more, on_entry(key, *value));
      if (!more) return false;
    }
    return true;
  }

  ByteSource& source_;
  const Limits& limits_;
  ParseBudget& budget_;
  Checkpoint& checkpoint_;
};

}  // namespace

Status read_table(ByteSource& source, const Limits& limits, ParseBudget& budget,
                  Checkpoint& checkpoint, const OnEntry& on_entry) {
  return Table(source, limits, budget, checkpoint).read(on_entry);
}

}  // namespace hartonomous::core::format::tensorflow
