// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Two orders of a matrix's rows. Files of one kind keep heads' rows otherwise than files of
// another: GGUF has Llama's two halves of a head interleaved, and GPT-NeoX's heads regrouped.
// Either is the exchange of two neighbouring axes, rows being [blocks][outer][inner][run] here and
// [blocks][inner][outer][run] there.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hartonomous::core::run {

struct RowOrder {
  std::uint32_t outer = 1, inner = 1;  // > 0
  std::uint32_t run = 1;               // > 0; rows that stay together

  bool operator==(const RowOrder&) const = default;
  bool is_same() const noexcept { return outer == 1 || inner == 1; }
  // Whether a matrix of `rows` rows can be in this order.
  bool fits(std::uint64_t rows) const noexcept {
    return rows % (std::uint64_t{outer} * inner * run) == 0;
  }
  // Where row `row` of here is there. O(1).
  std::size_t place(std::size_t row) const noexcept {
    const std::size_t at = row % run, i = row / run % inner, o = row / run / inner % outer;
    const std::size_t block = row / run / inner / outer;
    return ((block * inner + i) * outer + o) * run + at;
  }
  RowOrder inverse() const noexcept { return {inner, outer, run}; }
};

}  // namespace hartonomous::core::run
