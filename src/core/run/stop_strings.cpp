// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/stop_strings.hpp"

#include <algorithm>

namespace hartonomous::core::run {

namespace {

std::vector<std::uint32_t> failure_function(std::string_view pattern) {
  std::vector<std::uint32_t> failure(pattern.size() + 1, 0);
  std::uint32_t border = 0;
  for (std::size_t i = 1; i < pattern.size(); ++i) {
    while (border != 0 && pattern[i] != pattern[border]) border = failure[border];
    if (pattern[i] == pattern[border]) ++border;
    failure[i + 1] = border;
  }
  return failure;
}

}  // namespace

Result<StopStrings> StopStrings::create(const std::vector<std::string>& strings) {
  if (strings.size() > kMostStrings) {
    return Status(Code::kLimitExceeded,
                  std::string("more than ") + std::to_string(kMostStrings) + " stop strings");
  }
  StopStrings result;
  for (const std::string& string : strings) {
    if (string.empty()) return Status(Code::kInvalidArgument, "a stop string is empty");
    if (string.size() > kMostBytes) {
      return Status(Code::kLimitExceeded, std::string("a stop string is longer than ") +
                                              std::to_string(kMostBytes) + " bytes");
    }
    result.patterns_.push_back({string, failure_function(string)});
  }
  return result;
}

bool StopStrings::feed(std::string_view bytes, std::string& out) {
  if (has_stopped_) return true;
  std::size_t begun = 0;
  for (const char byte : bytes) {
    held_ += byte;
    std::size_t complete = 0;
    begun = 0;
    for (Pattern& p : patterns_) {
      while (p.matched != 0 && p.bytes[p.matched] != byte) p.matched = p.failure[p.matched];
      if (p.bytes[p.matched] == byte) ++p.matched;
      begun = std::max<std::size_t>(begun, p.matched);
      if (p.matched == p.bytes.size()) complete = std::max(complete, p.bytes.size());
    }
    if (complete != 0) {
      out.append(held_, 0, held_.size() - complete);
      held_.clear();
      return has_stopped_ = true;
    }
  }
  if (!bytes.empty()) {
    out.append(held_, 0, held_.size() - begun);
    held_.erase(0, held_.size() - begun);
  }
  return false;
}

void StopStrings::finish(std::string& out) {
  if (!has_stopped_) out += held_;
  held_.clear();
}

}  // namespace hartonomous::core::run
