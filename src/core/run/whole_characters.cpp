// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/whole_characters.hpp"

#include <cstdint>

#include "core/base/utf8.hpp"

namespace hartonomous::core::run {

namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// How many bytes at the start of `text`, which is no whole character, could start one (table 3-7).
std::size_t beginning(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const std::uint8_t lowest = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  const std::uint8_t highest = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  if (text.size() == 1 || byte(1) < lowest || byte(1) > highest) return 1;
  return text.size() > 2 && lead >= 0xf0 && (byte(2) & 0xc0) == 0x80 ? 3 : 2;
}

}  // namespace

void WholeCharacters::feed(std::string_view bytes, std::string& out) {
  std::string joined;
  if (!incomplete_.empty()) {
    joined = incomplete_;
    joined += bytes;
    incomplete_.clear();
    bytes = joined;
  }
  while (!bytes.empty()) {
    if (const std::size_t length = utf8::decode(bytes).length; length != 0) {
      out += bytes[0] == 0 ? kReplacement : bytes.substr(0, length);
      bytes.remove_prefix(length);
      continue;
    }
    const std::size_t length = beginning(bytes);
    if (length != 0 && length == bytes.size()) {
      incomplete_ = bytes;
      return;
    }
    out += kReplacement;
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
}

void WholeCharacters::finish(std::string& out) {
  if (!incomplete_.empty()) out += kReplacement;
  incomplete_.clear();
}

}  // namespace hartonomous::core::run
