// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/numpy/reader.hpp"

#include <algorithm>
#include <span>
#include <string_view>

#include "core/format/numpy/header.hpp"

namespace hartonomous::core::format::numpy {

namespace {

constexpr std::string_view kSuffix = ".npy";
constexpr std::uint64_t kPrefixBytes = kMaxHeaderBytes + 12;  // magic, version, length
constexpr std::uint64_t kUsualBytes = 256;

bool is_array(const zip::Entry& entry) noexcept {
  return entry.name.size() > kSuffix.size() && entry.name.ends_with(kSuffix);
}

// The header of an array that is an entry. Nearly all are 128 bytes long.
Result<Header> entry_header(ByteSource& source, const zip::Entry& entry, const Limits& limits,
                            Checkpoint& checkpoint) {
  std::string text;
  for (const std::uint64_t count : {kUsualBytes, kPrefixBytes}) {
    HARTONOMOUS_TRY(text, zip::read_prefix(source, entry, count, checkpoint));
    if (text.size() < count) break;
    auto header = read_header(text, limits, checkpoint);
    if (header.is_ok()) return header;
  }
  return read_header(text, limits, checkpoint);
}

}  // namespace

Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  std::string text(std::min(source.size(), kPrefixBytes), '\0');
  checkpoint.reached(text.size());
  HARTONOMOUS_CHECK(source.read(0, std::as_writable_bytes(std::span(text))));
  HARTONOMOUS_TRY(const Header header, read_header(text, limits, checkpoint));
  HARTONOMOUS_TRY(TensorEntry entry, entry_of(header, kArrayName, 0, source.size(), false));
  FileLayout layout{Format::kNumpy, {}, {}, {}};
  layout.metadata.append("fortran_order", header.is_fortran_order);
  layout.metadata.append("descr", header.descr);
  layout.tensors.push_back(std::move(entry));
  return layout;
}

bool is_npz(const std::vector<zip::Entry>& entries) noexcept {
  return std::ranges::any_of(entries, is_array);
}

Result<FileLayout> read_npz(ByteSource& source, const Limits& limits, Checkpoint& checkpoint) {
  ParseBudget budget(limits.max_memory_bytes);
  HARTONOMOUS_TRY(const std::vector<zip::Entry> entries,
                  zip::read_directory(source, limits, budget, checkpoint));
  FileLayout layout{Format::kNpz, {}, {}, {}};
  for (const zip::Entry& entry : entries) {
    if (!is_array(entry)) continue;
    std::string name = entry.name.substr(0, entry.name.size() - kSuffix.size());
    if (name.size() > limits.max_name_bytes) {
      return Status(Code::kLimitExceeded, "tensor name " + quoted(name) + " of " +
                                              std::to_string(name.size()) +
                                              " bytes exceeds the limit of " +
                                              std::to_string(limits.max_name_bytes));
    }
    HARTONOMOUS_TRY(const Header header, entry_header(source, entry, limits, checkpoint));
    HARTONOMOUS_CHECK(budget.charge(sizeof(TensorEntry) + 128 + name.size() +
                                    header.shape.size() * sizeof(std::uint64_t)));
    const bool is_compressed = entry.method != zip::Method::kStored;
    auto tensor =
        entry_of(header, name, entry.data_offset, entry.expanded_bytes, is_compressed);
    if (tensor.is_ok()) {
      layout.tensors.push_back(std::move(tensor).value());
    } else if (tensor.status().code() == Code::kUnsupported) {
      layout.warnings.push_back("Array " + quoted(name) + " is kept as it is: its elements are " +
                                quoted(header.descr) + ".");
    } else {
      return std::move(tensor).status();
    }
  }
  return layout;
}

}  // namespace hartonomous::core::format::numpy
