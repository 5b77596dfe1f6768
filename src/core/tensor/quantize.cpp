// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tensor/quantize.hpp"

#include <string>

#include "core/tensor/encoders.hpp"

namespace hartonomous::core::tensor {

namespace {

template <std::uint16_t (*Convert)(float)>
void halves(const float* in, std::size_t count, std::byte* out) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint16_t half = Convert(in[i]);
    std::memcpy(out + 2 * i, &half, sizeof half);
  }
}

void floats(const float* in, std::size_t count, std::byte* out) {
  if (count > 0) std::memcpy(out, in, count * sizeof(float));
}

BlockEncoder cast_encoder(DType dtype, Rounding rounding) noexcept {
  const bool nearest = rounding == Rounding::kNearestEven;
  switch (dtype) {
    case DType::kF32:
      return floats;
    case DType::kF16:
      return nearest ? halves<float_to_half> : halves<float_to_half_truncated>;
    case DType::kBf16:
      return nearest ? halves<float_to_bfloat16> : halves<float_to_bfloat16_truncated>;
    default:
      return nullptr;
  }
}

BlockEncoder encoder(DType dtype, Rounding rounding) noexcept {
  BlockEncoder encode = cast_encoder(dtype, rounding);
  if (encode == nullptr) encode = small_block_encoder(dtype);
  if (encode == nullptr) encode = super_block_encoder(dtype);
  return encode;
}

}  // namespace

bool is_quantizable(DType dtype) noexcept {
  return encoder(dtype, Rounding::kNearestEven) != nullptr;
}

Status quantize(DType dtype, std::span<const float> in, std::span<std::byte> out,
                Rounding rounding) {
  const DTypeInfo& type = info(dtype);
  const BlockEncoder encode = encoder(dtype, rounding);
  if (encode == nullptr) {
    return {Code::kUnsupported, "numbers cannot be encoded as " + std::string(type.name)};
  }
  const std::size_t blocks = in.size() / type.block_elements;
  if (in.size() % type.block_elements != 0 || out.size() % type.block_bytes != 0 ||
      out.size() / type.block_bytes != blocks) {
    return {Code::kInvalidArgument, std::to_string(in.size()) + " elements of " +
                                        std::string(type.name) + " do not take " +
                                        std::to_string(out.size()) + " bytes"};
  }
  encode(in.data(), blocks, out.data());
  return Status::ok();
}

}  // namespace hartonomous::core::tensor
