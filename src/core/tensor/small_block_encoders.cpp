// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Blocks of 32 weights with one scale. The symmetric types (Q4_0, Q5_0) let the weight of largest
// magnitude, sign and all, take the lowest code; those with a minimum (Q4_1, Q5_1) spread their
// codes from the smallest weight to the largest; Q8_0 spreads them to the largest magnitude either
// way.
#include <cfloat>

#include "core/tensor/encoders.hpp"

namespace hartonomous::core::tensor {

namespace {

constexpr int kBlock = 32;

// A code from a weight already scaled and moved so that truncation rounds; what is above `top`
// becomes `top`.
std::uint8_t code(float moved, int top) noexcept {
  const auto low = static_cast<std::uint8_t>(static_cast<std::int8_t>(to_int(moved) & 255));
  return low < top ? low : static_cast<std::uint8_t>(top);
}

float inverse(float d) noexcept { return d != 0 ? 1.0F / d : 0.0F; }

float largest_magnitude(const float* x) noexcept {
  float magnitude = 0, largest = 0;
  for (int j = 0; j < kBlock; ++j) {
    if (magnitude < std::fabs(x[j])) {
      magnitude = std::fabs(x[j]);
      largest = x[j];
    }
  }
  return largest;
}

struct Range {
  float minimum, maximum;
};
Range range_of(const float* x) noexcept {
  Range range{FLT_MAX, -FLT_MAX};
  for (int j = 0; j < kBlock; ++j) {
    if (x[j] < range.minimum) range.minimum = x[j];
    if (x[j] > range.maximum) range.maximum = x[j];
  }
  return range;
}

void put_nibbles(const std::uint8_t* codes, std::uint8_t* to) noexcept {
  for (int j = 0; j < kBlock / 2; ++j) {
    to[j] = static_cast<std::uint8_t>((codes[j] & 15) | (codes[j + kBlock / 2] & 15) << 4);
  }
}

void put_fifth_bits(const std::uint8_t* codes, std::uint8_t* to) noexcept {
  std::uint32_t bits = 0;
  for (int j = 0; j < kBlock; ++j) bits |= (codes[j] >> 4 & 1U) << j;
  std::memcpy(to, &bits, sizeof bits);
}

// Codes of the symmetric types: `half` of them below zero.
void symmetric(const float* x, int half, std::uint8_t* scale, std::uint8_t* codes) noexcept {
  const float d = largest_magnitude(x) / static_cast<float>(-half);
  const float by = inverse(d);
  put_half(d, scale);
  const float zero = static_cast<float>(half) + 0.5F;
  for (int j = 0; j < kBlock; ++j) codes[j] = code(x[j] * by + zero, 2 * half - 1);
}

void with_minimum(const float* x, int top, std::uint8_t* scale, std::uint8_t* codes) noexcept {
  const Range range = range_of(x);
  const float d = (range.maximum - range.minimum) / static_cast<float>(top);
  const float by = inverse(d);
  put_half(d, scale);
  put_half(range.minimum, scale + 2);
  for (int j = 0; j < kBlock; ++j) codes[j] = code((x[j] - range.minimum) * by + 0.5F, top);
}

void q4_0(const float* x, std::uint8_t* block) {
  std::uint8_t codes[kBlock];
  symmetric(x, 8, block, codes);
  put_nibbles(codes, block + 2);
}

void q4_1(const float* x, std::uint8_t* block) {
  std::uint8_t codes[kBlock];
  with_minimum(x, 15, block, codes);
  put_nibbles(codes, block + 4);
}

void q5_0(const float* x, std::uint8_t* block) {
  std::uint8_t codes[kBlock];
  symmetric(x, 16, block, codes);
  put_fifth_bits(codes, block + 2);
  put_nibbles(codes, block + 6);
}

void q5_1(const float* x, std::uint8_t* block) {
  std::uint8_t codes[kBlock];
  with_minimum(x, 31, block, codes);
  put_fifth_bits(codes, block + 4);
  put_nibbles(codes, block + 8);
}

// Ties away from zero.
int rounded(float value) noexcept {
  const int whole = to_int(value);
  const float rest = value - static_cast<float>(whole);
  return whole + (rest >= 0.5F) - (rest <= -0.5F);
}

void q8_0(const float* x, std::uint8_t* block) {
  float magnitude = 0;
  for (int j = 0; j < kBlock; ++j) {
    const float of_weight = std::fabs(x[j]);
    magnitude = magnitude > of_weight ? magnitude : of_weight;
  }
  const float d = magnitude / 127.0F, by = inverse(d);
  put_half(d, block);
  for (int j = 0; j < kBlock; ++j) block[2 + j] = static_cast<std::uint8_t>(rounded(x[j] * by));
}

}  // namespace

BlockEncoder small_block_encoder(DType dtype) noexcept {
  switch (dtype) {
    case DType::kQ4_0:
      return encode_blocks<q4_0, kBlock, 18>;
    case DType::kQ4_1:
      return encode_blocks<q4_1, kBlock, 20>;
    case DType::kQ5_0:
      return encode_blocks<q5_0, kBlock, 22>;
    case DType::kQ5_1:
      return encode_blocks<q5_1, kBlock, 24>;
    case DType::kQ8_0:
      return encode_blocks<q8_0, kBlock, 34>;
    default:
      return nullptr;
  }
}

}  // namespace hartonomous::core::tensor
