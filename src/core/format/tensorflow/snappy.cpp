// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/tensorflow/snappy.hpp"

#include "core/format/tensorflow/varint.hpp"

namespace hartonomous::core::format::tensorflow {

namespace {

Status malformed() { return {Code::kMalformed, "block is not compressed with Snappy as it says"}; }

// A little-endian number of `width` bytes.
std::optional<std::uint64_t> number(Cursor& in, std::size_t width) noexcept {
  const auto bytes = in.take(width);
  if (!bytes) return std::nullopt;
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < width; ++i) {
    value |= std::to_integer<std::uint64_t>((*bytes)[i]) << (8 * i);
  }
  return value;
}

// A literal's length is in its tag, or if that says 60 to 63, in the 1 to 4 bytes that follow.
bool copy_literal(std::uint8_t tag, Cursor& in, std::uint64_t size, std::string& out) {
  constexpr unsigned kInline = 60;
  std::uint64_t length = tag >> 2;
  if (length >= kInline) {
    const auto longer = number(in, length - kInline + 1);
    if (!longer) return false;
    length = *longer;
  }
  const auto bytes = in.take(++length);
  if (!bytes || length > size - out.size()) return false;
  out += as_text(*bytes);
  return true;
}

// A stretch of what was already written; it may reach into what it writes.
bool copy_back(std::uint8_t tag, Cursor& in, std::uint64_t size, std::string& out) {
  const unsigned kind = tag & 3;
  const std::uint64_t length = kind == 1 ? 4 + ((tag >> 2) & 7) : 1 + (tag >> 2);
  auto distance = number(in, kind == 3 ? 4 : kind);
  if (distance && kind == 1) *distance |= std::uint64_t{tag} >> 5 << 8;
  if (!distance || *distance == 0 || *distance > out.size() || length > size - out.size()) {
    return false;
  }
  for (std::uint64_t i = 0; i < length; ++i) out += out[out.size() - *distance];
  return true;
}

}  // namespace

Result<std::string> snappy_expand(Bytes compressed, std::uint64_t limit) {
  Cursor in(compressed);
  const auto size = read_varint(in);
  if (!size) return malformed();
  // A copy of three bytes gives at most 64.
  if (*size > limit || *size / 64 > compressed.size()) {
    return Status(Code::kLimitExceeded,
                  std::string("block expands to ") + std::to_string(*size) + " bytes, too many");
  }
  std::string out;
  out.reserve(*size);
  while (const auto tag = in.read<std::uint8_t>()) {
    const bool good =
        (*tag & 3) == 0 ? copy_literal(*tag, in, *size, out) : copy_back(*tag, in, *size, out);
    if (!good) return malformed();
  }
  if (out.size() != *size) return malformed();
  return out;
}

}  // namespace hartonomous::core::format::tensorflow
