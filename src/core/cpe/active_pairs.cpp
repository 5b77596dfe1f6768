// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/active_pairs.hpp"

namespace hartonomous::core::cpe {

namespace {
constexpr unsigned kFirstBits = 10;
}  // namespace

void ActivePairs::clear() {
  records_.clear();
  places_.clear();
  slots_.assign(std::size_t{1} << kFirstBits, Slot{0, 0});
  mask_ = slots_.size() - 1;
  shift_ = 64 - kFirstBits;
}

std::uint32_t ActivePairs::find_or_add(std::uint32_t left, std::uint32_t right) {
  const std::uint64_t key = key_of(left, right);
  std::size_t at = hash(key) >> shift_;
  for (; slots_[at].key != 0; at = (at + 1) & mask_) {
    if (slots_[at].key == key) return slots_[at].index;
  }
  const auto index = static_cast<std::uint32_t>(records_.size());
  slots_[at] = {key, index};
  ActivePair pair;
  pair.left = left;
  pair.right = right;
  records_.push_back(pair);
  if (records_.size() * 2 > slots_.size()) grow();
  return index;
}

void ActivePairs::grow() {
  slots_.assign(slots_.size() * 2, Slot{0, 0});
  mask_ = slots_.size() - 1;
  --shift_;
  for (std::size_t i = 0; i < records_.size(); ++i) {
    const std::uint64_t key = key_of(records_[i].left, records_[i].right);
    std::size_t at = hash(key) >> shift_;
    while (slots_[at].key != 0) at = (at + 1) & mask_;
    slots_[at] = {key, static_cast<std::uint32_t>(i)};
  }
}

}  // namespace hartonomous::core::cpe
