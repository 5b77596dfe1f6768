// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Super-blocks of 256 weights. Each group first finds the scale (and minimum) that fit it best in
// weighted least squares: a few grids are laid over it, each gives codes, the codes give a scale by
// regression, and the one with the least error is kept. The groups' scales are then themselves
// rounded to a grid, and the codes taken anew from what is left of them. Sums run in the order of
// the weights, in float32: another order would round otherwise and choose another grid now and
// then.
#include <algorithm>
#include <bit>

#include "core/tensor/encoders.hpp"

namespace hartonomous::core::tensor {

namespace {

constexpr int kElements = 256;
constexpr float kNothing = 1e-15F;  // groups below this magnitude are all zero

// To nearest, ties to even, by pushing the fraction out of the significand; for |value| < 2^22.
int nearest(float value) noexcept {
  const auto bits = std::bit_cast<std::int32_t>(value + 12582912.0F);
  return (bits & 0x007fffff) - 0x00400000;
}

float as_float(int value) noexcept { return static_cast<float>(value); }

// A group of 32 with a scale and a minimum that is not above zero.
class MinimumFit {
 public:
  static constexpr int kGroup = 32;

  MinimumFit(const float* x, int top) noexcept : x_(x), top_(top) {
    float squares = 0;
    for (int i = 0; i < kGroup; ++i) squares += x[i] * x[i];
    const float typical = std::sqrt(squares / kGroup);
    for (int i = 0; i < kGroup; ++i) weights_[i] = typical + std::fabs(x[i]);
  }

  // Tries `steps` + 1 grids besides the plain one, from `first` levels more than fit on.
  void fit(float first, int steps) noexcept {
    measure();
    if (maximum_ == minimum) return;
    const float plain = as_float(top_) / (maximum_ - minimum);
    scale = 1 / plain;
    take_codes(plain);
    std::copy_n(codes_, kGroup, codes);
    float least = error(scale, minimum);
    for (int step = 0; step <= steps; ++step) {
      // From the minimum that the best fit so far has found.
      take_codes((first + 0.1F * as_float(step) + as_float(top_)) / (maximum_ - minimum));
      regress(least);
    }
  }

  float scale = 0;
  float minimum = 0;
  float codes[kGroup] = {};

 private:
  void measure() noexcept {
    float maximum = x_[0];
    minimum = x_[0];
    sum_weights_ = weights_[0];
    sum_x_ = sum_weights_ * x_[0];
    for (int i = 1; i < kGroup; ++i) {
      if (x_[i] < minimum) minimum = x_[i];
      if (x_[i] > maximum) maximum = x_[i];
      sum_weights_ += weights_[i];
      sum_x_ += weights_[i] * x_[i];
    }
    if (minimum > 0) minimum = 0;
    maximum_ = maximum;
  }

  void take_codes(float inverse) noexcept {
    for (int i = 0; i < kGroup; ++i) {
      codes_[i] = as_float(std::clamp(nearest(inverse * (x_[i] - minimum)), 0, top_));
    }
  }

  float error(float of_scale, float of_minimum) const noexcept {
    float sum = 0;
    for (int i = 0; i < kGroup; ++i) {
      const float difference = of_scale * codes_[i] + of_minimum - x_[i];
      sum += weights_[i] * (difference * difference);
    }
    return sum;
  }

  // The scale and minimum that fit these codes best; kept if their error is below `least`.
  void regress(float& least) noexcept {
    float sum_code = 0, sum_square = 0, sum_product = 0;
    for (int i = 0; i < kGroup; ++i) {
      const float weighted = weights_[i] * codes_[i];
      sum_code += weighted;
      sum_square += weighted * codes_[i];
      sum_product += weighted * x_[i];
    }
    const float determinant = sum_weights_ * sum_square - sum_code * sum_code;
    if (!(determinant > 0)) return;
    float of_scale = (sum_weights_ * sum_product - sum_x_ * sum_code) / determinant;
    float of_minimum = (sum_square * sum_x_ - sum_code * sum_product) / determinant;
    if (of_minimum > 0) {
      of_minimum = 0;
      of_scale = sum_product / sum_square;
    }
    const float sum = error(of_scale, of_minimum);
    if (!(sum < least)) return;
    least = sum;
    scale = of_scale;
    minimum = of_minimum;
    std::copy_n(codes_, kGroup, codes);
  }

  const float* x_;
  int top_;
  float weights_[kGroup], codes_[kGroup];
  float maximum_ = 0, sum_weights_ = 0, sum_x_ = 0;
};

// Six bits of the scale and six of the minimum of eight groups in 12 bytes: the first four groups'
// whole, the others' low nibbles together and their high pairs above the first four's.
void put_scales(const std::uint8_t* scales, const std::uint8_t* minima, std::uint8_t* to) noexcept {
  for (int j = 0; j < 4; ++j) {
    to[j] = static_cast<std::uint8_t>(scales[j] | scales[j + 4] >> 4 << 6);
    to[j + 4] = static_cast<std::uint8_t>(minima[j] | minima[j + 4] >> 4 << 6);
    to[j + 8] = static_cast<std::uint8_t>((scales[j + 4] & 15) | (minima[j + 4] & 15) << 4);
  }
}

std::uint8_t six_bits(float scaled) noexcept {
  return std::min<std::uint8_t>(63, static_cast<std::uint8_t>(nearest(scaled)));
}

// d, dmin and scales of Q4_K and Q5_K to the start of `block`, codes 0 .. top to `codes`.
void fit_super_block(const float* x, int top, float first, int steps, std::uint8_t* block,
                     std::uint8_t* codes) noexcept {
  float scales[8], minima[8], largest_scale = 0, largest_minimum = 0;
  for (int group = 0; group < 8; ++group) {
    MinimumFit fit(x + 32 * group, top);
    fit.fit(first, steps);
    scales[group] = fit.scale;
    minima[group] = -fit.minimum;
    for (int i = 0; i < 32; ++i) codes[32 * group + i] = static_cast<std::uint8_t>(fit.codes[i]);
    if (scales[group] > largest_scale) largest_scale = scales[group];
    if (minima[group] > largest_minimum) largest_minimum = minima[group];
  }
  const float per_scale = largest_scale > 0 ? 63.0F / largest_scale : 0.0F;
  const float per_minimum = largest_minimum > 0 ? 63.0F / largest_minimum : 0.0F;
  std::uint8_t scale_codes[8], minimum_codes[8];
  for (int group = 0; group < 8; ++group) {
    scale_codes[group] = six_bits(per_scale * scales[group]);
    minimum_codes[group] = six_bits(per_minimum * minima[group]);
  }
  put_scales(scale_codes, minimum_codes, block + 4);
  const float d = put_half(largest_scale / 63.0F, block);
  const float dmin = put_half(largest_minimum / 63.0F, block + 2);
  for (int group = 0; group < 8; ++group) {
    const float scale = d * as_float(scale_codes[group]);
    const float minimum = dmin * as_float(minimum_codes[group]);
    if (scale == 0) continue;  // the fit's codes stay, though they mean nothing
    for (int i = 32 * group; i < 32 * group + 32; ++i) {
      codes[i] = static_cast<std::uint8_t>(std::clamp(nearest((x[i] + minimum) / scale), 0, top));
    }
  }
}

void q4_k(const float* x, std::uint8_t* block) {
  std::uint8_t codes[kElements];
  fit_super_block(x, 15, -1.0F, 20, block, codes);
  for (int j = 0; j < kElements / 2; ++j) {
    const int low = j / 32 * 64 + j % 32;
    block[16 + j] = static_cast<std::uint8_t>(codes[low] | codes[low + 32] << 4);
  }
}

void q5_k(const float* x, std::uint8_t* block) {
  std::uint8_t codes[kElements];
  fit_super_block(x, 31, -0.5F, 15, block, codes);
  for (int j = 0; j < 32; ++j) {
    unsigned high = 0;
    for (int group = 0; group < 8; ++group) high |= (codes[32 * group + j] >> 4 & 1U) << group;
    block[16 + j] = static_cast<std::uint8_t>(high);
  }
  for (int j = 0; j < kElements / 2; ++j) {
    const int low = j / 32 * 64 + j % 32;
    block[48 + j] = static_cast<std::uint8_t>((codes[low] & 15) | (codes[low + 32] & 15) << 4);
  }
}

// A group of 16 with codes -32 .. 31, weighted by the squares.
struct SymmetricFit {
  static constexpr int kGroup = 16, kHalf = 32;

  explicit SymmetricFit(const float* from) noexcept : x(from) {
    float magnitude = 0, largest = 0;
    for (int i = 0; i < kGroup; ++i) {
      if (std::fabs(x[i]) > magnitude) {
        magnitude = std::fabs(x[i]);
        largest = x[i];
      }
    }
    if (magnitude < kNothing) return;
    attempt(as_float(-kHalf) / largest, true);
    for (int step = -9; step <= 9; ++step) {
      if (step != 0) attempt(-(as_float(kHalf) + 0.1F * as_float(step)) / largest, false);
    }
  }

  // Codes for this grid and the scale that suits them; kept if it is the first or the best so far.
  void attempt(float inverse, bool is_first) noexcept {
    float product = 0, square = 0;
    int of_grid[kGroup];
    for (int i = 0; i < kGroup; ++i) {
      of_grid[i] = std::clamp(nearest(inverse * x[i]), -kHalf, kHalf - 1);
      const float code = as_float(of_grid[i]), weight = x[i] * x[i];
      product += weight * x[i] * code;
      square += weight * code * code;
    }
    if (!is_first && !(square > 0 && product * product > best * square)) return;
    scale = square != 0 ? product / square : 0.0F;
    best = scale * product;
    for (int i = 0; i < kGroup; ++i) codes[i] = static_cast<std::uint8_t>(of_grid[i] + kHalf);
  }

  const float* x;
  float scale = 0, best = 0;
  std::uint8_t codes[kGroup] = {};
};

void q6_k(const float* x, std::uint8_t* block) {
  std::uint8_t codes[kElements];
  float scales[16], largest_magnitude = 0, largest = 0;
  for (int group = 0; group < 16; ++group) {
    const SymmetricFit fit(x + 16 * group);
    scales[group] = fit.scale;
    std::copy_n(fit.codes, 16, codes + 16 * group);
    if (std::fabs(scales[group]) > largest_magnitude) {
      largest_magnitude = std::fabs(scales[group]);
      largest = scales[group];
    }
  }
  std::memset(block, 0, 210);
  if (largest_magnitude < kNothing) return;
  const float inverse = -128.0F / largest;
  const float d = put_half(1 / inverse, block + 208);
  for (int group = 0; group < 16; ++group) {
    const int code = std::min(127, nearest(inverse * scales[group]));
    block[192 + group] = static_cast<std::uint8_t>(code);
    const float scale = d * as_float(static_cast<std::int8_t>(code & 255));
    if (scale == 0) continue;  // the fit's codes stay, though they mean nothing
    for (int i = 16 * group; i < 16 * group + 16; ++i) {
      codes[i] = static_cast<std::uint8_t>(std::clamp(nearest(x[i] / scale), -32, 31) + 32);
    }
  }
  for (int half = 0; half < 2; ++half) {
    const std::uint8_t* from = codes + 128 * half;
    for (int j = 0; j < 64; ++j) {
      block[64 * half + j] = static_cast<std::uint8_t>((from[j] & 15) | (from[j + 64] & 15) << 4);
    }
    for (int j = 0; j < 32; ++j) {
      block[128 + 32 * half + j] = static_cast<std::uint8_t>(
          from[j] >> 4 | from[j + 32] >> 4 << 2 | from[j + 64] >> 4 << 4 | from[j + 96] >> 4 << 6);
    }
  }
}

}  // namespace

BlockEncoder super_block_encoder(DType dtype) noexcept {
  switch (dtype) {
    case DType::kQ4K:
      return encode_blocks<q4_k, kElements, 144>;
    case DType::kQ5K:
      return encode_blocks<q5_k, kElements, 176>;
    case DType::kQ6K:
      return encode_blocks<q6_k, kElements, 210>;
    default:
      return nullptr;
  }
}

}  // namespace hartonomous::core::tensor
