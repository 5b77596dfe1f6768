// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Ranges of a tensor's value, expressions evaluated: a few blocks of each tensor in memory.
#pragma once

#include <memory>

#include "store/content_reader.hpp"

namespace hartonomous::store {

class ValueStep;

class TensorReader {
 public:
  // Tensors that are read together may share a block reader, and what it keeps. kCorrupt for steps
  // that do not fit the tensor. REQUIRES: types that are decoded; owner's rights while it lives.
  explicit TensorReader(const TensorKey& tensor,
                        std::shared_ptr<BlockReader> blocks = std::make_shared<BlockReader>());
  ~TensorReader();
  TensorReader(TensorReader&&) noexcept;

  // Elements [first, first + out.size()) in row-major order; they need not start at a quantised
  // group. REQUIRES: that there are as many.
  void read(std::uint64_t first, std::span<float> out);

 private:
  void read_groups(std::uint64_t first, std::span<float> out);

  core::tensor::DType dtype_;
  std::uint64_t group_;  // elements that are coded together, stored or by a step
  RangeReader reader_;
  std::vector<std::unique_ptr<ValueStep>> steps_;
  std::vector<std::byte> bytes_;
  std::vector<float> values_;
};

// Calls sink(bytes) for the tensor's value, encoded as `dtype`, in order: what a copy of it in a
// file would hold. kUnsupported for a type that numbers are not encoded in. REQUIRES: owner's
// rights.
void stream_encoded(const TensorKey& tensor, core::tensor::DType dtype,
                    core::Checkpoint& checkpoint, const std::function<void(core::Bytes)>& sink);

}  // namespace hartonomous::store
