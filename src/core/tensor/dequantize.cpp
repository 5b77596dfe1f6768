// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tensor/dequantize.hpp"

#include <string>

#include "core/tensor/decoders.hpp"

namespace hartonomous::core::tensor {

Status dequantize(DType dtype, Bytes in, std::span<float> out) {
  const DTypeInfo& type = info(dtype);
  Decoder decode = scalar_decoder(dtype);
  if (decode == nullptr) decode = small_block_decoder(dtype);
  if (decode == nullptr) decode = super_block_decoder(dtype);
  if (decode == nullptr) {
    return {Code::kUnsupported,
            "elements of type " + std::string(type.name) + " cannot be decoded to numbers"};
  }
  const std::size_t blocks = out.size() / type.block_elements;
  if (out.size() % type.block_elements != 0 || in.size() % type.block_bytes != 0 ||
      in.size() / type.block_bytes != blocks) {
    return {Code::kInvalidArgument, std::to_string(in.size()) + " bytes of " +
                                        std::string(type.name) + " are not " +
                                        std::to_string(out.size()) + " elements"};
  }
  decode(in.data(), blocks, out.data());
  return Status::ok();
}

}  // namespace hartonomous::core::tensor
