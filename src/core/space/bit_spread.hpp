// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Interleaving the bits of coordinates, axis 0 the most significant of each digit, and taking one
// axis out again; by shifts and masks, or by the PDEP and PEXT instructions. Both structs give the
// same results and can stand for each other as template arguments.
//   join4(a, b, c, d)   four 16-bit coordinates -> 64 bits      axis4(code, axis) the way back
//   join3(a, b, c)      three 21-bit coordinates -> 63 bits     axis3(code, axis)
#pragma once

#include <cstdint>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace hartonomous::core::space {

inline constexpr std::uint64_t kEvery4th = 0x1111111111111111;
inline constexpr std::uint64_t kEvery3rd = 0x1249249249249249;

struct ShiftSpread {
  static constexpr std::uint64_t join4(std::uint64_t a, std::uint64_t b, std::uint64_t c,
                                       std::uint64_t d) noexcept {
    return spread4(a) << 3 | spread4(b) << 2 | spread4(c) << 1 | spread4(d);
  }
  static constexpr std::uint64_t join3(std::uint64_t a, std::uint64_t b, std::uint64_t c) noexcept {
    return spread3(a) << 2 | spread3(b) << 1 | spread3(c);
  }
  static constexpr std::uint32_t axis4(std::uint64_t code, unsigned axis) noexcept {
    std::uint64_t v = code >> (3 - axis) & kEvery4th;
    v = (v | v >> 3) & 0x0303030303030303;
    v = (v | v >> 6) & 0x000f000f000f000f;
    v = (v | v >> 12) & 0x000000ff000000ff;
    return static_cast<std::uint32_t>((v | v >> 24) & 0xffff);
  }
  static constexpr std::uint32_t axis3(std::uint64_t code, unsigned axis) noexcept {
    std::uint64_t v = code >> (2 - axis) & kEvery3rd;
    v = (v | v >> 2) & 0x10c30c30c30c30c3;
    v = (v | v >> 4) & 0x100f00f00f00f00f;
    v = (v | v >> 8) & 0x001f0000ff0000ff;
    v = (v | v >> 16) & 0x001f00000000ffff;
    return static_cast<std::uint32_t>((v | v >> 32) & 0x1fffff);
  }

 private:
  static constexpr std::uint64_t spread4(std::uint64_t v) noexcept {
    v = (v | v << 24) & 0x000000ff000000ff;
    v = (v | v << 12) & 0x000f000f000f000f;
    v = (v | v << 6) & 0x0303030303030303;
    return (v | v << 3) & kEvery4th;
  }
  static constexpr std::uint64_t spread3(std::uint64_t v) noexcept {
    v = (v | v << 32) & 0x001f00000000ffff;
    v = (v | v << 16) & 0x001f0000ff0000ff;
    v = (v | v << 8) & 0x100f00f00f00f00f;
    v = (v | v << 4) & 0x10c30c30c30c30c3;
    return (v | v << 2) & kEvery3rd;
  }
};

#if defined(__x86_64__)

// PDEP and PEXT exist and are fast: not so on Zen 1 and 2, where each takes dozens of cycles.
inline bool has_fast_deposit() noexcept {
  return __builtin_cpu_supports("bmi2") && !__builtin_cpu_is("znver1") &&
         !__builtin_cpu_is("znver2");
}

// REQUIRES: the CPU has BMI2.
struct DepositSpread {
  [[gnu::target("bmi2")]] static std::uint64_t join4(std::uint64_t a, std::uint64_t b,
                                                     std::uint64_t c, std::uint64_t d) noexcept {
    return _pdep_u64(a, kEvery4th << 3) | _pdep_u64(b, kEvery4th << 2) |
           _pdep_u64(c, kEvery4th << 1) | _pdep_u64(d, kEvery4th);
  }
  [[gnu::target("bmi2")]] static std::uint64_t join3(std::uint64_t a, std::uint64_t b,
                                                     std::uint64_t c) noexcept {
    return _pdep_u64(a, kEvery3rd << 2) | _pdep_u64(b, kEvery3rd << 1) | _pdep_u64(c, kEvery3rd);
  }
  [[gnu::target("bmi2")]] static std::uint32_t axis4(std::uint64_t code, unsigned axis) noexcept {
    return static_cast<std::uint32_t>(_pext_u64(code, kEvery4th << (3 - axis)));
  }
  [[gnu::target("bmi2")]] static std::uint32_t axis3(std::uint64_t code, unsigned axis) noexcept {
    return static_cast<std::uint32_t>(_pext_u64(code, kEvery3rd << (2 - axis)));
  }
};

#endif

}  // namespace hartonomous::core::space
