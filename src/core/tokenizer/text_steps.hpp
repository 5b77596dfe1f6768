// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The steps of normalizers that go character by character. Each appends what becomes of `text` to
// `out`, in one pass; a byte that is not valid UTF-8 is kept as it is. Texts in ASCII take a fast
// way through all of them.
#pragma once

#include <string>
#include <string_view>

#include "core/tokenizer/character_map.hpp"
#include "core/tokenizer/definition.hpp"

namespace hartonomous::core::tokenizer {

// BERT: control characters go, white space becomes a space.
void clean_text(std::string_view text, std::string& out);
// BERT: a space on both sides of each ideograph.
void space_ideographs(std::string_view text, std::string& out);
// Nonspacing marks go.
void strip_marks(std::string_view text, std::string& out);
// Each character to its full lower case, whatever stands beside it (no final sigma).
void lowercase(std::string_view text, std::string& out);
// Normalization of Unicode 9.0: kNfc, kNfd, kNfkc or kNfkd. Text that is not UTF-8 is kept as it
// is.
void normalize_unicode(StepKind form, std::string_view text, std::string& out);
// Each run of `from` of two or more becomes one `to`.
void join_runs(std::string_view text, std::string_view from, std::string_view to, std::string& out);
// Each run of white space becomes one `to`.
void join_white_space(std::string_view text, std::string_view to, std::string& out);
// White space at the ends goes.
void strip_space(std::string_view text, bool left, bool right, std::string& out);
// Each grapheme of less than six bytes, else each character, to the shortest rule that it begins
// with. Source: the normalizer "Precompiled" of huggingface/tokenizers.
void map_graphemes(const CharacterMap& map, std::string_view text, std::string& out);

bool is_ascii(std::string_view text) noexcept;

}  // namespace hartonomous::core::tokenizer
