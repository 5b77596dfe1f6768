// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The content address: BLAKE3-256 in derive-key mode, one context string per kind of object, over
// the canonical encodings of docs/internals/content-address.md. `b3sum --derive-key CONTEXT` over
// the same bytes gives the same digest. Deterministic on every machine, locale and thread count.
// Source: O'Connor, Aumasson, Neves, Wilcox-O'Hearn, "BLAKE3", 2021, sections 2.3 and 6.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "core/base/cursor.hpp"

namespace hartonomous::core::hash {

struct ContentHash {
  std::array<std::byte, 32> bytes{};

  auto operator<=>(const ContentHash&) const = default;
  // The first eight bytes as a little-endian integer: already uniformly distributed.
  std::uint64_t prefix() const noexcept { return load_little_endian<std::uint64_t>(bytes.data()); }
  std::string hex() const;
};

// The kinds that are hashed. A context string is never changed once data exists; a new encoding is
// a new enumerator with a new string.
enum class Kind : std::uint8_t {
  kCodepoint,
  kComposition,
  kBlock,
  kTensor,
  kFile,
  kManifest,
  kEdgeSource,
  kByte,
  kVocabulary,
  kFileRun,
};
const char* context(Kind kind) noexcept;

// Incremental hashing of one object. Cheap to construct (the derived keys are computed once).
class ContentHasher {
 public:
  explicit ContentHasher(Kind kind);
  ~ContentHasher();
  ContentHasher(ContentHasher&&) noexcept;
  ContentHasher& operator=(ContentHasher&&) noexcept;

  ContentHasher& update(Bytes bytes) noexcept;
  // Appends `value` as little-endian bytes.
  ContentHasher& update_u32(std::uint32_t value) noexcept;
  ContentHasher& update_u64(std::uint64_t value) noexcept;
  ContentHash finish() const noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Child of a composition: which atom, how many times in a row (>= 1).
struct Child {
  ContentHash hash;
  std::uint32_t multiplicity;
};

// Codepoint: its number as u32.
ContentHash codepoint_hash(char32_t codepoint);
// Byte: a byte that is not part of a character, as u8.
ContentHash byte_hash(std::uint8_t byte);
// Composition: (child hash ‖ multiplicity u32)*, in order. A composition of one child with
// multiplicity 1 does not exist: it *is* the child; callers collapse it first.
ContentHash composition_hash(std::span<const Child> children);
// Block: its bytes.
ContentHash block_hash(Bytes bytes);
// Tensor: u8 length of dtype ‖ dtype ‖ u8 rank ‖ rank × u64 dimension (outermost first) ‖ bytes.
// Returns a hasher that has consumed all but the bytes. REQUIRES: dtype.size(), rank <= 255.
ContentHasher tensor_hasher(std::string_view dtype, std::span<const std::uint64_t> shape);

}  // namespace hartonomous::core::hash
