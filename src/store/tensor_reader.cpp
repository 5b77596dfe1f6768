// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/tensor_reader.hpp"

#include "core/tensor/dequantize.hpp"
#include "pg/boundary.hpp"

namespace hartonomous::store {

TensorReader::TensorReader(const TensorKey& tensor, std::shared_ptr<BlockReader> blocks)
    : dtype_(tensor.dtype),
      terms_(tensor),
      reader_(blocks_of_tensor(tensor.tensor_id), std::move(blocks)) {}

void TensorReader::read(std::uint64_t first, std::span<float> out) {
  if (out.empty()) return;
  const auto& type = core::tensor::info(dtype_);
  const std::uint64_t group = first / type.block_elements;
  const std::uint64_t last = (first + out.size() - 1) / type.block_elements;
  const std::uint64_t skipped = first - group * type.block_elements;
  bytes_.resize((last - group + 1) * type.block_bytes);
  reader_.read(group * type.block_bytes, bytes_);
  const std::size_t elements = (last - group + 1) * type.block_elements;
  if (elements == out.size()) {
    pg::check(core::tensor::dequantize(dtype_, bytes_, out));
  } else {
    values_.resize(elements);
    pg::check(core::tensor::dequantize(dtype_, bytes_, values_));
    std::copy_n(values_.begin() + static_cast<std::ptrdiff_t>(skipped), out.size(), out.begin());
  }
  terms_.add(first, out);
}

}  // namespace hartonomous::store
