// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Names for the rules by which models cut a text before merging, told from how files state them: as
// a regular expression (tokenizer.json) or by a name of their own (GGUF).
#pragma once

#include <string_view>

namespace hartonomous::core::tokenizer {

// A name of split::pattern_by_name(); empty for an expression or name that is not known. An
// expression may also be one cut of several and have a name for pattern_of_sequence() only.
std::string_view pattern_of_expression(std::string_view expression) noexcept;
std::string_view pattern_of_gguf_name(std::string_view pre) noexcept;

// The name of cuts made one after the other, each in the pieces of the one before, stated as their
// names with ", " between; as it is if it has no name of its own.
std::string_view pattern_of_sequence(std::string_view names) noexcept;

}  // namespace hartonomous::core::tokenizer
