// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include <string_view>

namespace hartonomous::core::tokenizer {

// A JSON number as the reference's reader rounds it. Scores are read with serde_json there, which
// takes the digits as a 64-bit integer, makes that a double and divides or multiplies it by a power
// of ten: two roundings, so that the last bit is not always the nearest. Pieces whose scores tie
// but for that bit are in use: T5 splits a row of hyphens by it. REQUIRES: a number as JSON writes
// them. Infinite if it is too large.
double score_as_read(std::string_view number) noexcept;

}  // namespace hartonomous::core::tokenizer
