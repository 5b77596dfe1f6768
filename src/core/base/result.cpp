// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/base/result.hpp"

#include "core/base/utf8.hpp"

namespace hartonomous::core {

std::string quoted(std::string_view untrusted, std::size_t limit) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string out = "\"";
  std::size_t at = 0;
  while (at < untrusted.size() && at < limit) {
    const utf8::Decoded d = utf8::decode(untrusted.substr(at));
    const bool printable = d.length > 0 && d.codepoint >= 0x20 && d.codepoint != 0x7f &&
                           !(d.codepoint >= 0x80 && d.codepoint < 0xa0);
    if (printable) {
      out.append(untrusted.substr(at, d.length));
      at += d.length;
    } else {
      const auto byte = static_cast<unsigned char>(untrusted[at]);
      out += {'\\', 'x', kHex[byte >> 4], kHex[byte & 15]};
      ++at;
    }
  }
  out += at < untrusted.size() ? "...\"" : "\"";
  return out;
}

}  // namespace hartonomous::core
