// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a trainer found, as a vocabulary: token s is the trainer's symbol s.
#pragma once

#include "core/cpe/trainer.hpp"
#include "core/cpe/vocabulary_content.hpp"

namespace hartonomous::core::cpe {

// The names of tie rules in SQL: content_hash, hugging_face, sentencepiece.
const char* name(TieRule rule) noexcept;
bool from_name(std::string_view text, TieRule& rule) noexcept;

// kLimitExceeded if a token would have more than kMaxTokenBytes. O(bytes of all tokens).
Result<VocabularyContent> trained_vocabulary(const TrainedMerges& trained,
                                             const TrainingOptions& options,
                                             std::string_view boundary);

}  // namespace hartonomous::core::cpe
