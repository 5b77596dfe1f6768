// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Ending an answer before the first of some strings, which may arrive in parts. Bytes that may be
// the beginning of one are held back until it is certain that they are not. All strings are
// followed at once, each by the failure function of Knuth, Morris and Pratt (1977).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace hartonomous::core::run {

class StopStrings {
 public:
  static constexpr std::size_t kMostStrings = 64;
  static constexpr std::size_t kMostBytes = 1024;  // of each

  // None is allowed, and never stops. kInvalidArgument for an empty string, kLimitExceeded over the
  // limits above.
  static Result<StopStrings> create(const std::vector<std::string>& strings);

  // Appends of `bytes`, and of those held back, what certainly is part of the answer. True once a
  // stop string is complete: the text appended ends before it, before the longest if several end
  // at the same byte, and what follows is ignored. O(bytes * strings) in the long run.
  bool feed(std::string_view bytes, std::string& out);
  // The answer ends for another reason: appends what is held back.
  void finish(std::string& out);

  bool has_stopped() const noexcept { return has_stopped_; }

 private:
  struct Pattern {
    std::string bytes;
    std::vector<std::uint32_t> failure;  // of each prefix, the length of its longest border
    std::uint32_t matched = 0;           // how many bytes of it the input so far ends with
  };
  std::vector<Pattern> patterns_;
  std::string held_;  // the longest end of the input that begins a stop string
  bool has_stopped_ = false;
};

}  // namespace hartonomous::core::run
