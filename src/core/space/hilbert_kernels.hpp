// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The interchangeable implementations behind hilbert.hpp, for its dispatch and its tests.
#pragma once

#include <span>

#include "core/space/hilbert.hpp"

namespace hartonomous::core::space {

struct HilbertKernels {
  const char* name;
  HilbertKey (*encode)(const Cell4&) noexcept;
  void (*decode)(HilbertKey, Cell4&) noexcept;
  void (*encode_all)(std::span<const Cell4>, std::span<HilbertKey>) noexcept;
  void (*decode_all)(std::span<const HilbertKey>, std::span<Cell4>) noexcept;
  std::uint64_t (*encode3)(std::uint32_t x, std::uint32_t y, std::uint32_t z) noexcept;
  void (*decode3)(std::uint64_t, Cell3&) noexcept;  // both of kMaxBits3 an axis
};

// All that run on this CPU, the best last; the first is portable C++.
std::span<const HilbertKernels> hilbert_kernels() noexcept;

// Batches of 64 with AVX-512 VBMI and GFNI (hilbert_avx512.cpp); the rest goes to `encode`.
void hilbert_encode_avx512(std::span<const Cell4> cells, std::span<HilbertKey> keys) noexcept;
void hilbert_decode_avx512(std::span<const HilbertKey> keys, std::span<Cell4> cells) noexcept;

}  // namespace hartonomous::core::space
