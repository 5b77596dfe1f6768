// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/hash/content_hash.hpp"

extern "C" {
#include <blake3.h>
}

namespace hartonomous::core::hash {

namespace {

constexpr std::array kContexts = {
    "hartonomous v1 codepoint",   "hartonomous v1 composition", "hartonomous v1 block",
    "hartonomous v1 tensor",      "hartonomous v1 file",        "hartonomous v1 manifest",
    "hartonomous v1 edge source", "hartonomous v1 byte",        "hartonomous v1 vocabulary",
    "hartonomous v1 file run",
};

template <class T>
std::array<std::byte, sizeof(T)> little_endian(T value) noexcept {
  std::array<std::byte, sizeof(T)> out;
  for (std::byte& b : out) {
    b = static_cast<std::byte>(value & 0xff);
    value = static_cast<T>(value >> 8);
  }
  return out;
}

// A hasher fresh after absorbing its context: deriving the key once per process, not per object.
const blake3_hasher& fresh(Kind kind) {
  static const auto all = [] {
    std::array<blake3_hasher, kContexts.size()> hashers;
    for (std::size_t i = 0; i < hashers.size(); ++i) {
      blake3_hasher_init_derive_key(&hashers[i], kContexts[i]);
    }
    return hashers;
  }();
  return all[static_cast<std::size_t>(kind)];
}

ContentHash finalize(const blake3_hasher& hasher) noexcept {
  ContentHash out;
  blake3_hasher_finalize(&hasher, reinterpret_cast<std::uint8_t*>(out.bytes.data()), 32);
  return out;
}

}  // namespace

struct ContentHasher::State {
  blake3_hasher hasher;
};

const char* context(Kind kind) noexcept { return kContexts[static_cast<std::size_t>(kind)]; }

std::string ContentHash::hex() const {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(64);
  for (const std::byte b : bytes) {
    out += kDigits[std::to_integer<unsigned>(b) >> 4];
    out += kDigits[std::to_integer<unsigned>(b) & 15];
  }
  return out;
}

ContentHasher::ContentHasher(Kind kind) : state_(std::make_unique<State>(State{fresh(kind)})) {}
ContentHasher::~ContentHasher() = default;
ContentHasher::ContentHasher(ContentHasher&&) noexcept = default;
ContentHasher& ContentHasher::operator=(ContentHasher&&) noexcept = default;

ContentHasher& ContentHasher::update(Bytes bytes) noexcept {
  blake3_hasher_update(&state_->hasher, bytes.data(), bytes.size());
  return *this;
}
ContentHasher& ContentHasher::update_u32(std::uint32_t value) noexcept {
  return update(little_endian(value));
}
ContentHasher& ContentHasher::update_u64(std::uint64_t value) noexcept {
  return update(little_endian(value));
}
ContentHash ContentHasher::finish() const noexcept { return finalize(state_->hasher); }

ContentHash codepoint_hash(char32_t codepoint) {
  blake3_hasher hasher = fresh(Kind::kCodepoint);
  const auto image = little_endian(static_cast<std::uint32_t>(codepoint));
  blake3_hasher_update(&hasher, image.data(), image.size());
  return finalize(hasher);
}

ContentHash byte_hash(std::uint8_t byte) {
  blake3_hasher hasher = fresh(Kind::kByte);
  blake3_hasher_update(&hasher, &byte, 1);
  return finalize(hasher);
}

ContentHash composition_hash(std::span<const Child> children) {
  blake3_hasher hasher = fresh(Kind::kComposition);
  for (const Child& child : children) {
    const auto multiplicity = little_endian(child.multiplicity);
    blake3_hasher_update(&hasher, child.hash.bytes.data(), child.hash.bytes.size());
    blake3_hasher_update(&hasher, multiplicity.data(), multiplicity.size());
  }
  return finalize(hasher);
}

ContentHash block_hash(Bytes bytes) {
  blake3_hasher hasher = fresh(Kind::kBlock);
  blake3_hasher_update(&hasher, bytes.data(), bytes.size());
  return finalize(hasher);
}

ContentHasher tensor_hasher(std::string_view dtype, std::span<const std::uint64_t> shape) {
  ContentHasher hasher(Kind::kTensor);
  hasher.update(little_endian(static_cast<std::uint8_t>(dtype.size())));
  hasher.update(as_bytes(dtype));
  hasher.update(little_endian(static_cast<std::uint8_t>(shape.size())));
  for (const std::uint64_t dimension : shape) hasher.update_u64(dimension);
  return hasher;
}

}  // namespace hartonomous::core::hash
