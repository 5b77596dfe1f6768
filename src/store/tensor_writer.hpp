// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tensors made of values and not read from a file: one pass, one block in memory. Each block is
// claimed as it comes, so two transactions that write the same new content in different orders may
// deadlock; PostgreSQL then ends one with 40P01, and it can be repeated.
#pragma once

#include "core/tensor/dtype.hpp"
#include "store/content_reader.hpp"

namespace hartonomous::store {

struct StoredTensor {
  std::int64_t tensor_id;
  ContentHash hash;
  std::uint64_t byte_length;
};

// begin(), then add() or add_stored() until every byte is there, then end(); again for the next
// tensor; at last finish(). REQUIRES: owner's rights. Destroying one without finish() is only legal
// while an error unwinds.
class TensorWriter {
 public:
  void begin(core::tensor::DType dtype, std::vector<std::uint64_t> shape);
  // The next bytes, however cut.
  void add(core::Bytes bytes);
  // The next block, which is stored already. REQUIRES: that add() left no part of a block, and that
  // the place is one of a tensor of the same dtype and shape.
  void add_stored(const BlockPlace& place, core::Bytes bytes);
  // kInvalidArgument if the bytes are not as many as dtype and shape demand. A tensor that is
  // stored already is that one.
  StoredTensor end();
  void finish() { writer_.finish(); }

 private:
  void flush();

  BlockWriter writer_;
  core::tensor::DType dtype_ = core::tensor::DType::kF32;
  std::vector<std::uint64_t> shape_;
  std::uint64_t block_length_ = 0, byte_length_ = 0;
  core::hash::ContentHasher hasher_{core::hash::Kind::kTensor};
  std::vector<std::byte> pending_;
  std::vector<std::int64_t> blocks_;
};

}  // namespace hartonomous::store
