// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A block coded alone: bytes of one kind are brought together, and each kind is stored raw, as one
// constant or entropy-coded (byte_stream.hpp), whichever measures smallest in this block.
//
// In trained weights the exponent is nearly all there is to gain: it takes 8 bits of a bfloat16 and
// carries about 2.6, while sign and mantissa are close to noise. A float's bits are therefore
// rotated left by one, so that its top byte is exponent alone and the sign joins the mantissa.
//
// Coded form:
//   u8      flags: 1 if elements are rotated
//   u8      number of runs r >= 1
//   r × u8  their lengths, each >= 1; their sum is the period
//   for each run, the byte stream of that part of every whole period of the block
//           the bytes after the last whole period, as they are
// An element of w plain bytes is w runs of one byte, least significant first.
//
// Deterministic on every CPU. Sources: Hershcovitch et al., "ZipNN", arXiv:2411.05239 (exponents
// are skewed, mantissas are not); Zhang et al., "DFloat11", arXiv:2504.11651.
#pragma once

#include <span>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"
#include "core/block/element_layout.hpp"

namespace hartonomous::core::block {

// Appends the coded form of `raw`. It may be longer than `raw`, by less than 1 KiB. O(n), about
// 3 n bytes of memory.
void encode_planes(const ElementLayout& layout, Bytes raw, std::vector<std::byte>& out);

// Decodes all of `coded` into `out`. kMalformed unless it is the form of exactly out.size() bytes,
// as far as that shows. O(out.size() + coded.size()), under 512 KiB of memory.
Status decode_planes(Bytes coded, std::span<std::byte> out);

}  // namespace hartonomous::core::block
