// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <memory>
#include <vector>

#include "core/tensor/dequantize.hpp"
#include "properties.hpp"

// The first byte chooses the type, the rest are its blocks, in an allocation of exactly their size.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  if (size == 0) return 0;
  const auto dtype = static_cast<core::tensor::DType>(data[0] % core::tensor::kDTypeCount);
  const auto& type = core::tensor::info(dtype);
  const std::size_t blocks = (size - 1) / type.block_bytes;
  const std::size_t bytes = blocks * type.block_bytes, elements = blocks * type.block_elements;
  const auto in = std::make_unique<std::byte[]>(bytes);
  const auto out = std::make_unique<float[]>(elements);
  std::copy_n(core::as_bytes(fuzz::text_of(data + 1, bytes)).data(), bytes, in.get());
  const core::Status status =
      core::tensor::dequantize(dtype, {in.get(), bytes}, {out.get(), elements});
  fuzz::require(status.is_ok() == type.is_decodable);
  if (bytes > 0) {
    fuzz::require(
        !core::tensor::dequantize(dtype, {in.get(), bytes - 1}, {out.get(), elements}).is_ok());
  }
  return 0;
}
