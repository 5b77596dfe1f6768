// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/tensorflow/reader.hpp"

#include <optional>

#include "core/base/checked.hpp"
#include "core/base/padded_number.hpp"
#include "core/base/utf8.hpp"
#include "core/format/tensorflow/table.hpp"
#include "core/format/wire_reader.hpp"

namespace hartonomous::core::format::tensorflow {

namespace {

using tensor::DType;
using Kind = WireReader::Field::Kind;

constexpr std::uint64_t kMaxShards = 99'999;
constexpr std::size_t kMaxWarnings = 20;

Status malformed(std::string what) {
  return {Code::kMalformed, "TensorFlow index " + std::move(what)};
}

// TensorFlow's numbers for types; nothing for strings, resources, quantized and complex ones.
std::optional<DType> dtype_of(std::uint64_t number) noexcept {
  switch (number) {
    case 1:
      return DType::kF32;
    case 2:
      return DType::kF64;
    case 3:
      return DType::kI32;
    case 4:
      return DType::kU8;
    case 5:
      return DType::kI16;
    case 6:
      return DType::kI8;
    case 8:
      return DType::kC64;
    case 9:
      return DType::kI64;
    case 10:
      return DType::kBool;
    case 14:
      return DType::kBf16;
    case 17:
      return DType::kU16;
    case 19:
      return DType::kF16;
    case 22:
      return DType::kU32;
    case 23:
      return DType::kU64;
    case 24:
      return DType::kF8E5M2;
    case 25:
      return DType::kF8E4M3;
    default:
      return std::nullopt;
  }
}

struct Header {
  std::uint64_t shards = 0;
  bool is_big_endian = false;
};
Result<Header> read_header(Bytes message) {
  Header header;
  WireReader in(message, "the bundle header");
  WireReader::Field field;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next(field));
    if (!more) break;
    if (field.number == 1 && field.kind == Kind::kVarint) header.shards = field.value;
    if (field.number == 2 && field.kind == Kind::kVarint) header.is_big_endian = field.value == 1;
  }
  if (header.shards == 0 || header.shards > kMaxShards) {
    return malformed(std::string("has ") + std::to_string(header.shards) + " shards");
  }
  return header;
}

struct Entry {
  std::uint64_t type = 0, shard = 0, offset = 0, size = 0;
  std::optional<std::uint32_t> crc;
  std::vector<std::uint64_t> shape;
  bool is_sliced = false, has_unknown_shape = false;
};

Status read_shape(Bytes message, const Limits& limits, Entry& entry) {
  WireReader in(message, "a tensor's shape");
  WireReader::Field field;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next(field));
    if (!more) return Status::ok();
    if (field.number == 3 && field.value != 0) entry.has_unknown_shape = true;
    if (field.number != 2 || field.kind != Kind::kBytes) continue;
    if (entry.shape.size() == limits.max_dimensions) {
      return Status(Code::kLimitExceeded,
                    std::string("TensorFlow index has a tensor of more than ") +
                        std::to_string(limits.max_dimensions) + " dimensions");
    }
    std::uint64_t size = 0;
    WireReader dimension(field.bytes, "a dimension");
    WireReader::Field part;
    for (;;) {
      HARTONOMOUS_TRY(const bool has_part, dimension.next(part));
      if (!has_part) break;
      if (part.number == 1 && part.kind == Kind::kVarint) size = part.value;
    }
    if (size > INT64_MAX) entry.has_unknown_shape = true;
    entry.shape.push_back(size);
  }
}

Result<Entry> read_entry(Bytes message, const Limits& limits) {
  Entry entry;
  WireReader in(message, "a bundle entry");
  WireReader::Field field;
  for (;;) {
    HARTONOMOUS_TRY(const bool more, in.next(field));
    if (!more) return entry;
    if (field.number == 2 && field.kind == Kind::kBytes) {
      HARTONOMOUS_CHECK(read_shape(field.bytes, limits, entry));
    } else if (field.number == 6 && field.kind == Kind::kFixed32) {
      entry.crc = static_cast<std::uint32_t>(field.value);
    } else if (field.number == 7) {
      entry.is_sliced = true;
    } else if (field.kind == Kind::kVarint) {
      if (field.number == 1) entry.type = field.value;
      if (field.number == 3) entry.shard = field.value;
      if (field.number == 4) entry.offset = field.value;
      if (field.number == 5) entry.size = field.value;
    }
  }
}

class Reader {
 public:
  Reader(const Limits& limits, ParseBudget& budget) : limits_(limits), budget_(budget) {}

  Result<bool> operator()(std::string_view key, Bytes value) {
    if (!header_) {
      if (!key.empty()) return malformed("does not begin with a bundle header");
      HARTONOMOUS_TRY(header_, read_header(value));
      if (header_->is_big_endian) {
        return Status(Code::kUnsupported, "big-endian TensorFlow bundles are not supported");
      }
      return true;
    }
    HARTONOMOUS_CHECK(add(key, value));
    return true;
  }

  Result<FileLayout> finish() && {
    if (!header_) return malformed("is empty");
    if (left_out_ > kMaxWarnings) {
      layout_.warnings.push_back(std::string("There are ") +
                                 std::to_string(left_out_ - kMaxWarnings) + " more such entries.");
    }
    return std::move(layout_);
  }

 private:
  Status add(std::string_view key, Bytes value) {
    HARTONOMOUS_TRY(Entry entry, read_entry(value, limits_));
    // Slices of a partitioned variable have keys that are not text, behind the whole one's.
    if (utf8::first_invalid(key) < key.size() || key.find('\0') != key.npos) {
      leave_out(key, "is a slice of another");
      return Status::ok();
    }
    if (key.size() > limits_.max_name_bytes) {
      return Status(Code::kLimitExceeded, std::string("name of a tensor is longer than ") +
                                              std::to_string(limits_.max_name_bytes) + " bytes");
    }
    if (entry.shard >= header_->shards) {
      return malformed("puts " + quoted(key) + " into shard " + std::to_string(entry.shard) +
                       " of " + std::to_string(header_->shards));
    }
    const auto dtype = dtype_of(entry.type);
    if (!dtype || entry.is_sliced) {
      leave_out(key, entry.is_sliced ? "is in slices" : "has no numbers");
      return Status::ok();
    }
    return add_tensor(key, std::move(entry), *dtype);
  }

  Status add_tensor(std::string_view key, Entry entry, DType dtype) {
    const auto length = tensor::byte_length(dtype, entry.shape);
    if (entry.has_unknown_shape || !length || *length != entry.size) {
      return malformed("gives " + quoted(key) + " " + std::to_string(entry.size) +
                       " bytes, which its type and shape do not have");
    }
    if (!checked_add(entry.offset, entry.size)) {
      return malformed("puts " + quoted(key) + " where no file can reach");
    }
    if (layout_.tensors.size() == limits_.max_tensors) {
      return Status(Code::kLimitExceeded, std::string("file has more than ") +
                                              std::to_string(limits_.max_tensors) + " tensors");
    }
    HARTONOMOUS_CHECK(budget_.charge(sizeof(TensorEntry) + key.size() +
                                     entry.shape.size() * sizeof(std::uint64_t)));
    TensorEntry tensor{std::string(key),
                       dtype,
                       std::move(entry.shape),
                       entry.offset,
                       entry.size,
                       Placement::kExternal,
                       shard_name(entry.shard),
                       entry.crc};
    layout_.tensors.push_back(std::move(tensor));
    return Status::ok();
  }

  void leave_out(std::string_view key, const char* why) {
    if (++left_out_ > kMaxWarnings) return;
    layout_.warnings.push_back("Entry " + quoted(key) + " " + why +
                               "; it is kept in the data as it is.");
  }

  std::string shard_name(std::uint64_t shard) const {
    std::string text = "data-";
    text.append(padded_number(shard, 5)).append("-of-");
    return text.append(padded_number(header_->shards, 5));
  }

  const Limits& limits_;
  ParseBudget& budget_;
  std::optional<Header> header_;
  std::size_t left_out_ = 0;
  FileLayout layout_{Format::kTensorflow, {}, {}, {}};
};

}  // namespace

Result<bool> is_bundle(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  ParseBudget budget(limits.max_memory_bytes);
  bool begins_empty = true;
  const Status status = read_table(source, limits, budget, checkpoint,
                                   [&](std::string_view key, Bytes) -> Result<bool> {
                                     begins_empty = key.empty();
                                     return false;
                                   });
  if (status.code() == Code::kIoError) return status;
  return begins_empty;
}

Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  ParseBudget budget(limits.max_memory_bytes);
  Reader reader(limits, budget);
  HARTONOMOUS_CHECK(
      read_table(source, limits, budget, checkpoint,
                 [&](std::string_view key, Bytes value) { return reader(key, value); }));
  return std::move(reader).finish();
}

}  // namespace hartonomous::core::format::tensorflow
