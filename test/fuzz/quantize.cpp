// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <algorithm>
#include <cstring>
#include <memory>

#include "core/block/derivation.hpp"
#include "core/block/similarity_sketch.hpp"
#include "core/tensor/dequantize.hpp"
#include "core/tensor/quantize.hpp"
#include "properties.hpp"

// Two bytes choose the types, the rest are blocks of the first: converting them to the second works
// on any bits, and what comes out is a copy that its recipe makes again.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace hartonomous;
  using namespace hartonomous::core;
  if (size < 2) return 0;
  const auto from = static_cast<tensor::DType>(data[0] % tensor::kDTypeCount);
  const auto to = static_cast<tensor::DType>(data[1] % tensor::kDTypeCount);
  const auto& one = tensor::info(from);
  const auto& other = tensor::info(to);
  const std::size_t blocks = (size - 2) / one.block_bytes;
  const std::size_t elements = blocks * one.block_elements;
  const auto parent = std::make_unique<std::byte[]>(blocks * one.block_bytes);
  if (blocks > 0) std::memcpy(parent.get(), data + 2, blocks * one.block_bytes);
  const Bytes given(parent.get(), blocks * one.block_bytes);
  std::vector<std::byte> copy(elements / other.block_elements * other.block_bytes);
  const block::Recipe recipe{from, to};
  const Status status = block::derive(recipe, given, copy);
  const bool fits = elements % other.block_elements == 0;
  fuzz::require(status.is_ok() ==
                (fits && (elements == 0 || (one.is_decodable && tensor::is_quantizable(to)))));
  if (one.is_decodable && blocks > 0) fuzz::require(block::sketch_of(from, given).is_ok());
  if (!status.is_ok()) return 0;
  const auto coded = block::encode_derived(recipe, given, copy, 64);
  fuzz::require(coded.has_value());
  std::vector<std::byte> again(copy.size());
  fuzz::require(block::decode_derived(*coded, given, again).is_ok() && again == copy);
  return 0;
}
