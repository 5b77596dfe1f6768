// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The merge of one tensor, streaming: its inputs pass by in chunks as often as passes() says, so
// that what holds for the whole tensor (norms, thresholds) is known, and once more to make the
// values. Sums are in double precision in an order that depends on the elements' positions alone,
// and mathematical functions are our own, so the result is the same to the last bit however the
// chunks were cut and on every CPU. Values are rounded once, to single precision.
//
//   auto merge = make_merge(recipe, shape).value();
//   for (int pass = 0; pass < merge->passes(); ++pass) { ... merge->observe(pass, chunk); }
//   ... merge->merge(chunk, out);
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/merge/recipe.hpp"

namespace hartonomous::core::merge {

// The most elements of an innermost row for methods that look at rows.
inline constexpr std::uint64_t kMaxRow = 1 << 20;

struct MergedTensor {
  std::string_view name;  // random draws depend on it
  std::uint64_t elements;
  std::uint64_t row;  // elements of the innermost dimension; of a vector all, of a scalar 1
};

// Elements [first, first + n) of every input: the base, if it is a term, then the models. All
// finite.
struct Chunk {
  std::uint64_t first;
  std::span<const std::span<const float>> inputs;
};

class TensorMerge {
 public:
  virtual ~TensorMerge() = default;
  // Whether every chunk must consist of whole rows.
  virtual bool wants_rows() const noexcept { return false; }
  virtual int passes() const noexcept { return 0; }
  // Chunks in order, from the first element to the last, pass after pass.
  virtual void observe(int /*pass*/, const Chunk& /*chunk*/) {}
  // The values of the chunk; again in order. REQUIRES: out.size() is that of the inputs.
  virtual void merge(const Chunk& chunk, std::span<float> out) = 0;
  // After the passes: if the value is the sum of coefficient * input, those, in order; else none.
  virtual std::vector<double> coefficients() const { return {}; }
};

// kLimitExceeded for rows longer than kMaxRow with a method that looks at rows. Memory: O(row), and
// 256 KiB a model while thresholds are sought.
Result<std::unique_ptr<TensorMerge>> make_merge(const Recipe& recipe, const MergedTensor& tensor);

// Whether all inputs being equal makes the result equal to them, to the bit.
bool keeps_equal(const Recipe& recipe) noexcept;

}  // namespace hartonomous::core::merge
