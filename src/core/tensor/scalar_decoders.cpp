// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tensor/decoders.hpp"
#include "core/tensor/float_formats.hpp"

namespace hartonomous::core::tensor {

namespace {

template <class T>
void numbers(const std::byte* in, std::size_t count, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = static_cast<float>(load_little_endian<T>(in + i * sizeof(T)));
  }
}

template <float (*Convert)(std::uint16_t)>
void halves(const std::byte* in, std::size_t count, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = Convert(load_little_endian<std::uint16_t>(in + 2 * i));
  }
}

// Any byte but 0 is true, as frameworks read it.
void booleans(const std::byte* in, std::size_t count, float* out) {
  for (std::size_t i = 0; i < count; ++i) out[i] = in[i] == std::byte{0} ? 0.0F : 1.0F;
}

void exponents(const std::byte* in, std::size_t count, float* out) {
  for (std::size_t i = 0; i < count; ++i) {
    out[i] = e8m0_to_float(std::to_integer<std::uint8_t>(in[i]));
  }
}

template <Float8Format Format>
void floats8(const std::byte* in, std::size_t count, float* out) {
  static constexpr std::array<float, 256> kTable = float8_table(Format);
  for (std::size_t i = 0; i < count; ++i) out[i] = kTable[std::to_integer<std::size_t>(in[i])];
}

}  // namespace

Decoder scalar_decoder(DType dtype) noexcept {
  switch (dtype) {
    case DType::kBool:
      return booleans;
    case DType::kU8:
      return numbers<std::uint8_t>;
    case DType::kI8:
      return numbers<std::int8_t>;
    case DType::kI16:
      return numbers<std::int16_t>;
    case DType::kU16:
      return numbers<std::uint16_t>;
    case DType::kI32:
      return numbers<std::int32_t>;
    case DType::kU32:
      return numbers<std::uint32_t>;
    case DType::kI64:
      return numbers<std::int64_t>;
    case DType::kU64:
      return numbers<std::uint64_t>;
    case DType::kF16:
      return halves<half_to_float>;
    case DType::kBf16:
      return halves<bfloat16_to_float>;
    case DType::kF32:
      return numbers<float>;
    case DType::kF64:
      return numbers<double>;
    case DType::kF8E4M3:
      return floats8<Float8Format{4, 7, Float8Format::kNanOnly}>;
    case DType::kF8E5M2:
      return floats8<Float8Format{5, 15, Float8Format::kIeee}>;
    case DType::kF8E4M3Fnuz:
      return floats8<Float8Format{4, 8, Float8Format::kUnsignedZero}>;
    case DType::kF8E5M2Fnuz:
      return floats8<Float8Format{5, 16, Float8Format::kUnsignedZero}>;
    case DType::kF8E8M0:
      return exponents;
    default:
      return nullptr;
  }
}

}  // namespace hartonomous::core::tensor
