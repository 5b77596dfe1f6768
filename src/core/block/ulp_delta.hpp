// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A block coded given another of the same type and length: its base, as a fine-tuned weight is
// given the weight it started from.
//
// What is coded is how many representable numbers lie between the two (ULPs). Floats sort like
// integers once their sign is folded in, so the difference is that of two integers, and a small
// change is a small number even across a power of two, where XOR flips many bits. A change of a
// given size is more ULPs the smaller the base, so each symbol is coded in a context that the
// base's exponent names (ulp_contexts.hpp): the distribution of one exponent is narrow, that of all
// together is not. Signs are taken relative to the base's: towards zero and away from it are not
// equally likely. A difference is a symbol and low bits (ulp_numbers.hpp).
//
// Coded form, little-endian:
//   u8   log2 of the width of a number in bytes (0 .. 3)
//   u8   flags: 1 float
//   u8   zero bits at the low end of every number of both blocks, left out
//   u8   mantissa bits (as stored, those left out included); 0 for integers
//        contexts (ulp_contexts.hpp)
//        levels of the segments of 1024 numbers (byte_stream.hpp)
//        symbols (rans.hpp)
//        low bits (bit_stream.hpp), and last the bytes after the last whole number as they are
// Deterministic on every CPU. Sources: Ning et al., "FM-Delta", NeurIPS 2024 (differences of floats
// as integers); "ZipLLM", arXiv:2505.06252 (BitX, the XOR delta this is measured against); the
// choice of contexts is measured in bench/codec.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"
#include "core/block/element_layout.hpp"

namespace hartonomous::core::block {

// The coded form of `raw` given `base`, or nothing if it would take `limit` bytes or more (decided
// before the last pass, within the accuracy of RansModel::estimated_bytes()). REQUIRES: raw.size()
// == base.size(). O(n), about 5 n bytes of memory.
std::optional<std::vector<std::byte>> encode_ulp_delta(const ElementLayout& layout, Bytes raw,
                                                       Bytes base, std::size_t limit);

// Decodes all of `coded` into `out`. REQUIRES: base.size() == out.size(), the two do not overlap.
// kMalformed unless `coded` is the form of a block of that length, as far as that shows.
// O(out.size() + coded.size()), under 512 KiB of memory.
Status decode_ulp_delta(Bytes coded, Bytes base, std::span<std::byte> out);

}  // namespace hartonomous::core::block
