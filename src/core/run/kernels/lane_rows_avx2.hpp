// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A row's super-block in registers, 32 columns of a group in each, for the types whose results are
// in eight lanes: what the inputs of as many columns are multiplied with.
#pragma once

#include <utility>

#include "core/run/kernels/code_reads_avx2.hpp"
#include "core/run/kernels/kernel_set.hpp"

namespace hartonomous::core::run {

namespace {

// Copies word LowWord of the low half to all its places, 16 bits wide, and HighWord of the high.
template <int LowWord, int HighWord>
inline __m256i spread(__m256i words) noexcept {
  constexpr auto kPlace = [](int word) {
    return static_cast<short>(2 * word | (2 * word + 1) << 8);
  };
  return _mm256_shuffle_epi8(
      words, _mm256_set_m128i(_mm_set1_epi16(kPlace(HighWord)), _mm_set1_epi16(kPlace(LowWord))));
}

// codes<Group>(): 32 codes below 64, so that pairs of products fit 16 bits; factors<Group>(): the
// groups' scales for such pairs; offsets(): what meets the sums of 16 inputs, to be subtracted.
template <class Format>
class LaneFields;

template <>
class LaneFields<Q5K> {
 public:
  static constexpr std::size_t kScale = 0, kMinimum = 2;
  explicit LaneFields(const std::uint8_t* block) noexcept
      : groups_(block),
        scales_(_mm256_broadcastsi128_si256(_mm_cvtepu8_epi16(six_bits(block + 4)))) {}
  template <int Group>
  __m256i codes() const noexcept {
    return groups_.template get<Group>();
  }
  template <int Group>
  __m256i factors() const noexcept {
    return spread<Group, Group>(scales_);
  }
  static __m256i offsets() noexcept { return _mm256_setzero_si256(); }

 private:
  GroupsK<true> groups_;
  __m256i scales_;
};

template <>
class LaneFields<Q6K> {
 public:
  static constexpr std::size_t kScale = 208;
  explicit LaneFields(const std::uint8_t* block) noexcept
      : block_(block), scales_(_mm256_cvtepi8_epi16(load_128(block + 192))) {}
  template <int Group>
  __m256i codes() const noexcept {
    return quarter_6k<Group / 4, Group % 4>(block_);
  }
  template <int Group>
  __m256i factors() const noexcept {
    const __m256i half = _mm256_permute4x64_epi64(scales_, Group < 4 ? 0x44 : 0xee);
    return spread<Group % 4 * 2, Group % 4 * 2 + 1>(half);
  }
  __m256i offsets() const noexcept { return _mm256_slli_epi16(scales_, 5); }

 private:
  const std::uint8_t* block_;
  __m256i scales_;
};

template <class Format>
struct LaneRow : LaneFields<Format> {
  using LaneFields<Format>::LaneFields;

  // Its eight sums with block `at` of the inputs.
  __m256i sums(const CodeForm& in, std::size_t at) const noexcept {
    const std::int8_t* const inputs = in.codes + 256 * at;
    const __m256i all = [&]<int... Group>(std::integer_sequence<int, Group...>) {
      __m256i sum = _mm256_setzero_si256();
      ((sum = _mm256_add_epi32(sum, group<Group>(inputs))), ...);
      return sum;
    }
    (std::make_integer_sequence<int, 8>());
    if constexpr (!kHasOffset<Format>) return all;
    const __m256i group_sums = load_256(in.group_sums + 16 * at);
    return _mm256_sub_epi32(all, _mm256_madd_epi16(this->offsets(), group_sums));
  }

 private:
  template <int Group>
  __m256i group(const std::int8_t* inputs) const noexcept {
    const __m256i pairs =
        _mm256_maddubs_epi16(this->template codes<Group>(), load_256(inputs + 32 * Group));
    return _mm256_madd_epi16(pairs, this->template factors<Group>());
  }
};

}  // namespace

}  // namespace hartonomous::core::run
