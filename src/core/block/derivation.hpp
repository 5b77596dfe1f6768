// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A block that a stored parent's block gives by a known operation: a cast of it, a quantisation, or
// the numbers that a quantised one stands for. Stored is the recipe, and if the operation misses
// somewhere (another version of it, a converter that rounds otherwise) the difference, coded as
// between a block and its base. Q4_K data is all but incompressible by itself; derived it is
// nothing.
//
// Coded form:
//   u8   operation: 1, convert
//   u8   rounding (tensor::Rounding)
//   u8 n, n bytes  the parent's element type by name; the same for the block's own
//   nothing more, or the ulp_delta.hpp form of the block given what the recipe makes
// Deterministic on every CPU, as the conversions are.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"
#include "core/tensor/quantize.hpp"

namespace hartonomous::core::block {

struct Recipe {
  tensor::DType from, to;
  tensor::Rounding rounding = tensor::Rounding::kNearestEven;
  bool operator==(const Recipe&) const = default;
};

// What the recipe makes of the parent's elements: decoded to float32, encoded as `to`.
// kUnsupported if either type has no such conversion; kInvalidArgument unless `parent` and `out`
// are whole blocks of equally many elements. O(out.size()), 48 KiB of memory.
Status derive(const Recipe& recipe, Bytes parent, std::span<std::byte> out);

// The recipe that makes `block`, or nearly all of it, of `parent`: tried on their first 16384
// elements; nothing if none makes nine bytes in ten.
std::optional<Recipe> find_recipe(tensor::DType from, Bytes parent, tensor::DType to, Bytes block);

// The coded form of `block`, or nothing if the recipe does not apply or the form would take `limit`
// bytes or more. O(n), about 8 n bytes of memory.
std::optional<std::vector<std::byte>> encode_derived(const Recipe& recipe, Bytes parent,
                                                     Bytes block, std::size_t limit);

// Decodes all of `coded` into `out`. kMalformed if `coded` is not such a form; as derive() if the
// parent does not suit it.
Status decode_derived(Bytes coded, Bytes parent, std::span<std::byte> out);

}  // namespace hartonomous::core::block
