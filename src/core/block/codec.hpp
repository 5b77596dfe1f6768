// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Lossless coding of a block: the method that measures smallest, and the way back. The methods are
// the values of the store's codec column; see docs/internals/block-codecs.md.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/cursor.hpp"
#include "core/base/result.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::core::block {

// Stored: never renumbered.
enum class Method : std::uint8_t {
  kRaw = 0,       // the bytes
  kPlanes = 1,    // planes.hpp
  kUlpDelta = 2,  // ulp_delta.hpp: needs its base
  kDerived = 3,   // derivation.hpp: needs its parent
};

// As the store spells it.
std::string_view name(Method method) noexcept;
std::optional<Method> method_by_name(std::string_view name) noexcept;

struct CodedBlock {
  Method method = Method::kRaw;
  std::vector<std::byte> bytes;  // empty for kRaw: the block is its own form
};

// Codes `raw`, part of a tensor of `dtype` that starts at an element. With a `base` of the same
// type and length, the difference is tried first. A method is taken if it saves at least a 64th of
// what the next plainer one would store. Deterministic on every CPU. O(n), about 8 n bytes of
// memory (8 MiB for the largest block). REQUIRES: !base || base->size() == raw.size().
CodedBlock encode_block(tensor::DType dtype, Bytes raw, std::optional<Bytes> base);

// The block of out.size() bytes that `coded` stands for. `base` is what the block was coded given:
// the base of encode_block() or the parents of decode_derived(); ignored by methods that need none.
// kMalformed for bytes that no encoder makes, as far as that shows without the block's hash: any
// bytes decode in O(out.size() + coded.size()) to some block or to an error. kInvalidArgument if a
// base is needed and absent or does not fit the block, kUnsupported for an unknown method or type.
Status decode_block(Method method, Bytes coded, std::optional<Bytes> base,
                    std::span<std::byte> out);

}  // namespace hartonomous::core::block
