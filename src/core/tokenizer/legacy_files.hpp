// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tokenizers of models that came before tokenizer.json or without it: a SentencePiece model, BERT's
// vocab.txt, GPT-2's vocab.json with merges.txt; beside them, where it is there,
// tokenizer_config.json says what is added around a text.
#pragma once

#include "core/tokenizer/huggingface_tokenizer.hpp"

namespace hartonomous::core::tokenizer {

// `companions.tokenizer` is empty. Without a word in tokenizer_config.json (add_bos_token,
// add_eos_token) BPE models begin a text with their begin token, if they have one, and unigram
// models end it with their end token, as Llama's and T5's tokenizers do.
Result<Definition> read_sentencepiece_files(std::string_view model,
                                            const HuggingFaceFiles& companions,
                                            Checkpoint& checkpoint);

// Cut as GPT-2 cuts; nothing is added unless tokenizer_config.json says so.
Result<Definition> read_vocabulary_files(std::string_view vocabulary, std::string_view merges,
                                         const HuggingFaceFiles& companions,
                                         Checkpoint& checkpoint);

// BERT's: do_lower_case, tokenize_chinese_chars and strip_accents of tokenizer_config.json count;
// [CLS] and [SEP] are put around a text.
Result<Definition> read_word_list(std::string_view list, const HuggingFaceFiles& companions,
                                  Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
