// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A model's own tokenizer: text to the ids that the model was trained on, and back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::tokenizer {

using TokenId = std::uint32_t;

struct EncodeOptions {
  bool add_special = true;  // what the model expects around a text, such as <s> or [CLS] … [SEP]
  bool parse_special =
      false;  // control tokens spelt in the text are those tokens, not their letters
};

struct SpecialTokens {
  std::optional<TokenId> begin, end, unknown, separator, classify, padding, mask;
  std::vector<TokenId> end_of_generation;  // any of these ends an answer: </s>, <|im_end|>, …
};

class Tokenizer {
 public:
  virtual ~Tokenizer() = default;
  virtual std::size_t size() const noexcept = 0;  // ids are below it
  virtual const SpecialTokens& special() const noexcept = 0;
  // Appends the ids of `text`, which may be any bytes. Linear or n log n. Not thread-safe.
  virtual Status encode(std::string_view text, const EncodeOptions& options,
                        std::vector<TokenId>& out, Checkpoint& checkpoint) = 0;
  // Appends the bytes that a token adds after those before it: nothing for control tokens unless
  // `show_special`. kInvalidArgument for a number that is no token's.
  virtual Status append(TokenId token, bool show_special, std::string& out) const = 0;
  // Appends the text of a whole sequence: as append() one by one, less what the model's own
  // decoder takes away at the start (SentencePiece's first space).
  virtual Status decode(std::span<const TokenId> tokens, bool show_special,
                        std::string& out) const = 0;
  // The tokenizer as bytes from which tokenizer_in() (open_tokenizer.hpp) makes it again in no time.
  virtual std::vector<std::byte> image() const = 0;
};

}  // namespace hartonomous::core::tokenizer
