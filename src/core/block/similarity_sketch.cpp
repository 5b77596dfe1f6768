// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/block/similarity_sketch.hpp"

#include <algorithm>
#include <vector>

#include "core/block/vectorized.hpp"
#include "core/tensor/dequantize.hpp"
#include "core/tensor/float_formats.hpp"

namespace hartonomous::core::block {

namespace {

// The bit length of |difference|, of the difference modulo 256, by counting what it exceeds: vector
// code has no instruction for it.
HARTONOMOUS_LOOP std::uint32_t sum_of_lengths(const std::uint8_t* a,
                                              const std::uint8_t* b) noexcept {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < kSketchSamples; ++i) {
    const auto difference = static_cast<std::int8_t>(a[i] - b[i]);
    const int magnitude = difference < 0 ? -difference : difference;
    sum += (magnitude > 0) + (magnitude > 1) + (magnitude > 3) + (magnitude > 7) +
           (magnitude > 15) + (magnitude > 31) + (magnitude > 63) + (magnitude > 127);
  }
  return sum;
}

}  // namespace

std::uint64_t sample_position(std::uint64_t count, std::size_t i) noexcept {
  const auto middle = static_cast<unsigned __int128>(count) * (2 * i + 1) / (2 * kSketchSamples);
  return static_cast<std::uint64_t>(middle);
}

SimilaritySketch sketch_of(std::span<const float, kSketchSamples> samples) noexcept {
  SimilaritySketch sketch;
  for (std::size_t i = 0; i < kSketchSamples; ++i) {
    const std::uint16_t bits = tensor::float_to_bfloat16(samples[i]);
    sketch.bytes[i] = static_cast<std::uint8_t>((bits & 0x8000) != 0 ? ~bits : bits);
  }
  return sketch;
}

Result<SimilaritySketch> sketch_of(tensor::DType dtype, Bytes bytes) {
  const auto& type = tensor::info(dtype);
  if (bytes.empty() || bytes.size() % type.block_bytes != 0) {
    return Status(Code::kInvalidArgument, "a tensor to sketch must hold whole elements");
  }
  const std::uint64_t count = bytes.size() / type.block_bytes * type.block_elements;
  std::vector<float> block(type.block_elements);
  std::array<float, kSketchSamples> samples;
  for (std::size_t i = 0; i < kSketchSamples; ++i) {
    const std::uint64_t at = sample_position(count, i);
    const Bytes of_block =
        bytes.subspan(at / type.block_elements * type.block_bytes, type.block_bytes);
    HARTONOMOUS_CHECK(tensor::dequantize(dtype, of_block, block));
    samples[i] = block[at % type.block_elements];
  }
  return sketch_of(samples);
}

SketchSampler::SketchSampler(tensor::DType dtype, std::uint64_t byte_length)
    : dtype_(dtype),
      elements_(byte_length / tensor::info(dtype).block_bytes * tensor::info(dtype).block_elements),
      blocks_(tensor::info(dtype).is_decodable && elements_ >= kMinSketched
                  ? kSketchSamples * tensor::info(dtype).block_bytes
                  : 0) {}

// Where in the tensor the sample's block lies.
std::uint64_t SketchSampler::place(std::size_t sample) const noexcept {
  const auto& type = tensor::info(dtype_);
  return sample_position(elements_, sample) / type.block_elements * type.block_bytes;
}

void SketchSampler::add(std::uint64_t offset, Bytes piece) {
  if (blocks_.empty()) return;
  const std::uint64_t length = tensor::info(dtype_).block_bytes, end = offset + piece.size();
  for (std::size_t i = next_; i < kSketchSamples && place(i) < end; ++i) {
    const std::uint64_t first = std::max(place(i), offset), last = std::min(place(i) + length, end);
    if (first >= last) continue;
    std::ranges::copy(piece.subspan(first - offset, last - first),
                      blocks_.begin() + static_cast<long>(i * length + first - place(i)));
  }
  while (next_ < kSketchSamples && place(next_) + length <= end) ++next_;
}

std::optional<SimilaritySketch> SketchSampler::finish() const {
  const auto& type = tensor::info(dtype_);
  if (blocks_.empty() || next_ < kSketchSamples) return std::nullopt;
  std::vector<float> block(type.block_elements);
  std::array<float, kSketchSamples> samples;
  for (std::size_t i = 0; i < kSketchSamples; ++i) {
    const Bytes of_block = Bytes(blocks_).subspan(i * type.block_bytes, type.block_bytes);
    if (!tensor::dequantize(dtype_, of_block, block).is_ok()) return std::nullopt;
    samples[i] = block[sample_position(elements_, i) % type.block_elements];
  }
  return sketch_of(samples);
}

std::uint32_t distance(const SimilaritySketch& a, const SimilaritySketch& b) noexcept {
  return vectorized<sum_of_lengths>(a.bytes.data(), b.bytes.data());
}

std::optional<Neighbour> base_of(const SimilaritySketch& sketch,
                                 std::span<const SimilaritySketch> candidates) {
  std::vector<std::uint32_t> away(candidates.size());
  std::uint32_t least = kUnrelated;
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    away[i] = distance(sketch, candidates[i]);
    least = std::min(least, away[i]);
  }
  if (least == kUnrelated) return std::nullopt;
  const std::uint32_t enough = hardly_farther(least);
  const auto oldest = std::ranges::find_if(away, [&](auto distance) { return distance <= enough; });
  return Neighbour{static_cast<std::size_t>(oldest - away.begin()), *oldest};
}

}  // namespace hartonomous::core::block
