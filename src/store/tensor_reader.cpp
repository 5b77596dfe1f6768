// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/tensor_reader.hpp"

#include <algorithm>

#include "core/base/checked.hpp"
#include "core/tensor/dequantize.hpp"
#include "core/tensor/quantize.hpp"
#include "pg/boundary.hpp"
#include "store/low_rank.hpp"

namespace hartonomous::store {

using core::Code;
using core::tensor::DType;

// What is done to a stretch of values that begins at element `first`.
class ValueStep {
 public:
  virtual ~ValueStep() = default;
  virtual void apply(std::uint64_t first, std::span<float> values) = 0;
};

namespace {

[[noreturn]] void corrupt(const char* what) {
  pg::raise({Code::kCorrupt, std::string("an expression has ") + what});
}

class Addition final : public ValueStep {
 public:
  Addition(const TensorKey& tensor, const TensorStep& step)
      : keep_(static_cast<float>(step.parameters.keep)), term_(tensor, step) {}
  void apply(std::uint64_t first, std::span<float> values) override {
    if (keep_ != 1) {
      for (float& value : values) value *= keep_;
    }
    term_.add(first, values);
  }

 private:
  float keep_;
  LowRankTerm term_;
};

// In double precision, operands in order, rounded once: as a merge of these multiples is.
class Linear final : public ValueStep {
 public:
  Linear(const TensorKey& tensor, const TensorStep& step,
         const std::shared_ptr<BlockReader>& blocks)
      : keep_(step.parameters.keep), weights_(step.parameters.weights) {
    if (weights_.size() != step.operands.size()) corrupt("another number of weights than operands");
    for (const TensorKey& operand : step.operands) {
      if (operand.shape != tensor.shape) corrupt("operands of another shape");
      operands_.emplace_back(operand, blocks);
    }
  }
  void apply(std::uint64_t first, std::span<float> values) override {
    sums_.resize(values.size());
    read_.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i)
      sums_[i] = keep_ * static_cast<double>(values[i]);
    for (std::size_t o = 0; o < operands_.size(); ++o) {
      operands_[o].read(first, read_);
      for (std::size_t i = 0; i < values.size(); ++i) {
        sums_[i] += weights_[o] * static_cast<double>(read_[i]);
      }
    }
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(sums_[i]);
  }

 private:
  double keep_;
  std::vector<double> weights_;
  std::vector<TensorReader> operands_;
  std::vector<double> sums_;
  std::vector<float> read_;
};

class Slice final : public ValueStep {
 public:
  Slice(const TensorKey& tensor, const TensorStep& step, const std::shared_ptr<BlockReader>& blocks)
      : shape_(tensor.shape) {
    const auto& starts = step.parameters.starts;
    if (step.operands.size() != 1 || shape_.empty() || starts.size() != shape_.size() ||
        step.operands.front().shape.size() != shape_.size()) {
      corrupt("a part of a tensor of another shape");
    }
    whole_ = step.operands.front().shape;
    for (std::size_t d = 0; d < shape_.size(); ++d) {
      const auto start = static_cast<std::uint64_t>(starts[d]);
      if (starts[d] < 0 || start > whole_[d] || shape_[d] > whole_[d] - start) {
        corrupt("a part that does not lie inside its tensor");
      }
      starts_.push_back(start);
    }
    operand_.emplace(step.operands.front(), blocks);
  }
  void apply(std::uint64_t first, std::span<float> values) override {
    const std::uint64_t row = shape_.back();
    while (!values.empty()) {
      const std::uint64_t column = first % row;
      const std::size_t count = std::min<std::uint64_t>(values.size(), row - column);
      operand_->read(row_in_whole(first / row) * whole_.back() + starts_.back() + column,
                     values.first(count));
      values = values.subspan(count);
      first += count;
    }
  }

 private:
  // Which of the whole's rows is the part's.
  std::uint64_t row_in_whole(std::uint64_t row) const noexcept {
    std::uint64_t place = 0, stride = 1;
    for (std::size_t d = shape_.size() - 1; d-- > 0;) {
      place += (row % shape_[d] + starts_[d]) * stride;
      row /= shape_[d];
      stride *= whole_[d];
    }
    return place;
  }

  std::vector<std::uint64_t> shape_, whole_, starts_;
  std::optional<TensorReader> operand_;
};

class Cast final : public ValueStep {
 public:
  Cast(const TensorKey& tensor, DType type) : type_(type) {
    const std::uint64_t row = tensor.shape.empty() ? 1 : tensor.shape.back();
    if (row % core::tensor::info(type).block_elements != 0)
      corrupt("rows that are no whole groups");
  }
  void apply(std::uint64_t /*first*/, std::span<float> values) override {
    const auto& type = core::tensor::info(type_);
    bytes_.resize(values.size() / type.block_elements * type.block_bytes);
    pg::check(core::tensor::quantize(type_, values, bytes_));
    pg::check(core::tensor::dequantize(type_, bytes_, values));
  }

 private:
  DType type_;
  std::vector<std::byte> bytes_;
};

std::unique_ptr<ValueStep> made(const TensorKey& tensor, const TensorStep& step,
                                const std::shared_ptr<BlockReader>& blocks) {
  switch (step.parameters.operation) {
    case Operation::kLinear:
      return std::make_unique<Linear>(tensor, step, blocks);
    case Operation::kSlice:
      return std::make_unique<Slice>(tensor, step, blocks);
    case Operation::kCast:
      if (!step.parameters.type) corrupt("no type to cast to");
      return std::make_unique<Cast>(tensor, *step.parameters.type);
    default:
      return std::make_unique<Addition>(tensor, step);
  }
}

}  // namespace

TensorReader::TensorReader(const TensorKey& tensor, std::shared_ptr<BlockReader> blocks)
    : dtype_(tensor.dtype),
      group_(core::tensor::info(tensor.dtype).block_elements),
      reader_(blocks_of_tensor(tensor.tensor_id), blocks) {
  for (const TensorStep& step : tensor.steps) {
    steps_.push_back(made(tensor, step, blocks));
    if (step.parameters.type) {
      group_ =
          std::max<std::uint64_t>(group_, core::tensor::info(*step.parameters.type).block_elements);
    }
  }
}
TensorReader::~TensorReader() = default;
TensorReader::TensorReader(TensorReader&&) noexcept = default;

void TensorReader::read(std::uint64_t first, std::span<float> out) {
  if (out.empty()) return;
  const std::uint64_t from = first / group_ * group_;
  const std::uint64_t to = (first + out.size() + group_ - 1) / group_ * group_;
  if (to - from == out.size()) return read_groups(from, out);
  values_.resize(to - from);
  read_groups(from, values_);
  std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(first - from), out.size(), out.begin());
}

void TensorReader::read_groups(std::uint64_t first, std::span<float> out) {
  const auto& type = core::tensor::info(dtype_);
  bytes_.resize(out.size() / type.block_elements * type.block_bytes);
  reader_.read(first / type.block_elements * type.block_bytes, bytes_);
  pg::check(core::tensor::dequantize(dtype_, bytes_, out));
  for (const auto& step : steps_) step->apply(first, out);
}

void stream_encoded(const TensorKey& tensor, DType dtype, core::Checkpoint& checkpoint,
                    const std::function<void(core::Bytes)>& sink) {
  constexpr std::uint64_t kPiece = 1 << 16;  // elements; whole groups of every type
  const auto& type = core::tensor::info(dtype);
  const std::uint64_t elements = core::checked_product(tensor.shape).value_or(0);
  TensorReader reader(tensor);
  std::vector<float> values;
  std::vector<std::byte> bytes;
  for (std::uint64_t first = 0; first < elements; first += kPiece) {
    values.resize(std::min(kPiece, elements - first));
    reader.read(first, values);
    bytes.resize(values.size() / type.block_elements * type.block_bytes);
    pg::check(core::tensor::quantize(dtype, values, bytes));
    sink(bytes);
    checkpoint.reached(bytes.size());
  }
}

}  // namespace hartonomous::store
