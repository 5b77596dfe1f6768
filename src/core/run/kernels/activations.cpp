// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/kernels/activations.hpp"

#include <algorithm>
#include <cstring>

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

// One position's codes, whole fours of them, to their places in a form for tiles.
void lay_for_tiles(std::span<const std::int8_t> codes, std::size_t position, const CodeForm& form,
                   std::span<std::int8_t> tiles, std::span<std::int16_t> wide_tiles) {
  const std::size_t in_three = position % kTogether;
  for (std::size_t begin = 0; begin < codes.size(); begin += kCodeColumns) {
    const auto some = codes.subspan(begin, std::min(codes.size() - begin, kCodeColumns));
    const std::size_t place = form.place(position - in_three, begin);
    std::int8_t* narrow = tiles.data() + place + 4 * in_three;
    std::int16_t* wide = wide_tiles.data() + place + 2 * in_three;
    for (std::size_t c = 0; c < some.size(); c += 4) {
      std::memcpy(narrow, some.data() + c, 4);
      wide[0] = some[c];
      wide[1] = some[c + 1];
      wide[2 * kTogether] = some[c + 2];
      wide[2 * kTogether + 1] = some[c + 3];
      narrow += 4 * kTogether;
      wide += 4 * kTogether;
    }
  }
}

}  // namespace

FloatForm Activations::floats(Form form, const KernelSet& kernels, Workers& workers) const {
  const bool is_tiled = positions_ >= kTileFrom;
  if (form == Form::kExact && columns_ % 8 == 0 && !is_tiled) return {values_.data(), columns_};
  const std::size_t stride = (columns_ + 7) / 8 * 8;
  const std::size_t together = is_tiled ? kTogether : 1;
  Row<float>& rounded = floats_[static_cast<std::size_t>(form)];
  if (rounded.empty() && positions_ * stride != 0) {
    rounded.resize((positions_ + together - 1) / together * together * stride);
    for_positions(positions_, columns_, workers, [&](std::size_t p) {
      const float* in = row(p).data();
      float* out = rounded.data() + p / together * together * stride + p % together * 8;
      if (form == Form::kHalf) {
        kernels.round_to_half(in, columns_, out, 8 * together);
      } else if (form == Form::kBfloat16) {
        kernels.round_to_bfloat16(in, columns_, out, 8 * together);
      } else {
        for (std::size_t c = 0; c < columns_; c += 8) {
          std::copy_n(in + c, std::min<std::size_t>(columns_ - c, 8), out + c * together);
        }
      }
    });
  }
  return {rounded.data(), stride};
}

CodeForm Activations::codes(Form form, const KernelSet& kernels, Workers& workers) const {
  const bool is_small = form == Form::kCodes32, is_tiled = positions_ >= kWideFrom;
  const std::size_t blocks = columns_ / (is_small ? 32 : 256), groups = columns_ / 16;
  const std::size_t together = is_tiled ? kTogether : 1;
  const std::size_t positions = (positions_ + together - 1) / together * together;
  Codes& made = codes_[is_small ? 0 : 1];
  CodeForm form_made{nullptr, nullptr,  nullptr, nullptr,  nullptr,
                     nullptr, columns_, blocks,  positions};
  if (made.codes.empty() && positions_ * blocks != 0) {
    made.codes.resize(positions * columns_);
    if (is_tiled) {
      const std::size_t tiles = (columns_ + kCodeColumns - 1) / kCodeColumns;
      made.tiles.resize(tiles * positions * kCodeColumns);
      made.wide_tiles.resize(tiles * positions * kCodeColumns);
    }
    made.group_sums.resize(positions * groups);
    made.scales.resize(positions * blocks);
    if (is_small) made.scaled_sums.resize(positions * blocks);
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
      if (is_tiled) lay_for_tiles({codes, columns_}, p, form_made, made.tiles, made.wide_tiles);
    });
  }
  form_made.codes = made.codes.data();
  form_made.tiles = made.tiles.data();
  form_made.wide_tiles = made.wide_tiles.data();
  form_made.group_sums = made.group_sums.data();
  form_made.scales = made.scales.data();
  form_made.scaled_sums = made.scaled_sums.data();
  return form_made;
}

}  // namespace hartonomous::core::run
