// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/encoder.hpp"

namespace hartonomous::core::cpe {

Encoder::Encoder(std::shared_ptr<const Vocabulary> vocabulary, split::Pattern pattern)
    : vocabulary_(std::move(vocabulary)), pattern_(pattern), merger_(*vocabulary_) {}

void Encoder::encode(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint) {
  split::Pretokenizer pieces(pattern_, text);
  const auto encode_new = [&](std::string_view piece) { return merger_.merge(piece, checkpoint); };
  cached_.encode(text, pieces, encode_new, out, checkpoint);
}

}  // namespace hartonomous::core::cpe
