// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/safetensors/reader.hpp"

#include <algorithm>
#include <utility>

#include "core/base/checked.hpp"
#include "core/format/header_reader.hpp"
#include "core/format/json_reader.hpp"
#include "core/format/parse_budget.hpp"
#include "core/format/sorted_order.hpp"

namespace hartonomous::core::format::safetensors {

namespace {

Status malformed(std::string message) { return {Code::kMalformed, std::move(message)}; }

std::optional<tensor::DType> scalar_dtype(std::string_view name) noexcept {
  const auto dtype = tensor::dtype_by_name(name);
  return dtype && *dtype < tensor::DType::kQ4_0 ? dtype : std::nullopt;
}

// Parses the JSON header. `data_` is where tensor bytes begin, `data_size_` how many there are.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const Limits& limits, ParseBudget& budget,
               Checkpoint& checkpoint, std::uint64_t data_size)
      : json_(text, "safetensors header", 8, checkpoint),
        limits_(limits),
        budget_(budget),
        checkpoint_(checkpoint),
        data_(8 + text.size()),
        data_size_(data_size) {}

  Result<FileLayout> parse() {
    HARTONOMOUS_CHECK(json_.begin_object());
    std::string key;
    bool has_metadata = false;
    for (;;) {
      HARTONOMOUS_TRY(const bool more, json_.next_key(key));
      if (!more) break;
      if (key != "__metadata__") {
        HARTONOMOUS_CHECK(read_tensor(key));
      } else if (std::exchange(has_metadata, true)) {
        return json_.error("\"__metadata__\" occurs twice");
      } else {
        HARTONOMOUS_CHECK(read_metadata());
      }
    }
    HARTONOMOUS_CHECK(json_.finish());
    HARTONOMOUS_CHECK(check_names());
    HARTONOMOUS_CHECK(check_placement());
    return std::move(layout_);
  }

 private:
  // Some writers put null where they have no metadata.
  Status read_metadata() {
    if (json_.skip_null()) {
      layout_.warnings.push_back("The metadata of the safetensors header is null, not an object.");
      return Status::ok();
    }
    HARTONOMOUS_CHECK(json_.begin_object());
    std::string key, value;
    for (;;) {
      HARTONOMOUS_TRY(const bool more, json_.next_key(key));
      if (!more) return Status::ok();
      HARTONOMOUS_CHECK(json_.read_string(value));
      if (layout_.metadata.entries().size() == limits_.max_metadata_entries) {
        return {Code::kLimitExceeded, "safetensors header has more than " +
                                          std::to_string(limits_.max_metadata_entries) +
                                          " metadata entries"};
      }
      HARTONOMOUS_CHECK(budget_.charge(sizeof(MetadataEntry) + key.size() + value.size()));
      layout_.metadata.append(key, value);
    }
  }

  Status read_tensor(const std::string& name) {
    if (layout_.tensors.size() == limits_.max_tensors) {
      return {Code::kLimitExceeded, "safetensors header lists more than " +
                                        std::to_string(limits_.max_tensors) + " tensors"};
    }
    if (name.size() > limits_.max_name_bytes) {
      return {Code::kLimitExceeded,
              "tensor name " + quoted(name) + " of " + std::to_string(name.size()) +
                  " bytes exceeds the limit of " + std::to_string(limits_.max_name_bytes)};
    }
    TensorEntry entry{name, tensor::DType::kBool, {}, 0, 0};
    std::uint64_t begin = 0, end = 0;
    bool has_dtype = false, has_shape = false, has_offsets = false;
    HARTONOMOUS_CHECK(json_.begin_object());
    for (;;) {
      HARTONOMOUS_TRY(const bool more, json_.next_key(field_));
      if (!more) break;
      if (field_ == "dtype" && !std::exchange(has_dtype, true)) {
        HARTONOMOUS_CHECK(read_dtype(entry));
      } else if (field_ == "shape" && !std::exchange(has_shape, true)) {
        HARTONOMOUS_CHECK(read_shape(entry));
      } else if (field_ == "data_offsets" && !std::exchange(has_offsets, true)) {
        HARTONOMOUS_CHECK(read_offsets(begin, end));
      } else {
        return json_.error("unexpected or repeated key " + quoted(field_) + " in tensor " +
                           quoted(name));
      }
    }
    if (!has_dtype || !has_shape || !has_offsets) {
      return json_.error("tensor " + quoted(name) + " lacks dtype, shape or data_offsets");
    }
    HARTONOMOUS_CHECK(check_range(entry, begin, end));
    HARTONOMOUS_CHECK(
        budget_.charge(sizeof entry + entry.name.size() + entry.shape.size() * sizeof(begin)));
    layout_.tensors.push_back(std::move(entry));
    return Status::ok();
  }

  Status read_dtype(TensorEntry& entry) {
    HARTONOMOUS_CHECK(json_.read_string(field_));
    const auto dtype = scalar_dtype(field_);
    if (!dtype) {
      return {Code::kUnsupported,
              "tensor " + quoted(entry.name) + " has unknown dtype " + quoted(field_)};
    }
    entry.dtype = *dtype;
    return Status::ok();
  }

  Status read_shape(TensorEntry& entry) {
    HARTONOMOUS_CHECK(json_.begin_array());
    for (;;) {
      HARTONOMOUS_TRY(const bool more, json_.next_element());
      if (!more) return Status::ok();
      if (entry.shape.size() == limits_.max_dimensions) {
        return {Code::kLimitExceeded, "tensor " + quoted(entry.name) + " has more than " +
                                          std::to_string(limits_.max_dimensions) + " dimensions"};
      }
      HARTONOMOUS_TRY(const std::uint64_t dimension, json_.read_uint64());
      entry.shape.push_back(dimension);
    }
  }

  Status read_offsets(std::uint64_t& begin, std::uint64_t& end) {
    HARTONOMOUS_CHECK(json_.begin_array());
    for (std::uint64_t* bound : {&begin, &end}) {
      HARTONOMOUS_TRY(const bool more, json_.next_element());
      if (!more) return json_.error("data_offsets must hold two numbers");
      HARTONOMOUS_TRY(*bound, json_.read_uint64());
    }
    HARTONOMOUS_TRY(const bool more, json_.next_element());
    return more ? json_.error("data_offsets must hold two numbers") : Status::ok();
  }

  Status check_range(TensorEntry& entry, std::uint64_t begin, std::uint64_t end) {
    if (begin > end || end > data_size_) {
      return malformed("tensor " + quoted(entry.name) + " lies at bytes " + std::to_string(begin) +
                       " to " + std::to_string(end) + " of " + std::to_string(data_size_));
    }
    const auto length = tensor::byte_length(entry.dtype, entry.shape);
    if (!length) {
      return malformed("tensor " + quoted(entry.name) + " has an impossible size");
    }
    if (*length != end - begin) {
      return malformed("tensor " + quoted(entry.name) + " needs " + std::to_string(*length) +
                       " bytes and has " + std::to_string(end - begin));
    }
    entry.offset = data_ + begin;
    entry.byte_length = *length;
    return Status::ok();
  }

  Status check_names() {
    const auto& tensors = layout_.tensors;
    HARTONOMOUS_CHECK(budget_.charge(tensors.size() * sizeof(std::uint32_t)));
    if (const auto twice =
            first_duplicate(tensors, checkpoint_,
                            [](const TensorEntry& t) -> std::string_view { return t.name; })) {
      return malformed("tensor " + quoted(tensors[*twice].name) + " is listed twice");
    }
    const auto& entries = layout_.metadata.entries();
    if (const auto twice =
            first_duplicate(entries, checkpoint_,
                            [](const MetadataEntry& e) -> std::string_view { return e.key; })) {
      return malformed("metadata key " + quoted(entries[*twice].key) + " occurs twice");
    }
    return Status::ok();
  }

  // Tensors in order of their bytes must tile the data without gap, overlap or remainder.
  Status check_placement() {
    const auto& tensors = layout_.tensors;
    const auto order = sorted_order(tensors.size(), checkpoint_, [&](std::uint32_t i) {
      return std::pair(tensors[i].offset, tensors[i].byte_length);
    });
    std::uint64_t expected = data_;
    for (const std::uint32_t i : order) {
      if (tensors[i].offset != expected) {
        return malformed("tensor " + quoted(tensors[i].name) +
                         (tensors[i].offset < expected ? " overlaps another" : " follows a gap"));
      }
      expected += tensors[i].byte_length;
    }
    const std::uint64_t trailing = data_ + data_size_ - expected;
    if (trailing > 0) {
      return malformed("safetensors file has " + std::to_string(trailing) +
                       " bytes that belong to no tensor");
    }
    return Status::ok();
  }

  JsonReader json_;
  const Limits& limits_;
  ParseBudget& budget_;
  Checkpoint& checkpoint_;
  std::uint64_t data_;
  std::uint64_t data_size_;
  FileLayout layout_{Format::kSafetensors, {}, {}, {}};
  std::string field_;
};

}  // namespace

Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  HeaderReader in(source, checkpoint);
  std::uint64_t length = 0;
  if (!in.read(length)) return in.failure("the safetensors header length");
  if (length > in.remaining()) {
    return malformed("safetensors header of " + std::to_string(length) +
                     " bytes does not fit in a file of " + std::to_string(source.size()));
  }
  if (length < 2) return malformed("safetensors header is shorter than an empty object");
  if (length > limits.max_header_bytes) {
    return Status(Code::kLimitExceeded, "safetensors header of " + std::to_string(length) +
                                            " bytes exceeds the limit of " +
                                            std::to_string(limits.max_header_bytes));
  }
  ParseBudget budget(limits.max_memory_bytes);
  HARTONOMOUS_CHECK(budget.charge(length));
  std::string text;
  if (!in.read(text, length)) return in.failure("the safetensors header");
  return HeaderParser(text, limits, budget, checkpoint, in.remaining()).parse();
}

}  // namespace hartonomous::core::format::safetensors
