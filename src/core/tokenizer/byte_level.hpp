// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The alphabet in which byte-level vocabularies spell their tokens: each byte as one printable
// character. Bytes 21..7E, A1..AC and AE..FF are the character of the same number; the other 68, in
// ascending order, are U+0100..U+0143. So a space is U+0120. Source: OpenAI's GPT-2 release, 2019.
#pragma once

#include <string>
#include <string_view>

namespace hartonomous::core::tokenizer {

// Appends the bytes that `spelling` spells; false, with `out` unchanged, if a character of it is
// not of the alphabet. O(spelling).
bool append_spelled_bytes(std::string_view spelling, std::string& out);

// The spelling of `bytes`.
std::string spell_bytes(std::string_view bytes);

}  // namespace hartonomous::core::tokenizer
