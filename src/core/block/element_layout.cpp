// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/block/element_layout.hpp"

namespace hartonomous::core::block {

namespace {

using Runs = std::uint8_t[];
// A half-precision scale is two runs: its low byte is noise, its high byte mostly exponent.
constexpr Runs kQ4_0 = {1, 1, 16};
constexpr Runs kQ4_1 = {1, 1, 1, 1, 16};
constexpr Runs kQ5_0 = {1, 1, 4, 16};
constexpr Runs kQ5_1 = {1, 1, 1, 1, 4, 16};
constexpr Runs kQ8_0 = {1, 1, 32};
constexpr Runs kQ2K = {16, 64, 1, 1, 1, 1};
constexpr Runs kQ3K = {32, 64, 12, 1, 1};
constexpr Runs kQ4K = {1, 1, 1, 1, 4, 4, 4, 128};
constexpr Runs kQ5K = {1, 1, 1, 1, 4, 4, 4, 32, 128};
constexpr Runs kQ6K = {128, 64, 16, 1, 1};
constexpr Runs kMxfp4 = {1, 16};

constexpr ElementLayout floats(std::uint8_t width, std::uint8_t mantissa_bits) noexcept {
  return {width, true, mantissa_bits, {}};
}
constexpr ElementLayout integers(std::uint8_t width) noexcept { return {width, false, 0, {}}; }
constexpr ElementLayout quantized(std::span<const std::uint8_t> runs) noexcept {
  return {1, false, 0, runs};
}

}  // namespace

ElementLayout layout_of(tensor::DType dtype) noexcept {
  using tensor::DType;
  switch (dtype) {
    case DType::kF16:
      return floats(2, 10);
    case DType::kBf16:
      return floats(2, 7);
    case DType::kF32:
    case DType::kC64:
      return floats(4, 23);
    case DType::kF64:
      return floats(8, 52);
    case DType::kF8E4M3:
    case DType::kF8E4M3Fnuz:
      return floats(1, 3);
    case DType::kF8E5M2:
    case DType::kF8E5M2Fnuz:
      return floats(1, 2);
    case DType::kI16:
    case DType::kU16:
      return integers(2);
    case DType::kI32:
    case DType::kU32:
      return integers(4);
    case DType::kI64:
    case DType::kU64:
      return integers(8);
    case DType::kQ4_0:
    case DType::kIq4Nl:
      return quantized(kQ4_0);
    case DType::kQ4_1:
      return quantized(kQ4_1);
    case DType::kQ5_0:
      return quantized(kQ5_0);
    case DType::kQ5_1:
      return quantized(kQ5_1);
    case DType::kQ8_0:
      return quantized(kQ8_0);
    case DType::kQ2K:
      return quantized(kQ2K);
    case DType::kQ3K:
      return quantized(kQ3K);
    case DType::kQ4K:
      return quantized(kQ4K);
    case DType::kQ5K:
      return quantized(kQ5K);
    case DType::kQ6K:
      return quantized(kQ6K);
    case DType::kMxfp4:
      return quantized(kMxfp4);
    default:
      return integers(1);
  }
}

}  // namespace hartonomous::core::block
