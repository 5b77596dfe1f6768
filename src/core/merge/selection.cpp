// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/merge/selection.hpp"

namespace hartonomous::core::merge {

void Largest::observe(int pass, std::span<const float> values) {
  if (count_ == 0) return;
  if (bins_.empty()) bins_.resize(kBins);
  if (pass == 0) {
    for (const float value : values) ++bins_[magnitude_key(value) >> 16];
  } else {
    for (const float value : values) {
      const std::uint32_t key = magnitude_key(value);
      if (key >> 16 == key_ >> 16) ++bins_[key & 0xffffU];
    }
  }
}

void Largest::end_pass(int pass) {
  if (count_ == 0) return;
  if (pass == 0) left_ = count_;
  std::uint32_t bin = kBins;
  while (bin > 0) {
    --bin;
    if (left_ <= bins_[bin]) break;
    left_ -= bins_[bin];
  }
  if (pass == 0) {
    key_ = bin << 16;
    bins_.assign(kBins, 0);
  } else {
    key_ |= bin;
    equal_ = left_;
    bins_ = {};
  }
}

}  // namespace hartonomous::core::merge
