// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Reads tiktoken's rank files: a line for each token, its bytes in base64, a space, its rank in
// decimal, which is also its id. Empty lines are passed over.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/cpe/vocabulary.hpp"

namespace hartonomous::core::tokenizer {

struct TiktokenFile {
  std::vector<char> bytes;  // of all tokens, one after the other
  std::vector<cpe::RankedToken> tokens;

  TiktokenFile() = default;
  TiktokenFile(TiktokenFile&&) = default;
  TiktokenFile& operator=(TiktokenFile&&) = default;
  TiktokenFile(const TiktokenFile&) = delete;  // tokens point into bytes
  TiktokenFile& operator=(const TiktokenFile&) = delete;
};

// kMalformed names the line; kLimitExceeded past 16 Mi tokens. O(file), and no more memory than
// 32 times the file.
Result<TiktokenFile> read_tiktoken(std::string_view file, Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
