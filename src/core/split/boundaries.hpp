// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where pieces begin, 64 bytes at a time. The kernels differ in how they classify bytes; they give
// the same boundaries on every CPU. boundary_algebra.hpp has how these are found.
#pragma once

#include <span>

#include "core/split/character_masks.hpp"
#include "core/split/boundary_reader.hpp"

namespace hartonomous::core::split {

struct BoundaryKernel {
  const char* name;
  // Makes `reader` begin at byte `at` of its text, where a piece begins.
  void (*start)(BoundaryReader& reader, std::size_t at) noexcept;
  // The next block. REQUIRES: started.
  BlockBoundaries (*next_block)(BoundaryReader& reader) noexcept;
};

// All that run on this CPU, the best last; the first is portable C++.
std::span<const BoundaryKernel> boundary_kernels() noexcept;

extern const BoundaryKernel kPortableBoundaries;
#if defined(__x86_64__)
extern const BoundaryKernel kAvx2Boundaries;
#endif

// For the kernels. The length of the contraction at the apostrophe `at` in bytes, or 0; and in
// characters, of which one may be U+017F, which folds to s.
struct Contraction {
  unsigned bytes, characters;
};
Contraction contraction_at(std::string_view text, std::size_t at, bool any_case) noexcept;
// Whether the run of space at `at`, up to its first line end, has one.
bool meets_line_end(std::string_view text, std::size_t at) noexcept;

}  // namespace hartonomous::core::split
