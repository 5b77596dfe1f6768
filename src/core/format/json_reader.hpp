// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A strict pull reader for JSON (RFC 8259) in memory: the caller says what must come next, and
// anything else is kMalformed with the byte offset. It allocates nothing but the strings it hands
// out, never recurses, and reads integers only as plain digits (no sign, point, exponent or
// leading zero), so no value is ever rounded. Text must be UTF-8; lone surrogates and NUL escapes
// are refused with kBadEncoding. Why not a general parser: docs/internals/formats.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::format {

class JsonReader {
 public:
  static constexpr unsigned kMaxDepth = 64;  // of values passed over by skip_value()

  // `what` names the document in messages ("safetensors header"); `base` is added to offsets.
  // The checkpoint is reached every 64 KiB with no work: reading the text has been counted.
  JsonReader(std::string_view text, const char* what, std::uint64_t base, Checkpoint& checkpoint)
      : text_(text), what_(what), base_(base), checkpoint_(&checkpoint) {}

  // The first byte of the next token, or 0 at the end. Skips blanks.
  char peek() noexcept;

  Status begin_object();
  // The next member's name, or false at the closing brace, which is consumed.
  Result<bool> next_key(std::string& key);
  Status begin_array();
  // Whether another element follows; the closing bracket is consumed when none does.
  Result<bool> next_element();
  Status read_string(std::string& out);
  Result<std::uint64_t> read_uint64();
  // Any number as it is written; a view of the text.
  Result<std::string_view> read_number();
  // Any number, rounded to the nearest double; kMalformed if it is too large for one.
  Result<double> read_double();
  Result<bool> read_bool();
  // Consumes "null" if that is what comes next.
  bool skip_null() noexcept;
  // Passes over one value of any kind, checking its syntax.
  Status skip_value();
  // Only blanks may remain.
  Status finish();

  std::uint64_t offset() const noexcept { return base_ + at_; }
  Status error(std::string_view expectation) const;

 private:
  Status read_escape(std::string& out);
  Result<std::uint32_t> read_hex4();
  Status skip_number();
  Status skip_scalar();
  Result<bool> next_in(char closing);
  void report();

  std::string_view text_;
  const char* what_;
  std::uint64_t base_;
  Checkpoint* checkpoint_;
  std::size_t at_ = 0;
  std::size_t reported_ = 0;
  bool fresh_ = false;  // a container was just opened: no comma is due
};

}  // namespace hartonomous::core::format
