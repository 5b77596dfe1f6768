// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The key-value section of a GGUF file: scalars, strings and arrays with declared sizes, each
// checked against the bytes that are left before anything is reserved for it.
#pragma once

#include <cstdint>

#include "core/base/result.hpp"
#include "core/format/gguf/input.hpp"
#include "core/format/layout.hpp"
#include "core/format/parse.hpp"
#include "core/format/parse_budget.hpp"

namespace hartonomous::core::format::gguf {

inline constexpr std::uint64_t kDefaultAlignment = 32;

// Reads `count` entries into `layout.metadata` and warnings about odd ones into `layout.warnings`.
// REQUIRES: the reader stands at the first entry.
Status read_metadata(Input& in, std::uint64_t count, const Limits& limits, ParseBudget& budget,
                     FileLayout& layout);

// Checks what other readers rely on: general.alignment is a u32 power of two from 8 to 1 MiB, and
// the tokenizer's arrays have their element types and the vocabulary's length. Returns the
// alignment of tensor data. REQUIRES: keys are unique.
Result<std::uint64_t> check_metadata(const Metadata& metadata);

// Reads a length-prefixed string. kMalformed if it is longer than what is left of the file, and
// `cap.code` above `cap.bytes`. `what` names it in messages.
struct StringCap {
  std::uint64_t bytes;
  Code code;
};
Status read_string(Input& in, StringCap cap, ParseBudget& budget, const char* what,
                   std::string& out);

// kBadEncoding unless `text` is UTF-8 without NUL.
Status check_text(std::string_view text, const char* what);

}  // namespace hartonomous::core::format::gguf
