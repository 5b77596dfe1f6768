// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/character_map.hpp"

#include <cstring>

#include "core/base/cursor.hpp"

namespace hartonomous::core::tokenizer {

namespace {

constexpr std::uint32_t kLeaf = 1U << 31;
constexpr std::uint32_t kLabel = kLeaf | 0xff;

std::uint32_t children(std::uint32_t unit) noexcept {
  return (unit >> 10) << ((unit & 1U << 9) >> 6);
}
bool has_leaf(std::uint32_t unit) noexcept { return (unit >> 8 & 1) != 0; }

}  // namespace

Result<CharacterMap> CharacterMap::read(std::string_view blob) {
  Cursor in(as_bytes(blob));
  const auto size = in.read<std::uint32_t>();
  if (!size || *size % sizeof(std::uint32_t) != 0 || *size > in.remaining()) {
    return Status(Code::kMalformed, "character map of a tokenizer is broken")
        .with_detail("Its trie is longer than the map, which has " + std::to_string(blob.size()) +
                     " bytes.");
  }
  CharacterMap map;
  std::vector<std::uint32_t> units(*size / sizeof(std::uint32_t));
  for (std::uint32_t& unit : units) unit = *in.read<std::uint32_t>();
  map.units_ = FlatArray<std::uint32_t>(std::move(units));
  const std::string_view rest = as_text(*in.take(in.remaining()));
  map.replacements_ = FlatArray<char>(std::vector<char>(rest.begin(), rest.end()));
  map.find_kept();
  return map;
}

bool CharacterMap::has_child(std::uint32_t base, unsigned char byte) const noexcept {
  const std::uint32_t at = base ^ byte;
  return at < units_.size() && (units_[at] & kLabel) == byte;
}

void CharacterMap::find_kept() {
  std::vector<std::uint8_t> keeps(256);
  const std::uint32_t root = units_.empty() ? 0 : children(units_[0]);
  for (unsigned byte = 0; byte < 0x80; ++byte) {
    const auto first = static_cast<unsigned char>(byte);
    keeps[byte] = 1;
    if (byte == 0 || !has_child(root, first)) continue;
    const std::uint32_t unit = units_[root ^ byte];
    keeps[byte] = has_leaf(unit) ? 0 : 1;
    for (unsigned next = 1; next < 0x80; ++next) {
      if (has_child(root ^ byte ^ children(unit), static_cast<unsigned char>(next))) {
        keeps[byte] = 0;
      }
    }
  }
  keeps_ = FlatArray<std::uint8_t>(std::move(keeps));
}

std::string_view CharacterMap::replacement(std::uint32_t at) const noexcept {
  if (at >= replacements_.size()) return {};
  const std::string_view rest = stretch(replacements_, at, replacements_.size() - at);
  return rest.substr(0, rest.find('\0'));
}

template <bool kLongest>
CharacterMap::Match CharacterMap::match(std::string_view text) const noexcept {
  Match found;
  if (units_.empty()) return found;
  std::uint32_t at = children(units_[0]);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    at ^= byte;
    if (byte == 0 || at >= units_.size() || (units_[at] & kLabel) != byte) break;
    const std::uint32_t unit = units_[at];
    at ^= children(unit);
    if (!has_leaf(unit)) continue;
    if (at >= units_.size()) break;
    found = {i + 1, replacement(units_[at] & ~kLeaf)};
    if (!kLongest) break;
  }
  return found;
}

CharacterMap::Match CharacterMap::longest(std::string_view text) const noexcept {
  return match<true>(text);
}
CharacterMap::Match CharacterMap::shortest(std::string_view text) const noexcept {
  return match<false>(text);
}

}  // namespace hartonomous::core::tokenizer
