// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What one parse may hold in memory. Readers charge it before they keep anything, so a file that
// declares much and a file that contains much are refused alike, before the allocation.
#pragma once

#include <cstdint>
#include <string>

#include "core/base/result.hpp"

namespace hartonomous::core::format {

class ParseBudget {
 public:
  explicit ParseBudget(std::uint64_t bytes) noexcept : total_(bytes), left_(bytes) {}

  // kOutOfMemory, and nothing charged, if fewer than `bytes` are left.
  Status charge(std::uint64_t bytes) {
    if (bytes > left_) {
      return Status(Code::kOutOfMemory, "file header needs more memory than a parse may use")
          .with_detail("The limit is " + std::to_string(total_) + " bytes.");
    }
    left_ -= bytes;
    return Status::ok();
  }

 private:
  std::uint64_t total_;
  std::uint64_t left_;
};

}  // namespace hartonomous::core::format
