// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Byte-level BPE (GPT-2, Llama 3, Qwen 2 and others): cut by a pattern, merge bytes in each piece.
#pragma once

#include <memory>

#include "core/base/result.hpp"
#include "core/cpe/encoder.hpp"
#include "core/tokenizer/definition.hpp"
#include "core/tokenizer/text_model.hpp"

namespace hartonomous::core::tokenizer {

class BytePairModel final : public TextModel {
 public:
  // kUnsupported if the pattern is not known.
  static Result<std::unique_ptr<TextModel>> make(const Definition& definition,
                                                 Checkpoint& checkpoint);

  // Null if the image is none of this class's.
  static std::unique_ptr<TextModel> read(ImageReader& image);

  void encode(std::string_view text, std::vector<TokenId>& out, Checkpoint& checkpoint) override;
  void write(ImageWriter& image) const override;

 private:
  BytePairModel(std::shared_ptr<const cpe::Vocabulary> vocabulary, split::Pattern pattern)
      : encoder_(std::move(vocabulary), pattern) {}

  cpe::Encoder encoder_;
  std::optional<TokenId> unknown_;  // of bytes without a token; without one they are passed over
  bool may_pass_through_ = false;   // some byte has no token
};

}  // namespace hartonomous::core::tokenizer
