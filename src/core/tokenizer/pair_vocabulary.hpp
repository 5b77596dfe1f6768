// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// From what a file says of a vocabulary to what merges pairs.
#pragma once

#include <memory>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/cpe/vocabulary.hpp"
#include "core/cpe/vocabulary_content.hpp"

namespace hartonomous::core::tokenizer {

// By merges or by ranks, as the content says; special tokens only if merged. Of tokens with the
// same bytes the first counts.
Result<std::shared_ptr<const cpe::Vocabulary>> make_pair_vocabulary(
    const cpe::VocabularyContent& content, Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
