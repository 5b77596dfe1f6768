// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The files that Sentence Transformers puts beside a model: how its vectors are pooled.
#pragma once

#include <string_view>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/run/model_description.hpp"

namespace hartonomous::core::run {

// Texts of the files; empty where there is none.
struct SentenceFiles {
  std::string_view modules;   // modules.json
  std::string_view pooling;   // 1_Pooling/config.json
  std::string_view sentence;  // sentence_bert_config.json
};

// Sets pooling, normalizes_vectors and max_text_tokens; what the files do not say stays.
// kUnsupported for modules or poolings that are not run, naming them; kMalformed as read_config();
// kNotFound if modules.json names a pooling and its file is not there.
Status read_sentence_files(const SentenceFiles& files, ModelDescription& out,
                           Checkpoint& checkpoint);

}  // namespace hartonomous::core::run
