// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Memory asked for before it is wanted. Tiles take short pieces of rows that are far apart: too
// short for the CPU to see a pattern, so the kernels say what comes next while they still compute.
#pragma once

#include <cstddef>

namespace hartonomous::core::run {

namespace {

// `rows` pieces of `bytes` bytes, `row_bytes` apart, fetched in `steps` equal steps.
struct Ahead {
  const std::byte* first;
  std::size_t row_bytes, bytes, rows;

  void fetch(std::size_t step, std::size_t steps) const noexcept {
    const std::size_t lines = bytes / 64 + 1, all = lines * rows;
    for (std::size_t i = all * step / steps; i < all * (step + 1) / steps; ++i) {
      __builtin_prefetch(first + i / lines * row_bytes + i % lines * 64);
    }
  }
};

}  // namespace

}  // namespace hartonomous::core::run
