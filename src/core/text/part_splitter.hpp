// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A text of any size as parts of at most 64 KiB, so that whatever runs over one part is bounded in
// time and memory. A part is a paragraph, or a piece of an overlong one.
#pragma once

#include <cstddef>
#include <string_view>

namespace hartonomous::core::text {

inline constexpr std::size_t kMaxPart = 64 * 1024;

// Length in bytes of the first part of `text`, > 0 unless `text` is empty. The part ends after a
// blank line: two or more line terminators (LF, CR LF or CR) in a row, all of which belong to it. A
// longer paragraph is cut at a place its content chooses: from 16 KiB on after a line, from 32 KiB
// after a space, from 48 KiB after any codepoint, at 64 KiB wherever a codepoint ends.
// REQUIRES: valid UTF-8. O(part).
std::size_t first_part(std::string_view text) noexcept;

}  // namespace hartonomous::core::text
