// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// derived: what a copy costs whose parent is stored, as a share of its own bytes, and what it takes
// to make it again; then how often and how fast sketches find the base in a lake of made-up models
// (100 families of 10: a base and tunes that differ by 0.1 % to 10 %), asked by every tune.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>

#include "../test/unit/block/weights.hpp"
#include "core/block/derivation.hpp"
#include "core/block/similarity_sketch.hpp"

namespace {

using namespace hartonomous;
using namespace hartonomous::core;
using core::tensor::DType;
using Buffer = std::vector<std::byte>;

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "derived: %s\n", what);
  std::exit(1);
}

// One block of the copy, its parent's elements with it, a hundredth of a percent of its bytes
// changed if `is_odd`, as another converter might have made them.
void show_copy(DType to, const Buffer& parent, std::size_t elements, bool is_odd) {
  const auto& type = core::tensor::info(to);
  Buffer copy(elements / type.block_elements * type.block_bytes), again(copy.size());
  require(block::derive({DType::kF32, to}, parent, copy).is_ok(), "no such copy");
  for (std::size_t i = 0; is_odd && i < copy.size(); i += 10'007) copy[i] ^= std::byte{1};
  const auto found = block::find_recipe(DType::kF32, parent, to, copy);
  require(found.has_value(), "the recipe is not found");
  const auto coded = block::encode_derived(found->recipe, parent, copy, copy.size());
  require(coded.has_value(), "the recipe does not pay");
  std::vector<double> seconds;
  for (int round = 0; round < 5; ++round) {
    const double start = cpu_seconds();
    require(block::decode_derived(*coded, parent, again).is_ok(), "a copy does not decode");
    seconds.push_back(cpu_seconds() - start);
  }
  require(again == copy, "a copy does not come back");
  std::sort(seconds.begin(), seconds.end());
  std::printf("%-6s %-22s %10zu of %8zu bytes %8.4f%% %8.3f GB/s of parent\n", type.name.data(),
              is_odd ? "1 byte in 10 000 other" : "as the reference", coded->size(), copy.size(),
              100 * static_cast<double>(coded->size()) / static_cast<double>(copy.size()),
              static_cast<double>(parent.size()) / 1e9 / seconds[2]);
}

using Model = std::vector<block::SimilaritySketch>;  // a sketch for each tensor

// The lake, families one after the other, each led by its base.
std::vector<Model> lake_of(std::size_t families, std::size_t members, std::size_t tensors) {
  constexpr double kChanges[] = {0, 1e-1, 3e-2, 1e-2, 3e-3, 1e-3, 1e-1, 3e-2, 1e-2, 1e-3};
  test::Noise noise(1);
  std::vector<Model> lake(families * members, Model(tensors));
  std::array<float, block::kSketchSamples> base, samples;
  for (std::size_t family = 0; family < families; ++family) {
    for (std::size_t t = 0; t < tensors; ++t) {
      for (float& w : base) {
        const auto weight = static_cast<float>(0.02 * noise.normal());
        w = core::tensor::bfloat16_to_float(core::tensor::float_to_bfloat16(weight));
      }
      for (std::size_t member = 0; member < members; ++member) {
        for (std::size_t i = 0; i < base.size(); ++i) {
          samples[i] = base[i] + static_cast<float>(0.02 * kChanges[member % 10] * noise.normal());
        }
        lake[family * members + member][t] = block::sketch_of(samples);
      }
    }
  }
  return lake;
}

void bases() {
  constexpr std::size_t kFamilies = 100, kMembers = 10, kTensors = 16;
  const std::vector<Model> lake = lake_of(kFamilies, kMembers, kTensors);
  std::size_t of_family = 0, the_base = 0, asked = 0;
  std::vector<double> seconds;
  for (std::size_t t = 0; t < kTensors; ++t) {
    std::vector<block::SimilaritySketch> column;
    for (const Model& model : lake) column.push_back(model[t]);
    for (std::size_t i = 0; i < lake.size(); ++i) {
      if (i % kMembers == 0) continue;
      // All the others; its own place is left empty.
      std::vector<block::SimilaritySketch> others(column);
      others[i] = block::SimilaritySketch{};
      const double start = cpu_seconds();
      const auto found = block::base_of(column[i], others);
      seconds.push_back(cpu_seconds() - start);
      of_family += found && found->index / kMembers == i / kMembers;
      the_base += found && found->index == i / kMembers * kMembers;
      ++asked;
    }
  }
  std::sort(seconds.begin(), seconds.end());
  std::printf(
      "\nbase of a tensor among %zu: its family %.2f%%, the base itself %.2f%% of %zu; "
      "%.3f ms (p99 %.3f)\n",
      lake.size(), 100 * static_cast<double>(of_family) / static_cast<double>(asked),
      100 * static_cast<double>(the_base) / static_cast<double>(asked), asked,
      1e3 * seconds[seconds.size() / 2], 1e3 * seconds[seconds.size() * 99 / 100]);
}

}  // namespace

int main() {
  constexpr std::size_t kElements = 1 << 19;
  const Buffer parent = test::bytes_of(test::normal_weights(1, kElements, 0.02));
  for (const DType to : {DType::kF16, DType::kBf16, DType::kQ8_0, DType::kQ5_1, DType::kQ5_0,
                         DType::kQ4_1, DType::kQ4_0, DType::kQ4K, DType::kQ5K, DType::kQ6K}) {
    for (const bool is_odd : {false, true}) show_copy(to, parent, kElements, is_odd);
  }
  bases();
  return 0;
}
