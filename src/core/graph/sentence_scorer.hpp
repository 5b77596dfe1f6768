// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Scoring many sentences at once. One sentence waits for memory at every word, since each look-up
// needs the one before; sixteen of them in turn, each asking for its next cache line before the
// others go on, hardly wait at all.
#pragma once

#include <span>

#include "core/graph/language_model.hpp"

namespace hartonomous::core::graph {

// The probability of each word of `text`: sentences, each ended by kEnd and begun without kBegin;
// the last may lack its end. The same bits as LanguageModel::score() gives.
// REQUIRES: probability.size() = text.size(), words < model.vocabulary().
void score_sentences(const LanguageModel& model, std::span<const Symbol> text,
                     std::span<float> probability);

}  // namespace hartonomous::core::graph
