// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The first byte chooses a pattern, the second a vocabulary; the rest is cut by every kernel and
// character by character, and encoded and decoded.
#include <vector>

#include "core/cpe/encoder.hpp"
#include "core/split/boundaries.hpp"
#include "properties.hpp"

namespace {

using namespace hartonomous;

core::NoCheckpoint checkpoint;

std::vector<std::size_t> ends_of(core::split::Pretokenizer reader) {
  std::vector<std::size_t> all;
  std::size_t some[7];
  while (const std::size_t count = reader.read(some)) all.insert(all.end(), some, some + count);
  return all;
}

// Every byte or character of a few, and merges of "a", "b" and their kin.
std::shared_ptr<const core::cpe::Vocabulary> vocabulary(core::cpe::Unit unit) {
  static constexpr const char* kTokens[] = {"a",  "b",   " ",  "\xc3\xa9", "aa",
                                            "ab", "aab", " a", "aaaa",     "ba"};
  std::vector<core::cpe::RankedToken> tokens;
  for (const char* bytes : kTokens) {
    if (unit == core::cpe::Unit::kByte && bytes[0] == '\xc3') continue;
    const auto rank = static_cast<std::uint32_t>(tokens.size());
    tokens.push_back({rank, bytes, rank});
  }
  auto made =
      core::cpe::Vocabulary::from_ranks(unit, tokens, core::cpe::WholePiece::kMerge, checkpoint);
  fuzz::require(made.is_ok());
  return made.value();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using core::split::Pattern;
  if (size < 2) return 0;
  const auto pattern =
      static_cast<Pattern>(data[0] % (static_cast<unsigned>(Pattern::kViking) + 1));
  const std::vector<char> exact(data + 2, data + size);
  const std::string_view text(exact.data(), exact.size());
  std::vector<std::size_t> expected;
  const bool is_one_expression = pattern <= Pattern::kQwen35;
  if (!is_one_expression) expected = ends_of({pattern, text});
  for (std::size_t at = 0; is_one_expression && at < text.size(); at = expected.back()) {
    expected.push_back(core::split::piece_end(pattern, text, at));
    fuzz::require(expected.back() > at && expected.back() <= text.size());
  }
  fuzz::require(text.empty() || (!expected.empty() && expected.back() == text.size()));
  for (const core::split::BoundaryKernel& kernel : core::split::boundary_kernels()) {
    fuzz::require(ends_of({pattern, text, kernel}) == expected);
  }
  static const std::shared_ptr<const core::cpe::Vocabulary> kVocabularies[] = {
      vocabulary(core::cpe::Unit::kByte), vocabulary(core::cpe::Unit::kCodepoint)};
  core::cpe::Encoder encoder(kVocabularies[data[1] % 2], pattern);
  std::vector<core::cpe::TokenId> first, second;
  encoder.encode(text, first, checkpoint);
  encoder.encode(text, second, checkpoint);
  fuzz::require(first == second);
  std::string decoded;
  fuzz::require(encoder.vocabulary().decode(first, decoded).is_ok() && decoded == text);
  return 0;
}
