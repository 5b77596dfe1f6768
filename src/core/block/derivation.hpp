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
//   u32  where the parent's elements begin in the bytes given: a block of the copy need not begin
//        where one of the parent's does
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

// Elements that a look for a recipe compares: whole blocks of every type.
inline constexpr std::size_t kTrialElements = 16384;

// A recipe, and how many bytes it missed in the trial.
struct FoundRecipe {
  Recipe recipe;
  std::size_t misses;
};
// The recipe that makes `block`, or nearly all of it, of `parent`: tried on their first
// kTrialElements; nothing if none makes nine bytes in ten.
std::optional<FoundRecipe> find_recipe(tensor::DType from, Bytes parent, tensor::DType to,
                                       Bytes block);

// Bytes of the parent that hold the elements of a block of `block_bytes`; nothing if the block's
// elements are not whole blocks of the parent's type.
std::optional<std::size_t> parent_bytes(const Recipe& recipe, std::size_t block_bytes) noexcept;

// The coded form of `block`, or nothing if the recipe does not apply or the form would take `limit`
// bytes or more. `parent` is what decode_derived() will find `skip` bytes into what it is given.
// O(n), about 8 n bytes of memory.
std::optional<std::vector<std::byte>> encode_derived(const Recipe& recipe, Bytes parent,
                                                     Bytes block, std::size_t limit,
                                                     std::uint32_t skip = 0);

// Decodes all of `coded` into `out`. kMalformed if `coded` is not such a form; kInvalidArgument or
// kUnsupported if `parents` does not suit it.
Status decode_derived(Bytes coded, Bytes parents, std::span<std::byte> out);

}  // namespace hartonomous::core::block
