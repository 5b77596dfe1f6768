// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Super-blocks of 256 weights: groups of 16 or 32 have their own small integer scale (and minimum),
// and one half-precision d (and dmin) scales those. Codes of neighbouring groups share bytes: a
// byte's bit pairs, or nibbles, belong to groups 32 or 64 elements apart.
#include "core/tensor/decoders.hpp"
#include "core/tensor/float_formats.hpp"

namespace hartonomous::core::tensor {

namespace {

constexpr int kElements = 256;

// scales[16] (low nibble scale, high nibble minimum), codes[64], d, dmin.
void q2_k(const std::uint8_t* block, float* out) {
  const std::uint8_t *scales = block, *codes = block + 16;
  const float d = half_at(block + 80), dmin = half_at(block + 82);
  for (int group = 0; group < 16; ++group) {
    const float scale = d * static_cast<float>(scales[group] & 15);
    const float minimum = dmin * static_cast<float>(scales[group] >> 4);
    const std::uint8_t* from = codes + group / 8 * 32 + group % 2 * 16;
    const int shift = group % 8 / 2 * 2;
    for (int j = 0; j < 16; ++j) {
      out[16 * group + j] = scale * static_cast<float>(from[j] >> shift & 3) - minimum;
    }
  }
}

// hmask[32], codes[64], scales[12], d. A group's six-bit scale: low nibble in bytes 0-7 of scales,
// high bit pair in bytes 8-11.
void q3_k(const std::uint8_t* block, float* out) {
  const std::uint8_t *mask = block, *codes = block + 32, *scales = block + 96;
  const float d = half_at(block + 108);
  for (int group = 0; group < 16; ++group) {
    const int low = scales[group % 8] >> (group < 8 ? 0 : 4) & 15;
    const int high = scales[8 + group % 4] >> group / 4 * 2 & 3;
    const float scale = d * static_cast<float>((low | high << 4) - 32);
    const std::uint8_t* from = codes + group / 8 * 32 + group % 2 * 16;
    const std::uint8_t* bits = mask + group % 2 * 16;
    const int shift = group % 8 / 2 * 2, plane = group / 2;
    for (int j = 0; j < 16; ++j) {
      const int code = (from[j] >> shift & 3) + (bits[j] >> plane & 1) * 4 - 4;
      out[16 * group + j] = scale * static_cast<float>(code);
    }
  }
}

// The eight six-bit scales and minima that Q4_K and Q5_K pack into 12 bytes.
struct PackedScales {
  const std::uint8_t* bytes;
  int scale(int i) const noexcept {
    return i < 4 ? bytes[i] & 63 : (bytes[i + 4] & 15) | bytes[i - 4] >> 6 << 4;
  }
  int minimum(int i) const noexcept {
    return i < 4 ? bytes[i + 4] & 63 : bytes[i + 4] >> 4 | bytes[i] >> 6 << 4;
  }
};

// d, dmin, scales[12], codes[128].
void q4_k(const std::uint8_t* block, float* out) {
  const float d = half_at(block), dmin = half_at(block + 2);
  const PackedScales packed{block + 4};
  for (int group = 0; group < 8; ++group) {
    const float scale = d * static_cast<float>(packed.scale(group));
    const float minimum = dmin * static_cast<float>(packed.minimum(group));
    const std::uint8_t* codes = block + 16 + group / 2 * 32;
    const int shift = group % 2 * 4;
    for (int j = 0; j < 32; ++j) {
      out[32 * group + j] = scale * static_cast<float>(codes[j] >> shift & 15) - minimum;
    }
  }
}

// d, dmin, scales[12], high[32], codes[128]: bit `group` of high[j] is the fifth bit.
void q5_k(const std::uint8_t* block, float* out) {
  const float d = half_at(block), dmin = half_at(block + 2);
  const PackedScales packed{block + 4};
  const std::uint8_t* high = block + 16;
  for (int group = 0; group < 8; ++group) {
    const float scale = d * static_cast<float>(packed.scale(group));
    const float minimum = dmin * static_cast<float>(packed.minimum(group));
    const std::uint8_t* codes = block + 48 + group / 2 * 32;
    const int shift = group % 2 * 4;
    for (int j = 0; j < 32; ++j) {
      const int code = (codes[j] >> shift & 15) | (high[j] >> group & 1) << 4;
      out[32 * group + j] = scale * static_cast<float>(code) - minimum;
    }
  }
}

// low[128], high[64], i8 scales[16], d. Quarter q of a half of 128 takes nibbles from low (the
// second 32 bytes for odd q) and bit pair q of high.
void q6_k(const std::uint8_t* block, float* out) {
  const float d = half_at(block + 208);
  for (int half = 0; half < 2; ++half) {
    const std::uint8_t* scales = block + 192 + 8 * half;
    for (int quarter = 0; quarter < 4; ++quarter) {
      const std::uint8_t* low = block + 64 * half + quarter % 2 * 32;
      const std::uint8_t* high = block + 128 + 32 * half;
      const int shift = quarter / 2 * 4;
      for (int group = 0; group < 2; ++group) {
        const float scale =
            d * static_cast<float>(static_cast<std::int8_t>(scales[2 * quarter + group]));
        float* to = out + 128 * half + 32 * quarter + 16 * group;
        for (int j = 0; j < 16; ++j) {
          const int at = 16 * group + j;
          const int code = (low[at] >> shift & 15) | (high[at] >> 2 * quarter & 3) << 4;
          to[j] = scale * static_cast<float>(code - 32);
        }
      }
    }
  }
}

// d, u16 scales_h, scales_l[4], codes[128].
void iq4_xs(const std::uint8_t* block, float* out) {
  const float d = half_at(block);
  const int scales_high = block[2] | block[3] << 8;
  for (int group = 0; group < 8; ++group) {
    const int low = block[4 + group / 2] >> 4 * (group % 2) & 15;
    const int high = scales_high >> 2 * group & 3;
    const float scale = d * static_cast<float>((low | high << 4) - 32);
    const std::uint8_t* codes = block + 8 + 16 * group;
    for (int j = 0; j < 16; ++j) {
      out[32 * group + j] = scale * kIq4Values[codes[j] & 15];
      out[32 * group + j + 16] = scale * kIq4Values[codes[j] >> 4];
    }
  }
}

// Digit n of the base-3 fraction that a byte of TQ1_0 is: multiply, and take what carries over.
float ternary_digit(std::uint8_t byte, int n) noexcept {
  constexpr int kPowers[5] = {1, 3, 9, 27, 81};
  const int moved = byte * kPowers[n] & 255;
  return static_cast<float>((moved * 3 >> 8) - 1);
}

// codes[48] of five digits each (the first 32 and the last 16 interleave apart), high[4] of four,
// d.
void tq1_0(const std::uint8_t* block, float* out) {
  const float d = half_at(block + 52);
  const auto digits = [&](const std::uint8_t* codes, int count, int per_byte) {
    for (int n = 0; n < per_byte; ++n) {
      for (int j = 0; j < count; ++j) *out++ = ternary_digit(codes[j], n) * d;
    }
  };
  digits(block, 32, 5);
  digits(block + 32, 16, 5);
  digits(block + 48, 4, 4);
}

// codes[64], d.
void tq2_0(const std::uint8_t* block, float* out) {
  const float d = half_at(block + 64);
  for (int group = 0; group < 8; ++group) {
    const std::uint8_t* codes = block + group / 4 * 32;
    const int shift = group % 4 * 2;
    for (int j = 0; j < 32; ++j) {
      out[32 * group + j] = static_cast<float>((codes[j] >> shift & 3) - 1) * d;
    }
  }
}

}  // namespace

Decoder super_block_decoder(DType dtype) noexcept {
  switch (dtype) {
    case DType::kQ2K:
      return decode_blocks<q2_k, kElements, 84>;
    case DType::kQ3K:
      return decode_blocks<q3_k, kElements, 110>;
    case DType::kQ4K:
      return decode_blocks<q4_k, kElements, 144>;
    case DType::kQ5K:
      return decode_blocks<q5_k, kElements, 176>;
    case DType::kQ6K:
      return decode_blocks<q6_k, kElements, 210>;
    case DType::kIq4Xs:
      return decode_blocks<iq4_xs, kElements, 136>;
    case DType::kTq1_0:
      return decode_blocks<tq1_0, kElements, 54>;
    case DType::kTq2_0:
      return decode_blocks<tq2_0, kElements, 66>;
    default:
      return nullptr;
  }
}

}  // namespace hartonomous::core::tensor
