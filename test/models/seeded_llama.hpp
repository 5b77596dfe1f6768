// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// GGUF files of Llama's shape with weights from a seed: the same file, byte for byte, on every
// machine, since it is made with integers alone. Weights of every element type are spread evenly
// about zero with a deviation near 1 / sqrt(inputs), so that signals keep their size from layer to
// layer and what follows depends on what was read.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/tensor/dtype.hpp"

namespace hartonomous::test {

struct LlamaShape {
  std::uint32_t width;  // of the residual stream; a multiple of 256 for K-quants
  std::uint32_t layers;
  std::uint32_t heads;       // divides width
  std::uint32_t kv_heads;    // divides heads
  std::uint32_t inner;       // width of the feed-forward part; a multiple of 256 for K-quants
  std::uint32_t vocabulary;  // >= 259: three control tokens, 256 bytes, then invented words
  std::uint32_t context;     // positions
  bool has_output;           // false: logits come from the embedding
};

// "small": 2.9 M weights, for tests. "100m" and "1b": 0.11 and 1.1 thousand million, for benches.
std::optional<LlamaShape> named_shape(std::string_view name);

// Calls sink(bytes) with the file's bytes in order. Matrices are of `type`: F32, F16, BF16, Q8_0,
// Q4_0, Q4_K, Q5_K or Q6_K; norms are F32. False, and nothing written, for another type.
bool write_llama(const LlamaShape& shape, core::tensor::DType type, std::uint64_t seed,
                 const std::function<void(std::string_view)>& sink);

}  // namespace hartonomous::test
