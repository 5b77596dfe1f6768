// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/gguf/reader.hpp"

#include <algorithm>

#include "core/base/checked.hpp"
#include "core/format/gguf/metadata_reader.hpp"
#include "core/format/gguf/tensor_type.hpp"
#include "core/format/sorted_order.hpp"

namespace hartonomous::core::format::gguf {

namespace {

constexpr std::uint32_t kMagic = 0x46554747;  // "GGUF" as a little-endian number
constexpr std::uint32_t kMaxDimensions = 4;
constexpr StringCap kTensorNameCap{63, Code::kMalformed};
// Besides a length: of an entry its key, type and value; of a tensor n_dims, type and offset.
constexpr std::uint64_t kLeastEntryBytes = 1 + 4 + 1;
constexpr std::uint64_t kLeastTensorBytes = 4 + 4 + 8;

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

class Reader {
 public:
  Reader(ByteSource& source, const Limits& limits, Checkpoint& checkpoint)
      : in_(source, checkpoint),
        size_(source.size()),
        limits_(limits),
        checkpoint_(checkpoint),
        budget_(limits.max_memory_bytes) {}

  Result<FileLayout> read() {
    HARTONOMOUS_CHECK(read_version());
    HARTONOMOUS_TRY(const std::uint64_t tensor_count,
                    read_count("tensors", kLeastTensorBytes, limits_.max_tensors));
    HARTONOMOUS_TRY(const std::uint64_t entry_count,
                    read_count("metadata entries", kLeastEntryBytes, limits_.max_metadata_entries));
    HARTONOMOUS_CHECK(read_metadata(in_, entry_count, limits_, budget_, layout_));
    const auto& entries = layout_.metadata.entries();
    if (const auto twice =
            first_duplicate(entries, checkpoint_,
                            [](const MetadataEntry& e) -> std::string_view { return e.key; })) {
      return malformed("metadata key " + quoted(entries[*twice].key) + " occurs twice");
    }
    HARTONOMOUS_TRY(alignment_, check_metadata(layout_.metadata));
    for (std::uint64_t i = 0; i < tensor_count; ++i) HARTONOMOUS_CHECK(read_tensor());
    HARTONOMOUS_CHECK(check_names());
    HARTONOMOUS_CHECK(place_tensors());
    return std::move(layout_);
  }

 private:
  Status read_version() {
    std::uint32_t magic = 0, version = 0;
    if (!in_.read(magic) || !in_.read(version)) return in_.failure("the GGUF header");
    if (magic != kMagic) return malformed("file does not begin with \"GGUF\"");
    if (version == 0) return malformed("GGUF version is 0");
    is_big_endian_ = (version & 0xffff) == 0;
    if (is_big_endian_) version = byte_swapped(version);
    in_.set({.has_short_counts = version == 1, .is_big_endian = is_big_endian_});
    // Byte order came with version 3.
    if (version == 3 || (!is_big_endian_ && version < 3)) return Status::ok();
    return Status(Code::kUnsupported,
                  (is_big_endian_ ? "big-endian GGUF version " : "GGUF version ") +
                      std::to_string(version) + " is not supported")
        .with_hint("Versions 1 to 3 are, and big-endian files of version 3.");
  }

  Result<std::uint64_t> read_count(const char* what, std::uint64_t least, std::uint64_t cap) {
    std::uint64_t count = 0;
    if (!in_.read_count(count)) return in_.failure("the GGUF header");
    if (count > in_.remaining() / (least + in_.count_bytes())) {
      return malformed("file is too short for the " + std::to_string(count) + " " + what +
                       " it declares");
    }
    if (count > cap) {
      return Status(Code::kLimitExceeded, "file declares " + std::to_string(count) + " " + what +
                                              ", more than the limit of " + std::to_string(cap));
    }
    return count;
  }

  Status read_tensor() {
    TensorEntry entry{{}, tensor::DType::kF32, {}, 0, 0};
    HARTONOMOUS_CHECK(read_string(in_, kTensorNameCap, budget_, "a tensor name", entry.name));
    HARTONOMOUS_CHECK(check_text(entry.name, "tensor name"));
    std::uint32_t dimensions = 0;
    if (!in_.read(dimensions)) return in_.failure("the list of tensors");
    if (dimensions > kMaxDimensions) {
      return malformed("tensor " + quoted(entry.name) + " has " + std::to_string(dimensions) +
                       " dimensions, more than the 4 of the format");
    }
    entry.shape.resize(dimensions);
    for (std::uint64_t& dimension : entry.shape) {
      if (!in_.read_count(dimension)) return in_.failure("the list of tensors");
      if (dimension > INT64_MAX) {
        return malformed("tensor " + quoted(entry.name) + " has a negative dimension");
      }
    }
    std::ranges::reverse(entry.shape);  // the file's first dimension is the innermost
    std::uint32_t type_id = 0;
    if (!in_.read(type_id) || !in_.read(entry.offset)) return in_.failure("the list of tensors");
    HARTONOMOUS_CHECK(set_type(entry, type_id));
    if (is_big_endian_ && tensor::info(entry.dtype).block_bytes > 1) {
      entry.placement = Placement::kEncoded;
    }
    HARTONOMOUS_CHECK(budget_.charge(sizeof entry + dimensions * sizeof(std::uint64_t)));
    layout_.tensors.push_back(std::move(entry));
    return Status::ok();
  }

  static Status set_type(TensorEntry& entry, std::uint32_t type_id) {
    const auto dtype = dtype_of(type_id);
    if (!dtype) {
      return {Code::kUnsupported, "tensor " + quoted(entry.name) + " has the " +
                                      (is_removed_type(type_id) ? "removed" : "unknown") +
                                      " type " + std::to_string(type_id)};
    }
    entry.dtype = *dtype;
    const auto length = tensor::byte_length(*dtype, entry.shape);
    if (!length) {
      return Status(Code::kMalformed, "tensor " + quoted(entry.name) + " has an impossible size")
          .with_detail("Rows of " + std::string(tensor::info(*dtype).name) + " hold multiples of " +
                       std::to_string(tensor::info(*dtype).block_elements) +
                       " elements, and sizes fit in 64 bits.");
    }
    entry.byte_length = *length;
    return Status::ok();
  }

  Status check_names() {
    const auto& tensors = layout_.tensors;
    if (const auto twice =
            first_duplicate(tensors, checkpoint_,
                            [](const TensorEntry& t) -> std::string_view { return t.name; })) {
      return malformed("tensor " + quoted(tensors[*twice].name) + " is listed twice");
    }
    return Status::ok();
  }

  // Turns offsets within the data section into offsets within the file, and checks them.
  Status place_tensors() {
    std::uint64_t end = in_.offset();
    if (!layout_.tensors.empty()) {
      // The header fits in the file, so aligning its end cannot overflow by much; still checked.
      const auto data = checked_align(end, alignment_);
      if (!data || *data > size_) return malformed("file ends before its tensor data");
      end = *data;
      for (TensorEntry& tensor : layout_.tensors) {
        HARTONOMOUS_CHECK(check_range(tensor, *data));
        tensor.offset += *data;
      }
      HARTONOMOUS_TRY(
          end, limits_.strict_gguf_offsets ? end_in_sequence(*data) : end_of_disjoint(*data));
    }
    if (size_ - end >= alignment_) {
      return malformed("GGUF file has " + std::to_string(size_ - end) +
                       " bytes after its tensor data");
    }
    return Status::ok();
  }

  Status check_range(const TensorEntry& tensor, std::uint64_t data) const {
    if (tensor.offset % alignment_ != 0) {
      return malformed("tensor " + quoted(tensor.name) + " has offset " +
                       std::to_string(tensor.offset) + ", not a multiple of the alignment " +
                       std::to_string(alignment_));
    }
    const auto end = checked_add(tensor.offset, tensor.byte_length);
    if (!end || *end > size_ - data) {
      return malformed("tensor " + quoted(tensor.name) + " of " +
                       std::to_string(tensor.byte_length) + " bytes at offset " +
                       std::to_string(tensor.offset) + " is not within the file");
    }
    return Status::ok();
  }

  // Each tensor begins where the padded one before it ends, as writers lay them out.
  Result<std::uint64_t> end_in_sequence(std::uint64_t data) const {
    std::uint64_t end = data, expected = data;
    for (const TensorEntry& tensor : layout_.tensors) {
      if (tensor.offset != expected) {
        return malformed("tensor " + quoted(tensor.name) + " has offset " +
                         std::to_string(tensor.offset - data) + " where " +
                         std::to_string(expected - data) + " is expected");
      }
      end = tensor.offset + tensor.byte_length;
      const auto padded = checked_align(end - data, alignment_);
      if (!padded) return malformed("tensors are larger than can be counted");
      expected = data + *padded;
    }
    return end;
  }

  Result<std::uint64_t> end_of_disjoint(std::uint64_t data) const {
    const auto& tensors = layout_.tensors;
    std::uint64_t end = data;
    for (const std::uint32_t i : sorted_order(tensors.size(), checkpoint_, [&](std::uint32_t at) {
           return std::pair(tensors[at].offset, tensors[at].byte_length);
         })) {
      if (tensors[i].byte_length == 0) continue;
      if (tensors[i].offset < end) {
        return malformed("tensor " + quoted(tensors[i].name) + " overlaps another");
      }
      end = tensors[i].offset + tensors[i].byte_length;
    }
    return end;
  }

  Input in_;
  bool is_big_endian_ = false;
  std::uint64_t size_;
  const Limits& limits_;
  Checkpoint& checkpoint_;
  ParseBudget budget_;
  std::uint64_t alignment_ = kDefaultAlignment;
  FileLayout layout_{Format::kGguf, {}, {}, {}};
};

}  // namespace

Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  return Reader(source, limits, checkpoint).read();
}

}  // namespace hartonomous::core::format::gguf
