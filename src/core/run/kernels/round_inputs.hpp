// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Inputs to the forms that forms.hpp names. Included once by each kernel set's source, after its
// Lanes. Codes are to nearest even, as the reference's vector code makes them (its portable code
// rounds ties away from zero).
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>

#include "core/run/kernels/stored.hpp"
#include "core/tensor/float_formats.hpp"

namespace hartonomous::core::run {

namespace {

template <class Round>
inline void round_row(const float* in, std::size_t count, float* out, std::size_t step,
                      Round round) noexcept {
  for (; count >= kLanes; count -= kLanes, in += kLanes, out += step) {
    round(Lanes::load(in)).store(out);
  }
  if (count > 0) round(load_rest(in, count)).store(out);
}

void round_to_half(const float* in, std::size_t count, float* out, std::size_t step) {
  round_row(in, count, out, step, [](Lanes x) { return x.rounded_to_half(); });
}
void round_to_bfloat16(const float* in, std::size_t count, float* out, std::size_t step) {
  round_row(in, count, out, step, [](Lanes x) { return x.rounded_to_bfloat16(); });
}

void to_half(const float* in, std::size_t count, std::byte* out) {
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) Lanes::load(in + i).store_half(out + 2 * i);
  if (i == count) return;
  std::byte rest[2 * kLanes];
  load_rest(in + i, count - i).store_half(rest);
  std::memcpy(out + 2 * i, rest, 2 * (count - i));
}

// The largest magnitude of a block; NaN if any of its values is not finite.
inline float magnitude(const float* in, std::size_t count) noexcept {
  Lanes most = Lanes::zero(), check = Lanes::zero();
  for (std::size_t i = 0; i < count; i += kLanes) {
    const Lanes x = Lanes::load(in + i);
    most = Lanes::maximum(most, Lanes::maximum(x, Lanes::zero() - x));
    check = Lanes::fma(x, Lanes::zero(), check);  // 0, or NaN
  }
  return most.largest() + check.sum();
}

// Codes of `count` values times `factor`, and the sums of each 16 of them.
inline void code(const float* in, std::size_t count, float factor, std::int8_t* codes,
                 std::int16_t* group_sums) noexcept {
  const Lanes factors = Lanes::all(factor);
  for (std::size_t i = 0; i < count; i += kLanes) {
    Lanes::round(Lanes::load(in + i) * factors).store_codes(codes + i);
  }
  for (std::size_t group = 0; group < count / 16; ++group) {
    int sum = 0;
    for (std::size_t i = 0; i < 16; ++i) sum += codes[16 * group + i];
    group_sums[group] = static_cast<std::int16_t>(sum);
  }
}

// Whether codes can be made: the factor that would make them is a number, and so is the magnitude.
inline bool is_codable(float most, float factor) noexcept {
  return most > 0 && factor <= std::numeric_limits<float>::max();
}

inline void clear(std::size_t count, std::int8_t* codes, std::int16_t* group_sums) noexcept {
  std::memset(codes, 0, count);
  std::memset(group_sums, 0, count / 16 * sizeof *group_sums);
}

void code_32(const float* in, std::size_t blocks, std::int8_t* codes, float* scales,
             std::int16_t* group_sums, float* scaled_sums) {
  for (std::size_t i = 0; i < blocks; ++i, in += 32, codes += 32, group_sums += 2) {
    const float most = magnitude(in, 32), scale = most / 127, factor = 127 / most;
    if (is_codable(most, factor)) {
      code(in, 32, factor, codes, group_sums);
    } else {
      clear(32, codes, group_sums);
    }
    const float sum = static_cast<float>(group_sums[0] + group_sums[1]);
    scales[i] = tensor::half_to_float(tensor::float_to_half(scale));
    scaled_sums[i] = tensor::half_to_float(tensor::float_to_half(scale * sum));
  }
}

void code_256(const float* in, std::size_t blocks, std::int8_t* codes, float* scales,
              std::int16_t* group_sums) {
  for (std::size_t i = 0; i < blocks; ++i, in += 256, codes += 256, group_sums += 16) {
    const float most = magnitude(in, 256), factor = 127 / most;
    if (is_codable(most, factor)) {
      code(in, 256, factor, codes, group_sums);
      scales[i] = 1 / factor;
    } else {
      clear(256, codes, group_sums);
      scales[i] = most != most ? most : 0;
    }
  }
}

}  // namespace

}  // namespace hartonomous::core::run
