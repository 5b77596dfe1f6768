// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/encoder.hpp"

#include "core/cpe/unit_reader.hpp"

namespace hartonomous::core::cpe {

namespace {

constexpr std::size_t kBatch = 256;
constexpr std::size_t kPollInterval = 1 << 16;

}  // namespace

Encoder::Encoder(std::shared_ptr<const Vocabulary> vocabulary, split::Pattern pattern)
    : vocabulary_(std::move(vocabulary)), pattern_(pattern) {}

void Encoder::encode(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint) {
  split::Pretokenizer pieces(pattern_, text);
  std::size_t ends[kBatch], begin = 0, reported = 0;
  while (const std::size_t count = pieces.read(ends)) {
    for (std::size_t i = 0; i < count; begin = ends[i++]) {
      encode_piece(text.substr(begin, ends[i] - begin), out, checkpoint);
    }
    if (begin - reported >= kPollInterval || begin == text.size()) {
      checkpoint.reached(begin - reported);
      reported = begin;
    }
  }
}

void Encoder::encode_piece(std::string_view piece, std::vector<TokenId>& out,
                           Checkpoint& checkpoint) {
  if (vocabulary_->whole_piece() == WholePiece::kFirst) {
    if (const TokenId whole = vocabulary_->find(piece); whole != kNoToken) {
      out.push_back(whole);
      return;
    }
  }
  const std::size_t begin = out.size();
  append_units(*vocabulary_, piece, out);
  const std::span<TokenId> units(out.data() + begin, out.size() - begin);
  out.resize(begin + merger_.merge(vocabulary_->pairs(), units, checkpoint));
}

}  // namespace hartonomous::core::cpe
