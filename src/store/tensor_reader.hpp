// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Ranges of a tensor's values, with what is done to them: a few blocks in memory.
#pragma once

#include "store/content_reader.hpp"
#include "store/low_rank.hpp"

namespace hartonomous::store {

class TensorReader {
 public:
  // Tensors that are read together may share a block reader, and what it keeps. REQUIRES: a type that
  // is decoded; owner's rights while it lives.
  explicit TensorReader(const TensorKey& tensor,
                        std::shared_ptr<BlockReader> blocks = std::make_shared<BlockReader>());

  // Elements [first, first + out.size()) in row-major order; they need not start at a quantised
  // group. REQUIRES: that there are as many.
  void read(std::uint64_t first, std::span<float> out);

 private:
  core::tensor::DType dtype_;
  LowRankTerms terms_;
  RangeReader reader_;
  std::vector<std::byte> bytes_;
  std::vector<float> values_;
};

}  // namespace hartonomous::store
