// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Finding the base of a tensor without being told: 256 bytes of each, and a distance between two.
//
// A tune moves every weight a little and none elsewhere, so it is enough to look at 256 weights, at
// places that follow from the count alone, in the same number format whatever the tensor's own:
// bfloat16, as an integer that sorts like the number, its low byte. Those bytes lie close together
// in a tensor and its tune, its cast or its quantisation, and anyhow in two unrelated tensors. The
// distance sums the bit lengths of their differences, about what the delta of the samples would
// cost, so the nearest of several relatives is one whose delta is small. Distances of the tensors
// of two models add up to a distance of the models.
//
// Deterministic on every CPU. Related work: Li and König, "b-bit minwise hashing", WWW 2010 (few
// low bits of many samples suffice).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::core::block {

inline constexpr std::size_t kSketchSamples = 256;
// Two unrelated tensors lie about 1530 apart, the nearest of a million of them above 1430; a tune
// that changed weights by a tenth of their deviation at about 1180. From here on a base does not
// pay.
inline constexpr std::uint32_t kUnrelated = 1400;

// Tensors of fewer numbers have no sketch in the store.
inline constexpr std::uint64_t kMinSketched = 4096;

struct SimilaritySketch {
  std::array<std::uint8_t, kSketchSamples> bytes{};
  bool operator==(const SimilaritySketch&) const = default;
};

// Which element the i-th sample is. REQUIRES: i < kSketchSamples, count > 0. Small tensors are
// sampled repeatedly.
std::uint64_t sample_position(std::uint64_t count, std::size_t i) noexcept;

// Of the tensor's values at the sample positions, as dequantize() gives them.
SimilaritySketch sketch_of(std::span<const float, kSketchSamples> samples) noexcept;
// Of a whole tensor in memory. kUnsupported for a type that cannot be decoded, kInvalidArgument for
// none or not whole elements.
Result<SimilaritySketch> sketch_of(tensor::DType dtype, Bytes tensor);

// 0 for equal samples, at most 8 * kSketchSamples. Symmetric.
std::uint32_t distance(const SimilaritySketch& a, const SimilaritySketch& b) noexcept;

// Samples a tensor that passes by in pieces.
class SketchSampler {
 public:
  // Nothing to do for a type that cannot be decoded or too few elements: see finish().
  SketchSampler(tensor::DType dtype, std::uint64_t byte_length);
  // Bytes of the tensor from `offset` on. Pieces in order, without gaps.
  void add(std::uint64_t offset, Bytes piece);
  // After the last. Nothing for a tensor that has no sketch: of a type that cannot be decoded, or
  // of fewer than kMinSketched elements, which are not worth a look.
  std::optional<SimilaritySketch> finish() const;

  std::uint64_t elements() const noexcept { return elements_; }

 private:
  std::uint64_t place(std::size_t sample) const noexcept;

  tensor::DType dtype_;
  std::uint64_t elements_;
  std::size_t next_ = 0;            // the first sample that is not complete
  std::vector<std::byte> blocks_;   // the quantised block, or number, of each sample
};

// Up to this distance of a candidate it is hardly farther than the nearest at `least`.
constexpr std::uint32_t hardly_farther(std::uint32_t least) noexcept {
  return least + 16 + least / 32 < kUnrelated ? least + 16 + least / 32 : kUnrelated - 1;
}

struct Neighbour {
  std::size_t index;
  std::uint32_t distance;
};
// Of `candidates`, oldest first, the one to take as base: the nearest, or the oldest of those
// hardly farther, within 16 + a 32nd of its distance. A tune lies as near to its base as to another
// tune that changed little, and either serves as well; the older is the likelier parent. Nothing if
// none is below kUnrelated. Candidates should be tensors of as many elements. O(n), about 0.1 µs
// each.
std::optional<Neighbour> base_of(const SimilaritySketch& sketch,
                                 std::span<const SimilaritySketch> candidates);

}  // namespace hartonomous::core::block
