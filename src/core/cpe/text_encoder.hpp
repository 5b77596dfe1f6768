// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Encodes and decodes with a stored vocabulary: the encoder, with what the vocabulary says about
// boundaries and special tokens. Special tokens are neither added nor recognised.
#pragma once

#include "core/cpe/boundary.hpp"
#include "core/cpe/encoder.hpp"
#include "core/cpe/vocabulary_content.hpp"

namespace hartonomous::core::cpe {

class TextEncoder {
 public:
  // kUnsupported, with a hint, for a vocabulary that cannot encode. The content may go away.
  static Result<TextEncoder> open(const VocabularyContent& content, Checkpoint& checkpoint);

  // Appends the tokens of `text`; a unit without a token is kPassThrough | unit. REQUIRES: valid
  // UTF-8 for word boundaries. Not thread-safe.
  Status encode(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint);
  // The same for a piece that word boundaries have cut already.
  void encode_word(std::string_view word, std::vector<TokenId>& out, Checkpoint& checkpoint) {
    encoder_.encode(word, out, checkpoint);
  }

 private:
  TextEncoder(Encoder encoder, std::optional<BoundaryCutter> words) noexcept
      : encoder_(std::move(encoder)), words_(std::move(words)) {}

  Encoder encoder_;
  std::optional<BoundaryCutter> words_;  // where the boundary is no pattern of the encoder's
};

// Appends what a token of `content` stands for: nothing for control tokens; a unit passed through
// is itself. kInvalidArgument for a number that is no token's.
Status append_token(const VocabularyContent& content, TokenId token, std::string& out);

}  // namespace hartonomous::core::cpe
