// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Small floating-point formats to float32, exactly, and float32 to two of them.
// Branch-free where a loop over them should become vector code. Sources: IEEE 754-2019 (binary16);
// OCP 8-bit Floating Point 1.0 (E4M3, E5M2) and MX 1.0 (E8M0); Noune et al. 2022 for the FNUZ
// variants.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

namespace hartonomous::core::tensor {

// binary16. Subnormals are exact; a NaN stays a NaN with its payload shifted.
constexpr float half_to_float(std::uint16_t half) noexcept {
  const std::uint32_t magnitude = half & 0x7fffU;
  // Exponent and mantissa moved to float's places are 2^112 too small; the product puts that right
  // for normal and subnormal numbers alike.
  const float scaled = std::bit_cast<float>(magnitude << 13) * 0x1p112F;
  const std::uint32_t infinite_or_nan = magnitude >= 0x7c00U ? 0x7f800000U : 0U;
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(scaled) | infinite_or_nan |
                              static_cast<std::uint32_t>(half & 0x8000U) << 16);
}

constexpr float bfloat16_to_float(std::uint16_t bits) noexcept {
  return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// To nearest, ties to even; a NaN stays one, quiet, as x86's VCVTPS2PH makes it.
constexpr std::uint16_t float_to_half(float value) noexcept {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000U, magnitude = bits & 0x7fffffffU;
  std::uint32_t half = 0;
  if (magnitude > 0x7f800000U) {
    half = 0x7e00U | (magnitude >> 13 & 0x3ffU);
  } else if (magnitude >= 0x47800000U) {  // 2^16
    half = 0x7c00U;
  } else if (magnitude < 0x38800000U) {  // 2^-14: the half is subnormal, in steps of 2^-24, which
    // are the last places of numbers from 0.5 on: the sum does the rounding.
    half = std::bit_cast<std::uint32_t>(std::bit_cast<float>(magnitude) + 0.5F) - 0x3f000000U;
  } else {
    half = (magnitude - 0x38000000U + 0xfffU + (magnitude >> 13 & 1)) >> 13;
  }
  return static_cast<std::uint16_t>(sign | half);
}

constexpr std::uint16_t float_to_bfloat16(float value) noexcept {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
  if ((bits & 0x7fffffffU) > 0x7f800000U) return static_cast<std::uint16_t>(bits >> 16 | 0x40U);
  return static_cast<std::uint16_t>((bits + 0x7fffU + (bits >> 16 & 1)) >> 16);
}

// Towards zero; what overflows is the largest finite number.
constexpr std::uint16_t float_to_half_truncated(float value) noexcept {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000, magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return static_cast<std::uint16_t>(sign | 0x7e00);
  if (magnitude == 0x7f800000) return static_cast<std::uint16_t>(sign | 0x7c00);
  if (magnitude >= 0x47800000) return static_cast<std::uint16_t>(sign | 0x7bff);
  if (magnitude < 0x33800000) return static_cast<std::uint16_t>(sign);
  if (magnitude < 0x38800000) {
    const std::uint32_t significand = (magnitude & 0x7fffff) | 0x800000;
    return static_cast<std::uint16_t>(sign | significand >> (126 - (magnitude >> 23)));
  }
  return static_cast<std::uint16_t>(sign | (magnitude - 0x38000000) >> 13);
}

// Towards zero: the upper half of the bits.
constexpr std::uint16_t float_to_bfloat16_truncated(float value) noexcept {
  return static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(value) >> 16);
}

// 2^(exponent - 127), the scale of MX formats; 255 is NaN, 0 is the subnormal 2^-127.
constexpr float e8m0_to_float(std::uint8_t exponent) noexcept {
  if (exponent == 0) return 0x1p-127F;
  if (exponent == 255) return std::numeric_limits<float>::quiet_NaN();
  return std::bit_cast<float>(static_cast<std::uint32_t>(exponent) << 23);
}

// How an 8-bit float spends its codes.
struct Float8Format {
  int exponent_bits;
  int bias;
  enum { kIeee, kNanOnly, kUnsignedZero } specials;  // kNanOnly: E4M3 of OCP; the last: FNUZ
};

constexpr float float8_to_float(std::uint8_t code, Float8Format format) noexcept {
  const int mantissa_bits = 7 - format.exponent_bits;
  const int top = (1 << format.exponent_bits) - 1;
  const int exponent = code >> mantissa_bits & top;
  const int mantissa = code & ((1 << mantissa_bits) - 1);
  const float sign = (code & 0x80) != 0 ? -1.0F : 1.0F;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  if (format.specials == Float8Format::kUnsignedZero && code == 0x80) return nan;
  if (format.specials == Float8Format::kNanOnly && (code & 0x7f) == 0x7f) return nan;
  if (format.specials == Float8Format::kIeee && exponent == top) {
    return mantissa == 0 ? sign * std::numeric_limits<float>::infinity() : nan;
  }
  const int implicit = exponent == 0 ? 0 : 1 << mantissa_bits;
  float value = static_cast<float>(implicit + mantissa);
  for (int shift = (exponent == 0 ? 1 : exponent) - format.bias - mantissa_bits; shift != 0;
       shift += shift < 0 ? 1 : -1) {
    value *= shift < 0 ? 0.5F : 2.0F;
  }
  return sign * value;
}

constexpr std::array<float, 256> float8_table(Float8Format format) noexcept {
  std::array<float, 256> table{};
  for (unsigned code = 0; code < 256; ++code) {
    table[code] = float8_to_float(static_cast<std::uint8_t>(code), format);
  }
  return table;
}

}  // namespace hartonomous::core::tensor
