// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/hdf5/file.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "core/base/checked.hpp"

namespace hartonomous::core::format::hdf5 {

namespace {

constexpr std::string_view kSignature{"\x89HDF\r\n\x1a\n", 8};
constexpr std::uint64_t kFirstUserBlock = 512;
constexpr std::uint64_t kMostSuperblock = 8 + 8 + 8 + 4 * 8 + 40;  // with what follows it here

}  // namespace

Status broken(std::string_view part) {
  return {Code::kMalformed, "HDF5 file has a broken " + std::string(part)};
}

std::optional<std::uint64_t> Fields::number(unsigned width) noexcept {
  const auto bytes = in_.take(width);
  if (!bytes) return std::nullopt;
  std::uint64_t value = 0;
  for (unsigned i = 0; i < width; ++i) {
    value |= std::to_integer<std::uint64_t>((*bytes)[i]) << (8 * i);
  }
  return value;
}

bool File::is_undefined(std::uint64_t address) const noexcept {
  return address == UINT64_MAX >> (64 - 8 * offset_bytes_);
}

Result<std::uint64_t> File::place(std::uint64_t address, std::uint64_t length) const {
  const auto at = checked_add(base_, address);
  if (is_undefined(address) || !at || *at > source_.size() || length > source_.size() - *at) {
    return Status(Code::kMalformed, "HDF5 file refers to bytes outside of it")
        .with_detail(std::to_string(length) + " bytes at address " + std::to_string(address) + ".");
  }
  return *at;
}

Result<std::string> File::read(std::uint64_t address, std::uint64_t length) {
  HARTONOMOUS_TRY(const std::uint64_t at, place(address, length));
  if (length > limits_.max_header_bytes) {
    return Status(Code::kLimitExceeded,
                  std::string("HDF5 file has a structure of ") + std::to_string(length) + " bytes");
  }
  HARTONOMOUS_CHECK(budget_.charge(length));
  std::string bytes(length, '\0');
  HARTONOMOUS_CHECK(source_.read(at, std::as_writable_bytes(std::span(bytes))));
  checkpoint_.reached(length);
  return bytes;
}

Result<std::string> File::read_up_to(std::uint64_t address, std::uint64_t length) {
  HARTONOMOUS_TRY(const std::uint64_t at, place(address, 1));
  return read(address, std::min(length, source_.size() - at));
}

Result<bool> File::visit(std::uint64_t address) {
  constexpr std::uint64_t kNode = 48;  // of a hash set, about
  HARTONOMOUS_CHECK(budget_.charge(kNode));
  return visited_.insert(address).second;
}

Status File::open() {
  HARTONOMOUS_TRY(const std::uint64_t at, find_signature());
  return read_superblock(at);
}

Result<std::uint64_t> File::find_signature() {
  std::array<std::byte, kSignature.size()> found;
  for (std::uint64_t at = 0; at + found.size() <= source_.size();
       at = at == 0 ? kFirstUserBlock : at * 2) {
    HARTONOMOUS_CHECK(source_.read(at, found));
    if (as_text(found) == kSignature) return at;
  }
  return Status(Code::kMalformed, "file has no HDF5 superblock");
}

Status File::read_superblock(std::uint64_t at) {
  HARTONOMOUS_TRY(const std::string bytes, read_up_to(at, kMostSuperblock));
  // The widths are not known yet: those of single bytes come first.
  Fields head(as_bytes(bytes), 8, 8);
  head.skip(kSignature.size());
  const auto version = head.number(1);
  if (!version) return broken("superblock");
  if (*version > 3) {
    return {Code::kUnsupported, std::string("HDF5 superblock version ") + std::to_string(*version) +
                                    " is not supported"};
  }
  const bool is_old = *version < 2;
  if (is_old) head.skip(4);  // versions of other structures, reserved
  const auto offset_bytes = head.number(1), length_bytes = head.number(1);
  const auto is_width = [](std::optional<std::uint64_t> width) {
    return width && (*width == 2 || *width == 4 || *width == 8);
  };
  if (!is_width(offset_bytes) || !is_width(length_bytes)) return broken("superblock");
  offset_bytes_ = static_cast<unsigned>(*offset_bytes);
  length_bytes_ = static_cast<unsigned>(*length_bytes);
  Fields in = fields(bytes);
  in.skip(head.position());
  return is_old ? read_old(in, static_cast<std::uint8_t>(*version), at) : read_new(in, at);
}

// reserved, leaf and internal node sizes, flags; base, free space, end, driver; the root's entry.
Status File::read_old(Fields& in, std::uint8_t version, std::uint64_t at) {
  in.skip(version == 0 ? 1 + 2 + 2 + 4 : 1 + 2 + 2 + 4 + 2 + 2);
  const auto base = in.offset(), free_space = in.offset(), end = in.offset(), driver = in.offset();
  const auto name = in.offset(), root = in.offset();
  const auto cache = in.number(4);
  in.skip(4);
  const auto tree = in.offset();
  if (!base || !free_space || !driver || !name || !root || !cache || !tree) {
    return broken("superblock");
  }
  if (!is_undefined(*driver)) {
    return {Code::kUnsupported, "HDF5 files of several parts are not supported"};
  }
  if (*base != at && *base != 0) return broken("base address");
  base_ = *base == 0 ? 0 : at;
  root_ = *root;
  root_tree_ = *tree;
  return check_end(*end);
}

// flags; base, extension, end, root; checksum.
Status File::read_new(Fields& in, std::uint64_t at) {
  in.skip(1);
  const auto base = in.offset(), extension = in.offset(), end = in.offset(), root = in.offset();
  if (!base || !extension || !end || !root || !in.number(4)) return broken("superblock");
  if (*base != at && *base != 0) return broken("base address");
  base_ = *base == 0 ? 0 : at;
  root_ = *root;
  return check_end(*end);
}

Status File::check_end(std::uint64_t end) {
  const auto whole = checked_add(base_, end);
  if (!whole || *whole > source_.size()) {
    // Some writers count the user block in.
    if (end > source_.size()) {
      return Status(Code::kMalformed, "HDF5 file is cut short")
          .with_detail(std::string("It says that it has ") + std::to_string(end) +
                       " bytes, and has " + std::to_string(source_.size()) + ".");
    }
  }
  return Status::ok();
}

}  // namespace hartonomous::core::format::hdf5
