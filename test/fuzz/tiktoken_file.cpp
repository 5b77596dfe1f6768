// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/encoder.hpp"
#include "core/tokenizer/tiktoken_file.hpp"
#include "properties.hpp"

// A rank file; what is accepted must encode and decode its own text.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  core::NoCheckpoint checkpoint;
  const std::string_view text = fuzz::text_of(data, size);
  const auto file = core::tokenizer::read_tiktoken(text, checkpoint);
  if (!file.is_ok()) return 0;
  for (const core::cpe::RankedToken& token : file.value().tokens) {
    if (token.id > 1 << 16) return 0;  // a table that large is allowed, and slow
  }
  const auto made = core::cpe::Vocabulary::from_ranks(core::cpe::Unit::kByte, file.value().tokens,
                                                      core::cpe::WholePiece::kFirst, checkpoint);
  if (!made.is_ok()) return 0;
  core::cpe::Encoder encoder(made.value(), core::split::Pattern::kNone);
  std::vector<core::cpe::TokenId> ids;
  std::string decoded;
  encoder.encode(text, ids, checkpoint);
  fuzz::require(made.value()->decode(ids, decoded).is_ok() && decoded == text);
  return 0;
}
