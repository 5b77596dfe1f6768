// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// An HDF5 file as its superblock describes it, and the bytes at its addresses. Source: the HDF5
// File Format Specification 3.0, of which this folder reads what weights are kept in. libhdf5 is
// not used: it is written for files that one trusts.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_set>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/parse.hpp"
#include "core/format/parse_budget.hpp"

namespace hartonomous::core::format::hdf5 {

// Reads numbers of the widths that the superblock sets. What is past the end gives nothing.
class Fields {
 public:
  Fields(Bytes bytes, unsigned offset_bytes, unsigned length_bytes) noexcept
      : in_(bytes), offset_bytes_(offset_bytes), length_bytes_(length_bytes) {}

  std::optional<std::uint64_t> number(unsigned width) noexcept;
  std::optional<std::uint64_t> offset() noexcept { return number(offset_bytes_); }
  std::optional<std::uint64_t> length() noexcept { return number(length_bytes_); }
  std::optional<Bytes> take(std::uint64_t count) noexcept { return in_.take(count); }
  bool skip(std::uint64_t count) noexcept { return in_.take(count).has_value(); }
  std::uint64_t position() const noexcept { return in_.offset(); }
  std::uint64_t remaining() const noexcept { return in_.remaining(); }
  unsigned offset_bytes() const noexcept { return offset_bytes_; }
  unsigned length_bytes() const noexcept { return length_bytes_; }

 private:
  Cursor in_;
  unsigned offset_bytes_, length_bytes_;
};

class File {
 public:
  File(ByteSource& source, const Limits& limits, Checkpoint& checkpoint)
      : source_(source),
        limits_(limits),
        checkpoint_(checkpoint),
        budget_(limits.max_memory_bytes) {}

  // Finds and reads the superblock, at 0 or after a user block. kUnsupported for versions above 3.
  Status open();

  std::uint64_t root() const noexcept { return root_; }  // address of the root group's header
  std::uint64_t root_tree() const noexcept { return root_tree_; }
  const Limits& limits() const noexcept { return limits_; }
  ParseBudget& budget() noexcept { return budget_; }
  Checkpoint& checkpoint() noexcept { return checkpoint_; }

  // Whether an address says "nowhere".
  bool is_undefined(std::uint64_t address) const noexcept;
  // The place in the file of `length` bytes at `address`; kMalformed if they are not all within it.
  Result<std::uint64_t> place(std::uint64_t address, std::uint64_t length) const;
  // Those bytes. Charged to the budget, and at most limits().max_header_bytes.
  Result<std::string> read(std::uint64_t address, std::uint64_t length);
  // `length` bytes, or as many as are left; at least 1.
  Result<std::string> read_up_to(std::uint64_t address, std::uint64_t length);
  Fields fields(std::string_view bytes) const noexcept {
    return {as_bytes(bytes), offset_bytes_, length_bytes_};
  }
  // False if this was called with the address before: structures that lead back to themselves.
  Result<bool> visit(std::uint64_t address);

 private:
  Result<std::uint64_t> find_signature();
  Status read_superblock(std::uint64_t at);
  Status read_old(Fields& in, std::uint8_t version, std::uint64_t at);
  Status read_new(Fields& in, std::uint64_t at);
  Status check_end(std::uint64_t end);

  ByteSource& source_;
  const Limits& limits_;
  Checkpoint& checkpoint_;
  ParseBudget budget_;
  unsigned offset_bytes_ = 8, length_bytes_ = 8;
  std::uint64_t base_ = 0, root_ = 0, root_tree_ = 0;
  std::unordered_set<std::uint64_t> visited_;
};

// kMalformed, naming the part of the file.
Status broken(std::string_view part);

}  // namespace hartonomous::core::format::hdf5
