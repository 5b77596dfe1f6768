// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How the bytes of a tensor repeat, as the codecs see them: an element of one number, or a block of
// quantised ones with its scales.
#pragma once

#include <cstdint>
#include <span>

#include "core/tensor/dtype.hpp"

namespace hartonomous::core::block {

struct ElementLayout {
  std::uint8_t width;          // bytes of a number: 1, 2, 4 or 8
  bool is_float;               // sign and magnitude, else two's complement
  std::uint8_t mantissa_bits;  // of a float; the bits above, but the sign, are its exponent
  // Of a quantised block: the lengths of the runs of bytes that differ in kind, in order; empty for
  // plain numbers. They add up to the block.
  std::span<const std::uint8_t> runs;
};

// O(1). Types whose numbers do not end on bytes are seen as bytes.
ElementLayout layout_of(tensor::DType dtype) noexcept;

}  // namespace hartonomous::core::block
