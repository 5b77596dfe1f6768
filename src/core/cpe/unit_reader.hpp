// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A text as the units that merging starts from (vocabulary.hpp).
#pragma once

#include "core/base/utf8.hpp"
#include "core/cpe/vocabulary.hpp"

namespace hartonomous::core::cpe {

struct UnitAt {
  std::uint32_t unit;
  std::uint8_t length;  // in bytes
};

// The first unit. REQUIRES: text is not empty.
inline UnitAt first_unit(Unit kind, std::string_view text) noexcept {
  const auto byte = static_cast<unsigned char>(text[0]);
  if (kind == Unit::kByte || byte < 0x80) return {byte, 1};
  const utf8::Decoded decoded = utf8::decode(text);
  if (decoded.length == 0) return {kRawByte + byte, 1};
  return {static_cast<std::uint32_t>(decoded.codepoint), decoded.length};
}

// Appends the token of each unit of `text`, or the unit passed through.
inline void append_units(const Vocabulary& vocabulary, std::string_view text,
                         std::vector<TokenId>& out) {
  while (!text.empty()) {
    const UnitAt first = first_unit(vocabulary.unit(), text);
    out.push_back(vocabulary.of_unit(first.unit));
    text.remove_prefix(first.length);
  }
}

}  // namespace hartonomous::core::cpe
