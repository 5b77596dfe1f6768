// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The heart of a tokenizer: a stretch of normalized text, without special tokens, to ids.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/image.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace hartonomous::core::tokenizer {

class TextModel {
 public:
  virtual ~TextModel() = default;
  // Appends the ids of `text`, which may be any bytes. Linear, or n log n where noted. Reaches the
  // checkpoint with the bytes done. Not thread-safe.
  virtual void encode(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint) = 0;
  // Writes the model's tables; each class reads its own.
  virtual void write(ImageWriter& image) const = 0;
};

}  // namespace hartonomous::core::tokenizer
