// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Blocks of 32 to 128 weights that share one scale d: x = d * code, or d * code + minimum. Nibble
// codes come in two halves: the low nibbles are the first half of the block, the high nibbles the
// second. Five-bit types keep their fifth bits apart in one 32-bit word.
#include "core/tensor/decoders.hpp"
#include "core/tensor/float_formats.hpp"

namespace hartonomous::core::tensor {

namespace {

void q4_0(const std::uint8_t* block, float* out) {
  const float d = half_at(block);
  for (int j = 0; j < 16; ++j) {
    const int code = block[2 + j];
    out[j] = static_cast<float>((code & 15) - 8) * d;
    out[j + 16] = static_cast<float>((code >> 4) - 8) * d;
  }
}

void q4_1(const std::uint8_t* block, float* out) {
  const float d = half_at(block), minimum = half_at(block + 2);
  for (int j = 0; j < 16; ++j) {
    const int code = block[4 + j];
    out[j] = static_cast<float>(code & 15) * d + minimum;
    out[j + 16] = static_cast<float>(code >> 4) * d + minimum;
  }
}

// Elements j and j + 16 without their scale, for the types whose fifth bits are at `high`.
struct FiveBits {
  explicit FiveBits(const std::uint8_t* high) noexcept
      : bits(load_little_endian<std::uint32_t>(reinterpret_cast<const std::byte*>(high))) {}
  int first(int code, int j) const noexcept {
    return (code & 15) | static_cast<int>(bits >> j & 1) << 4;
  }
  int second(int code, int j) const noexcept {
    return code >> 4 | static_cast<int>(bits >> (j + 16) & 1) << 4;
  }
  std::uint32_t bits;
};

void q5_0(const std::uint8_t* block, float* out) {
  const float d = half_at(block);
  const FiveBits five(block + 2);
  for (int j = 0; j < 16; ++j) {
    out[j] = static_cast<float>(five.first(block[6 + j], j) - 16) * d;
    out[j + 16] = static_cast<float>(five.second(block[6 + j], j) - 16) * d;
  }
}

void q5_1(const std::uint8_t* block, float* out) {
  const float d = half_at(block), minimum = half_at(block + 2);
  const FiveBits five(block + 4);
  for (int j = 0; j < 16; ++j) {
    out[j] = static_cast<float>(five.first(block[8 + j], j)) * d + minimum;
    out[j + 16] = static_cast<float>(five.second(block[8 + j], j)) * d + minimum;
  }
}

void q8_0(const std::uint8_t* block, float* out) {
  const float d = half_at(block);
  for (int j = 0; j < 32; ++j) {
    out[j] = static_cast<float>(static_cast<std::int8_t>(block[2 + j])) * d;
  }
}

void iq4_nl(const std::uint8_t* block, float* out) {
  const float d = half_at(block);
  for (int j = 0; j < 16; ++j) {
    out[j] = d * kIq4Values[block[2 + j] & 15];
    out[j + 16] = d * kIq4Values[block[2 + j] >> 4];
  }
}

// Halving the scale makes up for the doubled table and is exact, as are the products, even where
// they are subnormal (e = 0 and 1).
void mxfp4(const std::uint8_t* block, float* out) {
  const float d = e8m0_to_float(block[0]) * 0.5F;
  for (int j = 0; j < 16; ++j) {
    out[j] = d * kFp4Doubled[block[1 + j] & 15];
    out[j + 16] = d * kFp4Doubled[block[1 + j] >> 4];
  }
}

// Unsigned E4M3 scale of a 16-weight group; the all-ones code stands for 0, as upstream reads it.
constexpr std::array<float, 256> unsigned_e4m3_halved() noexcept {
  std::array<float, 256> table{};
  for (unsigned code = 0; code < 256; ++code) {
    const float value = float8_to_float(static_cast<std::uint8_t>(code & 0x7f),
                                        {4, 7, Float8Format::kUnsignedZero});
    table[code] = code == 0x7f ? 0.0F : value * 0.5F;
  }
  return table;
}

void nvfp4(const std::uint8_t* block, float* out) {
  static constexpr std::array<float, 256> kScales = unsigned_e4m3_halved();
  for (int group = 0; group < 4; ++group) {
    const float d = kScales[block[group]];
    const std::uint8_t* codes = block + 4 + 8 * group;
    for (int j = 0; j < 8; ++j) {
      out[16 * group + j] = d * kFp4Doubled[codes[j] & 15];
      out[16 * group + j + 8] = d * kFp4Doubled[codes[j] >> 4];
    }
  }
}

void q1_0(const std::uint8_t* block, float* out) {
  const float d = half_at(block);
  for (int j = 0; j < 128; ++j) {
    out[j] = static_cast<float>(2 * (block[2 + j / 8] >> j % 8 & 1) - 1) * d;
  }
}

void q2_0(const std::uint8_t* block, float* out) {
  const float d = half_at(block);
  for (int j = 0; j < 64; ++j) {
    out[j] = static_cast<float>((block[2 + j / 4] >> 2 * (j % 4) & 3) - 1) * d;
  }
}

}  // namespace

Decoder small_block_decoder(DType dtype) noexcept {
  switch (dtype) {
    case DType::kQ4_0:
      return decode_blocks<q4_0, 32, 18>;
    case DType::kQ4_1:
      return decode_blocks<q4_1, 32, 20>;
    case DType::kQ5_0:
      return decode_blocks<q5_0, 32, 22>;
    case DType::kQ5_1:
      return decode_blocks<q5_1, 32, 24>;
    case DType::kQ8_0:
      return decode_blocks<q8_0, 32, 34>;
    case DType::kIq4Nl:
      return decode_blocks<iq4_nl, 32, 18>;
    case DType::kMxfp4:
      return decode_blocks<mxfp4, 32, 17>;
    case DType::kNvfp4:
      return decode_blocks<nvfp4, 64, 36>;
    case DType::kQ1_0:
      return decode_blocks<q1_0, 128, 18>;
    case DType::kQ2_0:
      return decode_blocks<q2_0, 64, 18>;
    default:
      return nullptr;
  }
}

}  // namespace hartonomous::core::tensor
