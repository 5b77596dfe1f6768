// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Hugging Face's tokenizer.json as it is written: the vocabulary spelt, the settings as values.
// What it means is said elsewhere: tokenizer_json.hpp, huggingface_tokenizer.hpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/tokenizer/json_value.hpp"
#include "core/tokenizer/spelled_vocabulary.hpp"

namespace hartonomous::core::tokenizer {

struct TokenizerJsonFile {
  struct Added {
    std::uint64_t id = UINT64_MAX;
    std::string text;
    bool is_special = false, is_normalized = false, is_whole_word = false;
    bool takes_left_space = false, takes_right_space = false;
  };

  std::string type;  // of the model
  SpelledVocabulary spelled;
  bool has_scores = false;  // the vocabulary is an array of pieces with scores
  bool byte_fallback = false, ignore_merges = false, fuses_unknown = false;
  std::string subword_prefix, word_suffix, unknown_text;
  std::uint64_t unknown = UINT64_MAX;
  std::uint64_t longest_word = 100;
  std::vector<Added> added;
  JsonValue normalizer, pre_tokenizer, post_processor, decoder;
};

// kMalformed, kBadEncoding, kLimitExceeded.
Result<TokenizerJsonFile> read_tokenizer_json_file(std::string_view json, Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
