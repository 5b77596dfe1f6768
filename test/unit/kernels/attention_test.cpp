// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>

#include "cases.hpp"
#include "core/run/kernels/stream_attention.hpp"
#include "core/tensor/float_formats.hpp"

namespace run = hartonomous::core::run;
namespace tensor = hartonomous::core::tensor;
using hartonomous::core::Alone;
using tensor::DType;
using namespace hartonomous::test;

namespace {

struct Shape {
  DType type;
  std::size_t tokens, positions, heads, cache_heads, key_size, value_size;
};

// A cache in chunks of 64 tokens, each chunk head after head, and the layer that reads it.
struct Cache {
  Cache(const Shape& shape, unsigned seed)
      : keys_(fill(shape, shape.key_size, seed)),
        values_(fill(shape, shape.value_size, seed + 1)),
        key_chunks_(chunks(shape, shape.key_size, keys_)),
        value_chunks_(chunks(shape, shape.value_size, values_)) {
    const std::size_t element = tensor::info(shape.type).block_bytes;
    layer.cache_type = shape.type;
    layer.keys = {key_chunks_, 64, shape.key_size * element, 64 * shape.key_size * element};
    layer.values = {value_chunks_, 64, shape.value_size * element, 64 * shape.value_size * element};
    layer.tokens = shape.tokens;
    layer.heads = shape.heads;
    layer.cache_heads = shape.cache_heads;
    layer.key_size = shape.key_size;
    layer.value_size = shape.value_size;
    layer.first_position = shape.tokens - shape.positions;
    layer.scale = 1 / std::sqrt(static_cast<float>(shape.key_size));
  }
  static double at(const run::CacheView& view, DType type, std::size_t head, std::size_t token,
                   std::size_t i) {
    const std::byte* const from = view.at(head, token);
    if (type == DType::kF32) return hartonomous::core::load_little_endian<float>(from + 4 * i);
    return tensor::half_to_float(
        hartonomous::core::load_little_endian<std::uint16_t>(from + 2 * i));
  }

  run::AttentionLayer layer{};

 private:
  static std::size_t chunk_elements(const Shape& shape, std::size_t size) {
    return 64 * shape.cache_heads * size;
  }
  static std::vector<std::byte> fill(const Shape& shape, std::size_t size, unsigned seed) {
    const std::size_t count = (shape.tokens + 63) / 64 * chunk_elements(shape, size);
    const std::vector<float> values = random_values(count, seed);
    std::vector<std::byte> bytes(count * tensor::info(shape.type).block_bytes);
    if (shape.type == DType::kF32) {
      std::memcpy(bytes.data(), values.data(), bytes.size());
    } else {
      run::kPortableKernels.to_half(values.data(), count, bytes.data());
    }
    return bytes;
  }
  static std::vector<const std::byte*> chunks(const Shape& shape, std::size_t size,
                                              const std::vector<std::byte>& bytes) {
    const std::size_t step = chunk_elements(shape, size) * tensor::info(shape.type).block_bytes;
    std::vector<const std::byte*> starts;
    for (std::size_t at = 0; at < bytes.size(); at += step) starts.push_back(bytes.data() + at);
    return starts;
  }

  std::vector<std::byte> keys_, values_;
  std::vector<const std::byte*> key_chunks_, value_chunks_;
};

// Softmax of the whole row of scores, in double.
std::vector<double> naive(const run::AttentionLayer& layer, const std::vector<float>& queries,
                          std::size_t position, std::size_t head) {
  const std::size_t absolute = layer.first_position + position;
  const std::size_t cache_head = head / (layer.heads / layer.cache_heads);
  const float* const query = queries.data() + (position * layer.heads + head) * layer.key_size;
  const bool is_half = layer.cache_type == DType::kF16;
  std::vector<double> scores(layer.tokens, -INFINITY), out(layer.value_size);
  for (std::size_t t = 0; t < layer.tokens; ++t) {
    if (layer.is_causal && t > absolute) continue;
    if (layer.window != 0 && t + layer.window <= absolute) continue;
    double score = 0;
    for (std::size_t i = 0; i < layer.key_size; ++i) {
      const double q = is_half ? tensor::half_to_float(tensor::float_to_half(query[i])) : query[i];
      score += q * Cache::at(layer.keys, layer.cache_type, cache_head, t, i);
    }
    score *= layer.scale;
    if (layer.soft_cap != 0) score = layer.soft_cap * std::tanh(score / layer.soft_cap);
    if (!layer.slopes.empty()) {
      score += layer.slopes[head] * (static_cast<double>(t) - static_cast<double>(absolute));
    }
    scores[t] = score;
  }
  const double most = *std::max_element(scores.begin(), scores.end());
  double total = 0;
  for (double& score : scores) total += score = std::exp(score - most);
  for (std::size_t t = 0; t < layer.tokens; ++t) {
    for (std::size_t i = 0; i < layer.value_size; ++i) {
      out[i] += scores[t] / total * Cache::at(layer.values, layer.cache_type, cache_head, t, i);
    }
  }
  return out;
}

std::vector<float> attended(const run::AttentionLayer& layer, const std::vector<float>& queries,
                            std::size_t positions, hartonomous::core::Workers& workers,
                            const run::KernelSet& kernels = run::best_kernels()) {
  std::vector<float> out(positions * layer.heads * layer.value_size, -1);
  const run::Attention sequence{layer, queries, positions, out};
  run::attend({&sequence, 1}, workers, kernels);
  return out;
}

// Scores of standard normal vectors stay below 8 or so, and their float error below 1e-6 of that,
// which weights and weighted values (below 5) inherit: 1e-4 is ten times what can be expected. With
// a cache in F16, weights are rounded to binary16 too: 2^-12 of each, so of their sum.
void check_against_naive(const run::AttentionLayer& layer, const std::vector<float>& queries,
                         std::size_t positions) {
  Alone alone;
  const double bound = layer.cache_type == DType::kF16 ? 5 * 0x1p-12 + 1e-4 : 1e-4;
  const std::vector<float> out = attended(layer, queries, positions, alone);
  for (const run::KernelSet& kernels : run::kernel_sets()) {
    CHECK(same_bits(out, attended(layer, queries, positions, alone, kernels)));
  }
  for (std::size_t p = 0; p < positions; ++p) {
    for (std::size_t head = 0; head < layer.heads; ++head) {
      const std::vector<double> wanted = naive(layer, queries, p, head);
      for (std::size_t i = 0; i < layer.value_size; ++i) {
        CAPTURE(p, head, i);
        CHECK(std::abs(out[(p * layer.heads + head) * layer.value_size + i] - wanted[i]) <= bound);
      }
    }
  }
}

}  // namespace

TEST_CASE("attention is near an exact softmax's, whatever its shape", "[run][kernels]") {
  for (const Shape& shape :
       {Shape{DType::kF16, 150, 3, 4, 2, 64, 64}, Shape{DType::kF32, 150, 150, 2, 2, 8, 8},
        Shape{DType::kF16, 70, 11, 6, 1, 4, 12}, Shape{DType::kF32, 33, 1, 1, 1, 100, 67},
        Shape{DType::kF16, 1, 1, 2, 1, 128, 128}}) {
    Cache cache(shape, 1);
    const std::vector<float> queries =
        random_values(shape.positions * shape.heads * shape.key_size, 3);
    const std::vector<float> slopes = {0.5F, 0.25F, 0.125F, 0.0625F, 0.03125F, 0.015625F};
    const auto check = [&] { check_against_naive(cache.layer, queries, shape.positions); };
    CAPTURE(shape.tokens, shape.positions, shape.heads, shape.key_size);
    check();
    cache.layer.window = 40;
    check();
    cache.layer.soft_cap = 2;
    check();
    cache.layer.slopes = std::span(slopes).first(shape.heads);
    check();
    cache.layer.window = 0;
    cache.layer.is_causal = false;
    check();
  }
}

TEST_CASE("an attention's bits do not depend on its company or the workers", "[run][kernels]") {
  const Shape shape{DType::kF16, 200, 67, 6, 2, 40, 40};
  Cache cache(shape, 5);
  const std::size_t query_size = shape.heads * shape.key_size;
  const std::vector<float> queries = random_values(shape.positions * query_size, 6);
  Alone alone;
  Threads two(2), three(3);
  for (const std::size_t window : {0, 50}) {
    cache.layer.window = window;
    cache.layer.first_position = 133;
    const std::vector<float> all = attended(cache.layer, queries, shape.positions, alone);
    CHECK(same_bits(all, attended(cache.layer, queries, shape.positions, two)));
    CHECK(same_bits(all, attended(cache.layer, queries, shape.positions, three)));
    for (std::size_t p = 0; p < shape.positions; ++p) {
      cache.layer.first_position = 133 + p;
      const std::vector<float> one(queries.data() + p * query_size,
                                   queries.data() + (p + 1) * query_size);
      const std::vector<float> wanted(all.data() + p * query_size,
                                      all.data() + (p + 1) * query_size);
      CHECK(same_bits(wanted, attended(cache.layer, one, 1, three)));
    }
  }
}

TEST_CASE("a NaN key reaches the queries that see it, and no others", "[run][kernels]") {
  const Shape shape{DType::kF32, 40, 40, 1, 1, 8, 8};
  Cache cache(shape, 7);
  auto* const bad = const_cast<std::byte*>(cache.layer.keys.at(0, 20));
  const float nan = std::nanf("");
  std::memcpy(bad, &nan, sizeof nan);
  Alone alone;
  const std::vector<float> out = attended(cache.layer, random_values(40 * 8, 8), 40, alone);
  for (std::size_t i = 0; i < out.size(); ++i) CHECK(std::isnan(out[i]) == (i / 8 >= 20));
}

TEST_CASE("exponentials and what is made of them are within their bounds", "[run][kernels]") {
  std::vector<float> values = random_values(5003, 9, 30);
  for (float& value : values) value = std::clamp(value, -85.0F, 80.0F);
  std::vector<float> out(values.size());
  for (const run::KernelSet& kernels : run::kernel_sets()) {
    CAPTURE(kernels.name);
    const float total = kernels.exponentials(values.data(), values.size(), 0, out.data());
    double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double wanted = std::exp(static_cast<double>(values[i]));
      CHECK(std::abs(out[i] - wanted) <= wanted * 2 * 0x1p-23);
      sum += wanted;
    }
    CHECK(std::abs(total - sum) <= sum * 1000 * 0x1p-23);  // 5003 / 8 additions a lane
    kernels.silu(values.data(), values.size(), out.data());
    for (std::size_t i = 0; i < values.size(); ++i) {
      const double x = values[i], wanted = x / (1 + std::exp(-x));
      CHECK(std::abs(out[i] - wanted) <= std::abs(wanted) * 5 * 0x1p-23);
    }
    const std::vector<float> edges = {-INFINITY, -87, 89, INFINITY, std::nanf(""), 0, 1};
    kernels.exponentials(edges.data(), edges.size(), 0, out.data());
    CHECK(out[0] == 0);
    CHECK(out[1] == 0);
    CHECK(std::isinf(out[2]));
    CHECK(std::isinf(out[3]));
    CHECK(std::isnan(out[4]));
    CHECK(out[5] == 1);
  }
}
