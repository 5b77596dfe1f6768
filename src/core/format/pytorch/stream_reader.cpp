// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The legacy format is five pickles (a magic number, the protocol, the writing machine, the object,
// the keys of its storages), then each storage as a count of elements and their bytes.
#include <algorithm>
#include <array>
#include <string>

#include "core/base/checked.hpp"
#include "core/format/pytorch/reader.hpp"
#include "core/format/pytorch/tensor_list.hpp"
#include "core/format/pytorch/unpickler.hpp"
#include "core/format/sorted_order.hpp"

namespace hartonomous::core::format::pytorch {

namespace {

using std::string_view_literals::operator""sv;

// 0x1950a86a20f9469cfc6c, as LONG1 has it and in decimal.
constexpr std::string_view kMagicBytes = "\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"sv;
constexpr std::string_view kMagicDigits = "119547037146038801333356"sv;
constexpr std::int64_t kProtocol = 1001;

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

// The storages behind the pickles, by key.
class StorageTable final : public StorageMap {
 public:
  struct Row {
    std::string key;
    std::uint64_t bytes_at = 0;  // of its elements
    std::uint64_t count = 0;     // of elements
    std::uint64_t bytes = 0;
  };
  explicit StorageTable(std::vector<Row> rows) : rows_(std::move(rows)) {}

  Result<StoragePlace> place(const Storage& storage) override {
    const auto row = std::ranges::lower_bound(rows_, storage.key, {},
                                              [](const Row& r) { return std::string_view(r.key); });
    if (row == rows_.end() || row->key != storage.key) {
      return malformed("storage " + quoted(storage.key) + " is not in the file");
    }
    if (row->count != storage.count || row->bytes != storage.bytes) {
      return malformed("storage " + quoted(storage.key) + " is not of the size that it claims");
    }
    return StoragePlace{row->bytes_at, true, false};
  }

 private:
  std::vector<Row> rows_;  // by key
};

class Reader {
 public:
  Reader(ByteSource& source, const Limits& limits, Checkpoint& checkpoint)
      : source_(source),
        limits_(limits),
        checkpoint_(checkpoint),
        budget_(limits.max_memory_bytes),
        in_(source, checkpoint),
        values_(budget_) {}

  Result<FileLayout> read() {
    HARTONOMOUS_CHECK(read_magic());
    HARTONOMOUS_CHECK(check_machine());
    HARTONOMOUS_TRY(const ValueId root, unpickle(in_, limits_, budget_, values_));
    HARTONOMOUS_TRY(const ValueId keys, unpickle(in_, limits_, budget_, values_));
    HARTONOMOUS_TRY(std::vector<StorageTable::Row> rows, read_rows(keys));
    StorageTable table(std::move(rows));
    FileLayout layout{Format::kPytorch, {}, {}, {}};
    layout.metadata.append("kind", std::string("stream"));
    layout.metadata.append("byte_order", std::string("little"));
    HARTONOMOUS_CHECK(list_tensors(values_, root, table, limits_, budget_, checkpoint_, layout));
    return layout;
  }

 private:
  Status read_magic() {
    HARTONOMOUS_TRY(const ValueId magic, unpickle(in_, limits_, budget_, values_));
    const Value& number = values_[magic];
    if (number.kind != ValueKind::kNumber ||
        (number.text != kMagicBytes && number.text != kMagicDigits)) {
      return malformed("file does not begin with the number of PyTorch's");
    }
    HARTONOMOUS_TRY(const ValueId protocol, unpickle(in_, limits_, budget_, values_));
    if (values_[protocol].kind == ValueKind::kInteger && values_[protocol].integer == kProtocol) {
      return Status::ok();
    }
    return {Code::kUnsupported, "PyTorch files of another protocol than 1001 are not supported"};
  }

  // {"protocol_version": 1001, "little_endian": True, "type_sizes": {...}}
  Status check_machine() {
    HARTONOMOUS_TRY(const ValueId machine, unpickle(in_, limits_, budget_, values_));
    const Value& dict = values_[machine];
    if (dict.kind != ValueKind::kDict) return malformed("PyTorch file does not say its machine");
    for (std::size_t i = 0; i + 1 < dict.items.size(); i += 2) {
      const Value& value = values_[dict.items[i + 1]];
      if (values_[dict.items[i]].text == "little_endian" && value.kind == ValueKind::kBool) {
        if (value.integer != 0) return Status::ok();
        return {Code::kUnsupported,
                "PyTorch files of the legacy format from big-endian machines are not supported"};
      }
    }
    return malformed("PyTorch file does not say its byte order");
  }

  Result<std::vector<StorageTable::Row>> read_rows(ValueId keys) {
    if (values_[keys].kind != ValueKind::kList) {
      return malformed("PyTorch file does not list its storages");
    }
    HARTONOMOUS_TRY(const std::vector<Sizes> sizes, storage_sizes());
    std::uint64_t at = in_.offset();
    std::vector<StorageTable::Row> rows;
    for (const ValueId id : values_[keys].items) {
      if (values_[id].kind != ValueKind::kString) return malformed("key of a storage is no text");
      HARTONOMOUS_CHECK(budget_.charge(sizeof(StorageTable::Row) + values_[id].text.size()));
      StorageTable::Row row{values_[id].text};
      HARTONOMOUS_CHECK(read_row(row, sizes, at));
      at = row.bytes_at + row.bytes;
      rows.push_back(std::move(row));
      if (rows.size() % 256 == 0) checkpoint_.reached(0);
    }
    if (at != source_.size()) return malformed("PyTorch file has bytes after its storages");
    std::ranges::sort(rows, {}, &StorageTable::Row::key);
    const auto twice = std::ranges::adjacent_find(rows, {}, &StorageTable::Row::key);
    if (twice != rows.end()) return malformed("storage " + quoted(twice->key) + " is listed twice");
    return rows;
  }

  // The element size of each storage that the object refers to.
  struct Sizes {
    std::string_view key;
    std::uint8_t item_bytes;
  };
  Result<std::vector<Sizes>> storage_sizes() {
    std::vector<Sizes> sizes;
    for (ValueId id = 0; id < values_.size(); ++id) {
      if (values_[id].kind != ValueKind::kStorage) continue;
      HARTONOMOUS_TRY(const Storage storage, storage_of(values_, id));
      HARTONOMOUS_CHECK(budget_.charge(sizeof(Sizes)));
      sizes.push_back({storage.key, storage.type.item_bytes});
    }
    std::ranges::stable_sort(sizes, {}, &Sizes::key);
    return sizes;
  }

  Status read_row(StorageTable::Row& row, const std::vector<Sizes>& sizes, std::uint64_t at) {
    const auto size = std::ranges::lower_bound(sizes, std::string_view(row.key), {}, &Sizes::key);
    if (size == sizes.end() || size->key != row.key) {
      return malformed("storage " + quoted(row.key) + " belongs to nothing in the file");
    }
    std::array<std::byte, 8> image;
    if (source_.size() - at < image.size()) return malformed("file ends before its storages");
    HARTONOMOUS_CHECK(source_.read(at, image));
    row.count = load_little_endian<std::uint64_t>(image.data());
    row.bytes_at = at + image.size();
    const auto bytes = checked_mul(row.count, size->item_bytes);
    if (!bytes || *bytes > source_.size() - row.bytes_at) {
      return malformed("file ends inside storage " + quoted(row.key));
    }
    row.bytes = *bytes;
    return Status::ok();
  }

  ByteSource& source_;
  const Limits& limits_;
  Checkpoint& checkpoint_;
  ParseBudget budget_;
  HeaderReader in_;
  Values values_;
};

}  // namespace

bool is_stream(std::string_view head) noexcept {
  if (head.starts_with('L')) return head.substr(1).starts_with(kMagicDigits);
  if (head.size() < 2 || head[0] != '\x80') return false;
  head.remove_prefix(2);
  if (head.starts_with('\x95')) head.remove_prefix(std::min<std::size_t>(head.size(), 9));
  return head.starts_with("\x8a\x0a"sv) && head.substr(2).starts_with(kMagicBytes);
}

Result<FileLayout> read_stream(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  return Reader(source, limits, checkpoint).read();
}

}  // namespace hartonomous::core::format::pytorch
