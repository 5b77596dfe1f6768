// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Words made of the tokens of a vocabulary, for store_text().
#pragma once

#include <memory>

#include "store/text_store.hpp"
#include "store/vocabulary_cache.hpp"

namespace hartonomous::store {

// Throws Failure kUnsupported if the vocabulary cannot encode.
WordMaker words_of_tokens(const std::shared_ptr<LoadedVocabulary>& vocabulary);

}  // namespace hartonomous::store
