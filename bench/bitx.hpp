// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What the codecs are measured against, written from the papers' descriptions for this bench alone:
// BitX (ZipLLM, arXiv:2505.06252): XOR with the base, exponents apart from signs and mantissas,
// zstd at level 3 on each part; and zstd at level 3 on the bytes as they are.
#pragma once

#include <cstdint>
#include <cstring>
#include <vector>

#include <zstd.h>

#include "core/base/cursor.hpp"

namespace bench {

using hartonomous::core::Bytes;
using Buffer = std::vector<std::byte>;

inline Buffer zstd_compress(Bytes raw) {
  Buffer out(ZSTD_compressBound(raw.size()));
  out.resize(ZSTD_compress(out.data(), out.size(), raw.data(), raw.size(), 3));
  return out;
}
inline Buffer zstd_decompress(Bytes coded, std::size_t size) {
  Buffer out(size);
  ZSTD_decompress(out.data(), out.size(), coded.data(), coded.size());
  return out;
}

struct BitxCoded {
  Buffer exponents, rest;
  std::size_t size() const { return exponents.size() + rest.size(); }
};

// For 16-bit floats: bfloat16's exponent is a byte of its own, binary16's shares one with two bits
// of mantissa.
inline BitxCoded bitx_encode(Bytes raw, Bytes base) {
  Buffer exponents(raw.size() / 2), rest(raw.size() / 2);
  for (std::size_t i = 0; i < exponents.size(); ++i) {
    std::uint16_t one, other;
    std::memcpy(&one, &raw[2 * i], 2);
    std::memcpy(&other, &base[2 * i], 2);
    const auto turned = static_cast<std::uint16_t>((one ^ other) << 1 | (one ^ other) >> 15);
    exponents[i] = static_cast<std::byte>(turned >> 8);
    rest[i] = static_cast<std::byte>(turned);
  }
  return {zstd_compress(exponents), zstd_compress(rest)};
}

inline Buffer bitx_decode(const BitxCoded& coded, Bytes base) {
  const Buffer exponents = zstd_decompress(coded.exponents, base.size() / 2);
  const Buffer rest = zstd_decompress(coded.rest, base.size() / 2);
  Buffer out(base.size());
  for (std::size_t i = 0; i < exponents.size(); ++i) {
    std::uint16_t other;
    std::memcpy(&other, &base[2 * i], 2);
    const auto turned = static_cast<std::uint16_t>(std::to_integer<unsigned>(exponents[i]) << 8 |
                                                   std::to_integer<unsigned>(rest[i]));
    const auto one = static_cast<std::uint16_t>((turned >> 1 | turned << 15) ^ other);
    std::memcpy(&out[2 * i], &one, 2);
  }
  return out;
}

}  // namespace bench
