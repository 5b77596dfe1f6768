// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which tokens end an answer. Files name one; models emit others too, known by their spelling.
#pragma once

#include "core/tokenizer/definition.hpp"

namespace hartonomous::core::tokenizer {

// Fills definition.special.end_of_generation, ascending: what is in it already, the end token, and
// special tokens spelt as models' ends of turns and texts are.
void collect_ends(Definition& definition);

}  // namespace hartonomous::core::tokenizer
