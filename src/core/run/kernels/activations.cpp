// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/activations.hpp"

#include <algorithm>

namespace hartonomous::core::run {

namespace {

constexpr std::size_t kValuesPerPart = 1 << 15;  // too few to be worth another thread's wake-up

// work(position) for all positions.
template <class Work>
void for_positions(std::size_t positions, std::size_t columns, Workers& workers, const Work& work) {
  const std::size_t worth = positions * columns / kValuesPerPart + 1;
  const std::size_t parts = std::min({positions, workers.count(), worth});
  const auto some = [&](std::size_t part) {
    for (std::size_t p = positions * part / parts; p < positions * (part + 1) / parts; ++p) work(p);
  };
  if (parts == 1) return some(0);
  workers.run(parts, some);
}

}  // namespace

FloatForm Activations::floats(Form form, const KernelSet& kernels, Workers& workers) const {
  const bool is_view = form == Form::kExact && columns_ % 8 == 0 && positions_ < kWideFrom;
  if (is_view) return {values_.data(), columns_};
  const std::size_t stride = (columns_ + 7) / 8 * 8 + (positions_ < kWideFrom ? 0 : kRowGap / 4);
  Row<float>& rounded = floats_[static_cast<std::size_t>(form)];
  if (rounded.empty() && positions_ * stride != 0) {
    rounded.resize(positions_ * stride);
    for_positions(positions_, columns_, workers, [&](std::size_t p) {
      const float* in = row(p).data();
      float* out = rounded.data() + p * stride;
      if (form == Form::kHalf) {
        kernels.round_to_half(in, columns_, out);
      } else if (form == Form::kBfloat16) {
        kernels.round_to_bfloat16(in, columns_, out);
      } else {
        std::copy_n(in, columns_, out);
      }
    });
  }
  return {rounded.data(), stride};
}

CodeForm Activations::codes(Form form, const KernelSet& kernels, Workers& workers) const {
  const bool is_small = form == Form::kCodes32;
  const std::size_t blocks = columns_ / (is_small ? 32 : 256), groups = columns_ / 16;
  const std::size_t wide_stride = columns_ + kRowGap / 2;
  Codes& made = codes_[is_small ? 0 : 1];
  if (made.codes.empty() && positions_ * blocks != 0) {
    made.codes.resize(positions_ * columns_);
    if (positions_ >= kWideFrom) made.wide_codes.resize(positions_ * wide_stride);
    made.group_sums.resize(positions_ * groups);
    made.scales.resize(positions_ * blocks);
    if (is_small) made.scaled_sums.resize(positions_ * blocks);
    for_positions(positions_, columns_, workers, [&](std::size_t p) {
      const float* in = row(p).data();
      std::int8_t* codes = made.codes.data() + p * columns_;
      std::int16_t* sums = made.group_sums.data() + p * groups;
      float* scales = made.scales.data() + p * blocks;
      if (is_small) {
        kernels.code_32(in, blocks, codes, scales, sums, made.scaled_sums.data() + p * blocks);
      } else {
        kernels.code_256(in, blocks, codes, scales, sums);
      }
      if (positions_ >= kWideFrom) {
        std::copy_n(codes, columns_, made.wide_codes.data() + p * wide_stride);
      }
    });
  }
  return {made.codes.data(),  made.wide_codes.data(),  wide_stride, made.group_sums.data(),
          made.scales.data(), made.scaled_sums.data(), columns_,    blocks};
}

}  // namespace hartonomous::core::run
