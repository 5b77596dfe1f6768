// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/estimate.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstring>
#include <set>

#include "serve/session_workers.hpp"

namespace hartonomous::serve {

namespace {

constexpr std::uint64_t kMostRead = 256ULL << 20;
constexpr std::size_t kPart = 1 << 20;

// Reads every cache line's words once.
std::uint64_t sum_of_words(core::Bytes bytes) {
  std::uint64_t sums[4] = {};
  std::uint64_t words[4];
  for (std::size_t at = 0; at + sizeof words <= bytes.size(); at += sizeof words) {
    std::memcpy(words, bytes.data() + at, sizeof words);
    for (int i = 0; i < 4; ++i) sums[i] += words[i];
  }
  return sums[0] ^ sums[1] ^ sums[2] ^ sums[3];
}

// Bytes per second over those parts.
double rate_of(std::span<const core::Bytes> parts, core::Workers& workers) {
  std::uint64_t bytes = 0;
  for (const core::Bytes part : parts) bytes += part.size();
  std::atomic<std::uint64_t> sum{0};  // so that the reading has a use
  const auto began = std::chrono::steady_clock::now();
  workers.run(parts.size(), [&](std::size_t i) { sum.fetch_xor(sum_of_words(parts[i])); });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  return static_cast<double>(bytes) / std::max(took.count(), 1e-9);
}

// The share of a layer's experts' bytes that a token needs, times 1; dense tensors need all.
std::uint64_t bytes_per_token(const OpenModel& model, const StoredWeights& weights) {
  const core::run::ModelDescription& description = model.model().description();
  const core::run::ModelPlaces& places = model.model().places();
  std::set<core::run::TensorNumber> of_experts;
  for (const core::run::LayerPlaces& layer : places.layers) {
    if (!layer.experts) continue;
    for (const core::run::FeedForwardPlace& expert : layer.experts->experts) {
      if (expert.gate) of_experts.insert(expert.gate->matrix.number);
      of_experts.insert(expert.up.matrix.number);
      of_experts.insert(expert.down.matrix.number);
    }
  }
  std::uint64_t dense = 0, experts = 0;
  for (core::run::TensorNumber i = 0; i < weights.count(); ++i) {
    (of_experts.contains(i) ? experts : dense) += weights.byte_length(i);
  }
  const bool is_table_only =
      places.output && places.output->matrix.number != places.token_embedding.number;
  if (is_table_only) dense -= weights.byte_length(places.token_embedding.number);
  const std::size_t count = std::max<std::size_t>(description.experts.count, 1);
  return dense + experts / count * std::max<std::size_t>(description.experts.used, 1);
}

}  // namespace

Estimate estimate(OpenModel& model) {
  StoredWeights& weights = model.weights();
  Estimate out{weights.residency().bytes, bytes_per_token(model, weights), weights.residency(), 0};
  std::vector<core::Bytes> parts;
  std::uint64_t chosen = 0;
  for (core::run::TensorNumber i = 0; i < weights.count() && chosen < kMostRead; ++i) {
    const core::Bytes bytes = weights.mapped(i);
    for (std::size_t at = 0; at < bytes.size() && chosen < kMostRead; at += kPart) {
      parts.push_back(bytes.subspan(at, std::min(kPart, bytes.size() - at)));
      chosen += parts.back().size();
    }
  }
  if (parts.empty()) return out;
  core::Workers& workers = session_workers();
  rate_of(parts, workers);  // so that what is not in memory comes there
  pg::poll();
  out.read_rate = rate_of(parts, workers);
  return out;
}

}  // namespace hartonomous::serve
