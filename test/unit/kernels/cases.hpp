// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What the kernels' tests share: random weights of any type, inputs, and workers with threads.
#pragma once

#include <cmath>
#include <cstring>
#include <random>
#include <thread>
#include <vector>

#include "core/base/workers.hpp"
#include "core/run/matrix.hpp"
#include "core/tensor/dequantize.hpp"

namespace hartonomous::test {

// `count` threads, the parts dealt out to them in turn, the last part first.
class Threads final : public core::Workers {
 public:
  explicit Threads(std::size_t count) : count_(count) {}
  std::size_t count() const noexcept override { return count_; }
  void run(std::size_t parts, const std::function<void(std::size_t)>& task) override {
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < count_; ++t) {
      threads.emplace_back([&, t] {
        for (std::size_t part = parts; part-- > 0;) {
          if (part % count_ == t) task(part);
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }

 private:
  std::size_t count_;
};

struct OwnedMatrix {
  core::run::Matrix matrix;
  std::vector<std::byte> bytes;
};

// Random bytes, block by block, drawn again while they decode to something not finite or larger
// than 1000; they begin `misplaced` bytes after a 64-byte boundary.
inline OwnedMatrix random_matrix(core::tensor::DType dtype, std::size_t rows, std::size_t columns,
                                 unsigned seed, std::size_t misplaced = 0) {
  const auto& type = core::tensor::info(dtype);
  std::mt19937 random(seed);
  const std::size_t blocks = rows * columns / type.block_elements;
  OwnedMatrix owned{{}, std::vector<std::byte>(blocks * type.block_bytes + 128)};
  const std::size_t offset =
      (64 - reinterpret_cast<std::uintptr_t>(owned.bytes.data()) % 64) % 64 + misplaced;
  std::byte* const at = owned.bytes.data() + offset;
  std::vector<float> decoded(type.block_elements);
  for (std::size_t b = 0; b < blocks; ++b) {
    std::byte* const block = at + b * type.block_bytes;
    for (bool is_usable = false; !is_usable;) {
      for (std::size_t i = 0; i < type.block_bytes; ++i) block[i] = std::byte(random());
      if (type.name == "BOOL") block[0] &= std::byte{1};
      (void)core::tensor::dequantize(dtype, {block, type.block_bytes}, decoded);
      is_usable = true;
      for (const float value : decoded) is_usable = is_usable && std::abs(value) <= 1000;
      if (type.name[0] == 'U' || (type.name[0] == 'I' && type.name[1] != 'Q')) is_usable = true;
    }
  }
  owned.matrix = {dtype, rows, columns, {at, blocks * type.block_bytes}};
  return owned;
}

inline std::vector<float> random_values(std::size_t count, unsigned seed, float spread = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, spread);
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

inline bool same_bits(const std::vector<float>& a, const std::vector<float>& b) {
  return a.size() == b.size() &&
         (a.empty() || std::memcmp(a.data(), b.data(), a.size() * sizeof(float)) == 0);
}

}  // namespace hartonomous::test
