// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/merged_tensor.hpp"

#include <algorithm>
#include <bit>

#include "core/base/checked.hpp"
#include "core/tensor/quantize.hpp"
#include "pg/boundary.hpp"
#include "store/tensor_reader.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::merge::Chunk;
using core::merge::TensorMerge;

constexpr std::size_t kChunk = 1 << 16;  // elements of each input at a time, or a row
constexpr std::size_t kHeld = 1 << 23;   // elements of all inputs that are read once and kept

std::uint64_t elements_of(const TensorKey& tensor) {
  return core::checked_product(tensor.shape).value_or(0);
}

std::uint64_t row_of(const TensorKey& tensor) {
  return tensor.shape.empty() ? 1 : tensor.shape.back();
}

std::unique_ptr<TensorMerge> merge_of(const core::merge::Recipe& recipe, const TensorPlan& plan) {
  const TensorKey& key = plan.frame.key;
  return pg::check(
      core::merge::make_merge(recipe, {plan.frame.name, elements_of(key), row_of(key)}));
}

bool are_finite(std::span<const float> values) noexcept {
  std::uint32_t most = 0;
  for (const float value : values) {
    most = std::max(most, std::bit_cast<std::uint32_t>(value) & 0x7fffffffU);
  }
  return most < 0x7f800000U;
}

// The inputs, chunk by chunk, as often as wanted.
class Inputs {
 public:
  Inputs(const TensorPlan& plan, std::size_t step) : plan_(plan), step_(step) {
    const auto blocks = std::make_shared<BlockReader>();
    for (const TensorKey& input : plan.inputs) readers_.emplace_back(input, blocks);
    const std::uint64_t elements = elements_of(plan.frame.key);
    is_held_ = elements <= kHeld / readers_.size();
    values_.resize(readers_.size());
    for (auto& values : values_) values.resize(is_held_ ? elements : std::min(step, elements));
  }

  template <class Each>
  void pass(core::Checkpoint& progress, Each each) {
    const std::uint64_t elements = elements_of(plan_.frame.key);
    std::vector<std::span<const float>> parts(readers_.size());
    for (std::uint64_t first = 0; first < elements; first += step_) {
      const std::size_t count = std::min<std::uint64_t>(step_, elements - first);
      for (std::size_t i = 0; i < readers_.size(); ++i) {
        const auto part = std::span(values_[i]).subspan(is_held_ ? first : 0, count);
        if (!is_held_ || !was_read_) read(i, first, part);
        parts[i] = part;
        progress.reached(bytes_of(plan_.inputs[i], count));
      }
      each(Chunk{first, parts}, count);
    }
    was_read_ = true;
  }

 private:
  void read(std::size_t input, std::uint64_t first, std::span<float> out) {
    readers_[input].read(first, out);
    if (are_finite(out)) return;
    pg::raise(Status(Code::kInvalidArgument,
                     "tensor " + core::quoted(plan_.frame.name) + " has values that are not finite")
                  .with_detail("They are in input " + std::to_string(input + 1) +
                               " of the merge, the base counted first.")
                  .with_hint("hartonomous.tensor_statistics() counts them."));
  }

  static std::uint64_t bytes_of(const TensorKey& tensor, std::size_t elements) {
    const auto& type = core::tensor::info(tensor.dtype);
    return elements * type.block_bytes / type.block_elements;
  }

  const TensorPlan& plan_;
  std::size_t step_;
  bool is_held_ = false, was_read_ = false;
  std::vector<TensorReader> readers_;
  std::vector<std::vector<float>> values_;
};

// Encodes values of the frame's type; each piece is whole groups of it.
class Encoder {
 public:
  Encoder(const TensorPlan& plan, TensorWriter& writer)
      : plan_(plan), type_(core::tensor::info(plan.frame.key.dtype)), writer_(writer) {
    writer_.begin(plan.frame.key.dtype, plan.frame.key.shape);
  }
  void add(std::span<const float> values) {
    const bool is_half = plan_.frame.key.dtype == core::tensor::DType::kF16;
    const auto fits = [](float value) { return value > -65520.0F && value < 65520.0F; };
    if (!are_finite(values) || (is_half && !std::ranges::all_of(values, fits))) {
      pg::raise(Status(Code::kOutOfRange, "merged tensor " + core::quoted(plan_.frame.name) +
                                              " has values that type " + std::string(type_.name) +
                                              " does not hold"));
    }
    bytes_.resize(values.size() / type_.block_elements * type_.block_bytes);
    pg::check(core::tensor::quantize(plan_.frame.key.dtype, values, bytes_));
    writer_.add(bytes_);
  }

 private:
  const TensorPlan& plan_;
  const core::tensor::DTypeInfo& type_;
  TensorWriter& writer_;
  std::vector<std::byte> bytes_;
};

std::size_t chunk_of(const TensorMerge& merge, const TensorPlan& plan) {
  const std::uint64_t row = std::max<std::uint64_t>(row_of(plan.frame.key), 1);
  return merge.wants_rows() ? std::max<std::uint64_t>(kChunk / row, 1) * row : kChunk;
}

// All passes but the last.
void observe(TensorMerge& merge, Inputs& inputs, core::Checkpoint& progress) {
  for (int pass = 0; pass < merge.passes(); ++pass) {
    inputs.pass(progress, [&](const Chunk& chunk, std::size_t) { merge.observe(pass, chunk); });
  }
}

}  // namespace

int passes_of(const core::merge::Recipe& recipe, const TensorPlan& plan) {
  return plan.shared ? 0 : merge_of(recipe, plan)->passes() + 1;
}

std::vector<double> multiples_of(const core::merge::Recipe& recipe, const TensorPlan& plan,
                                 core::Checkpoint& progress) {
  const auto merge = merge_of(recipe, plan);
  Inputs inputs(plan, chunk_of(*merge, plan));
  observe(*merge, inputs, progress);
  return merge->coefficients();
}

StoredTensor merge_tensor(const core::merge::Recipe& recipe, const TensorPlan& plan,
                          TensorWriter& writer, core::Checkpoint& progress) {
  const auto merge = merge_of(recipe, plan);
  const std::size_t step = chunk_of(*merge, plan);
  Inputs inputs(plan, step);
  observe(*merge, inputs, progress);
  Encoder encoder(plan, writer);
  std::vector<float> out(step);
  inputs.pass(progress, [&](const Chunk& chunk, std::size_t count) {
    const auto part = std::span(out).first(count);
    merge->merge(chunk, part);
    encoder.add(part);
  });
  return writer.end();
}

}  // namespace hartonomous::store
