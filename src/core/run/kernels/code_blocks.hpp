// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Quantised weights as small integers, a run at a time: 32 columns, or a super-block's 256, that
// share one float scale. Where groups within a super-block have integer scales, those are already
// in the codes (at most 128 * 63), so a run's product with 8-bit inputs is one exact
// integer sum: |sum| <= 8064 * 127 * 256 < 2^31. Minima that a type subtracts per 16 columns, and
// Q6_K's offset of its codes, stay apart, to meet the inputs' group sums. The layouts are those of
// core/tensor's decoders. Plain loops, which the compiler makes vector code of; included once by
// each kernel set's source.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "core/tensor/decoders.hpp"

namespace hartonomous::core::run {

namespace {

struct Run {
  alignas(32) std::int16_t codes[256];
  alignas(32) std::int16_t minima[16];  // super-blocks with kHasMinimum; Q6_K: 32 times the scales
  float scale;
  float minimum;  // of blocks of 32: added; of super-blocks: the minima's scale, subtracted
};

inline std::uint32_t word_at(const std::uint8_t* from) noexcept {
  std::uint32_t word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

// Blocks of 32: codes of both nibble halves, less an offset.
template <std::size_t HeaderBytes, bool FiveBits, bool HasMinimum>
struct Nibbles {
  static constexpr bool kIsFiveBits = FiveBits;
  static constexpr std::size_t kColumns = 32;
  static constexpr std::size_t kBytes = HeaderBytes + (kIsFiveBits ? 4 : 0) + 16;
  static constexpr bool kHasMinimum = HasMinimum;

  static void read(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
    const std::uint8_t* block = row + run * kBytes;
    to.scale = tensor::half_at(block);
    to.minimum = HasMinimum ? tensor::half_at(block + 2) : 0;
    const std::uint8_t* codes = block + kBytes - 16;
    constexpr int kOffset = HasMinimum ? 0 : kIsFiveBits ? 16 : 8;
    for (int j = 0; j < 16; ++j) {
      to.codes[j] = static_cast<std::int16_t>((codes[j] & 15) - kOffset);
      to.codes[j + 16] = static_cast<std::int16_t>((codes[j] >> 4) - kOffset);
    }
    if constexpr (kIsFiveBits) {
      const std::uint32_t high = word_at(block + HeaderBytes);
      for (int j = 0; j < 32; ++j) {
        to.codes[j] = static_cast<std::int16_t>(to.codes[j] + (high >> j & 1) * 16);
      }
    }
  }
};
using Q4_0 = Nibbles<2, false, false>;
using Q4_1 = Nibbles<4, false, true>;
using Q5_0 = Nibbles<2, true, false>;
using Q5_1 = Nibbles<4, true, true>;

struct Q8_0 {
  static constexpr std::size_t kColumns = 32, kBytes = 34;
  static constexpr bool kHasMinimum = false;
  static void read(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
    const std::uint8_t* block = row + run * kBytes;
    to.scale = tensor::half_at(block);
    for (int j = 0; j < 32; ++j) to.codes[j] = static_cast<std::int8_t>(block[2 + j]);
  }
};

// Four-bit codes that stand for entries of a table.
template <std::size_t HeaderBytes, const float* Values>
struct Looked {
  static constexpr std::size_t kColumns = 32, kBytes = HeaderBytes + 16;
  static constexpr bool kHasMinimum = false;
  static void read(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
    const std::uint8_t* block = row + run * kBytes;
    to.scale = HeaderBytes == 2 ? tensor::half_at(block) : tensor::e8m0_to_float(block[0]) * 0.5F;
    for (int j = 0; j < 16; ++j) {
      const int code = block[HeaderBytes + j];
      to.codes[j] = static_cast<std::int16_t>(Values[code & 15]);
      to.codes[j + 16] = static_cast<std::int16_t>(Values[code >> 4]);
    }
  }
};
using Iq4Nl = Looked<2, tensor::kIq4Values>;
using Mxfp4 = Looked<1, tensor::kFp4Doubled>;

// One bit per weight, -1 or 1, a scale per 128; and two, -1 to 2, a scale per 64.
struct Q1_0 {
  static constexpr std::size_t kColumns = 32, kBytes = 18;  // of 128 columns
  static constexpr bool kHasMinimum = false;
  static void read(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
    const std::uint8_t* block = row + run / 4 * kBytes;
    const std::uint32_t bits = word_at(block + 2 + run % 4 * 4);
    to.scale = tensor::half_at(block);
    for (int j = 0; j < 32; ++j) {
      to.codes[j] = static_cast<std::int16_t>(static_cast<int>(bits >> j & 1) * 2 - 1);
    }
  }
};
struct Q2_0 {
  static constexpr std::size_t kColumns = 32, kBytes = 18;  // of 64 columns
  static constexpr bool kHasMinimum = false;
  static void read(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
    const std::uint8_t* block = row + run / 2 * kBytes;
    const std::uint8_t* codes = block + 2 + run % 2 * 8;
    to.scale = tensor::half_at(block);
    for (int j = 0; j < 32; ++j) {
      to.codes[j] = static_cast<std::int16_t>((codes[j / 4] >> 2 * (j % 4) & 3) - 1);
    }
  }
};

struct Q2K {
  static constexpr std::size_t kColumns = 256, kBytes = 84;
  static constexpr bool kHasMinimum = true;
  static void read(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
    const std::uint8_t* block = row + run * kBytes;
    to.scale = tensor::half_at(block + 80);
    to.minimum = tensor::half_at(block + 82);
    for (int group = 0; group < 16; ++group) {
      const int scale = block[group] & 15, shift = group % 8 / 2 * 2;
      to.minima[group] = static_cast<std::int16_t>(block[group] >> 4);
      const std::uint8_t* codes = block + 16 + group / 8 * 32 + group % 2 * 16;
      for (int j = 0; j < 16; ++j) {
        to.codes[16 * group + j] = static_cast<std::int16_t>((codes[j] >> shift & 3) * scale);
      }
    }
  }
};

struct Q3K {
  static constexpr std::size_t kColumns = 256, kBytes = 110;
  static constexpr bool kHasMinimum = false;
  static void read(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
    const std::uint8_t* block = row + run * kBytes;
    const std::uint8_t* scales = block + 96;
    to.scale = tensor::half_at(block + 108);
    for (int group = 0; group < 16; ++group) {
      const int low = scales[group % 8] >> (group < 8 ? 0 : 4) & 15;
      const int scale = (low | (scales[8 + group % 4] >> group / 4 * 2 & 3) << 4) - 32;
      const std::uint8_t* codes = block + 32 + group / 8 * 32 + group % 2 * 16;
      const std::uint8_t* bits = block + group % 2 * 16;
      const int shift = group % 8 / 2 * 2, plane = group / 2;
      for (int j = 0; j < 16; ++j) {
        const int code = (codes[j] >> shift & 3) + (bits[j] >> plane & 1) * 4 - 4;
        to.codes[16 * group + j] = static_cast<std::int16_t>(code * scale);
      }
    }
  }
};

// The eight six-bit scales and minima that Q4_K and Q5_K pack into 12 bytes.
struct SixBits {
  const std::uint8_t* bytes;
  int scale(int i) const noexcept {
    return i < 4 ? bytes[i] & 63 : (bytes[i + 4] & 15) | bytes[i - 4] >> 6 << 4;
  }
  int minimum(int i) const noexcept {
    return i < 4 ? bytes[i + 4] & 63 : bytes[i + 4] >> 4 | bytes[i] >> 6 << 4;
  }
};

template <bool IsFiveBits>
struct NibblesK {
  static constexpr std::size_t kColumns = 256, kBytes = IsFiveBits ? 176 : 144;
  static constexpr bool kHasMinimum = true;
  static void read(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
    const std::uint8_t* block = row + run * kBytes;
    to.scale = tensor::half_at(block);
    to.minimum = tensor::half_at(block + 2);
    const SixBits packed{block + 4};
    for (int group = 0; group < 8; ++group) {
      const int scale = packed.scale(group), shift = group % 2 * 4;
      to.minima[2 * group] = to.minima[2 * group + 1] =
          static_cast<std::int16_t>(packed.minimum(group));
      const std::uint8_t* codes = block + (IsFiveBits ? 48 : 16) + group / 2 * 32;
      for (int j = 0; j < 32; ++j) {
        int code = codes[j] >> shift & 15;
        if constexpr (IsFiveBits) code |= (block[16 + j] >> group & 1) << 4;
        to.codes[32 * group + j] = static_cast<std::int16_t>(code * scale);
      }
    }
  }
};
using Q4K = NibblesK<false>;
using Q5K = NibblesK<true>;

struct Q6K {
  static constexpr std::size_t kColumns = 256, kBytes = 210;
  static constexpr bool kHasMinimum = false;
  static void read(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
    const std::uint8_t* block = row + run * kBytes;
    to.scale = tensor::half_at(block + 208);
    for (int group = 0; group < 16; ++group) {
      const int half = group / 8, quarter = group % 8 / 2, from = group % 2 * 16;
      const std::uint8_t* low = block + 64 * half + quarter % 2 * 32 + from;
      const std::uint8_t* high = block + 128 + 32 * half + from;
      const int scale = static_cast<std::int8_t>(block[192 + group]), shift = quarter / 2 * 4;
      to.minima[group] = static_cast<std::int16_t>(32 * scale);
      for (int j = 0; j < 16; ++j) {
        const int code = (low[j] >> shift & 15) | (high[j] >> 2 * quarter & 3) << 4;
        to.codes[16 * group + j] = static_cast<std::int16_t>(code * scale);
      }
    }
  }
};

struct Iq4Xs {
  static constexpr std::size_t kColumns = 256, kBytes = 136;
  static constexpr bool kHasMinimum = false;
  static void read(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
    const std::uint8_t* block = row + run * kBytes;
    to.scale = tensor::half_at(block);
    const int scales_high = block[2] | block[3] << 8;
    for (int group = 0; group < 8; ++group) {
      const int low = block[4 + group / 2] >> 4 * (group % 2) & 15;
      const int scale = (low | (scales_high >> 2 * group & 3) << 4) - 32;
      const std::uint8_t* codes = block + 8 + 16 * group;
      for (int j = 0; j < 16; ++j) {
        const int first = static_cast<int>(tensor::kIq4Values[codes[j] & 15]);
        const int second = static_cast<int>(tensor::kIq4Values[codes[j] >> 4]);
        to.codes[32 * group + j] = static_cast<std::int16_t>(first * scale);
        to.codes[32 * group + j + 16] = static_cast<std::int16_t>(second * scale);
      }
    }
  }
};

struct Tq2_0 {
  static constexpr std::size_t kColumns = 256, kBytes = 66;
  static constexpr bool kHasMinimum = false;
  static void read(const std::uint8_t* row, std::size_t run, Run& to) noexcept {
    const std::uint8_t* block = row + run * kBytes;
    to.scale = tensor::half_at(block + 64);
    for (int group = 0; group < 8; ++group) {
      for (int j = 0; j < 32; ++j) {
        to.codes[32 * group + j] =
            static_cast<std::int16_t>((block[group / 4 * 32 + j] >> group % 4 * 2 & 3) - 1);
      }
    }
  }
};

}  // namespace

}  // namespace hartonomous::core::run
