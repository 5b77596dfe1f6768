// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Arithmetic on untrusted sizes: the exact result, or nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace hartonomous::core {

inline std::optional<std::uint64_t> checked_add(std::uint64_t a, std::uint64_t b) noexcept {
  std::uint64_t sum;
  if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
  return sum;
}

inline std::optional<std::uint64_t> checked_mul(std::uint64_t a, std::uint64_t b) noexcept {
  std::uint64_t product;
  if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
  return product;
}

// Product of all factors; 1 for none. A literal zero factor gives 0 only if no prefix overflows.
inline std::optional<std::uint64_t> checked_product(
    std::span<const std::uint64_t> factors) noexcept {
  std::uint64_t product = 1;
  for (const std::uint64_t factor : factors) {
    if (__builtin_mul_overflow(product, factor, &product)) return std::nullopt;
  }
  return product;
}

// `size` rounded up to a multiple of `alignment`. REQUIRES: alignment is a power of two.
inline std::optional<std::uint64_t> checked_align(std::uint64_t size,
                                                  std::uint64_t alignment) noexcept {
  const auto bumped = checked_add(size, alignment - 1);
  if (!bumped) return std::nullopt;
  return *bumped & ~(alignment - 1);
}

}  // namespace hartonomous::core
