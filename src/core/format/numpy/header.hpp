// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The header of a NumPy array: magic, version, and a Python dict literal, read by a fixed grammar
// (nothing is evaluated). Source: numpy.lib.format, versions 1.0 to 3.0.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/layout.hpp"
#include "core/format/parse.hpp"

namespace hartonomous::core::format::numpy {

inline constexpr std::string_view kMagic = "\x93NUMPY";
inline constexpr std::uint64_t kMaxHeaderBytes = 1 << 16;  // of a header that is read

struct Header {
  std::string descr;                   // as written: "<f4"; "structured" for a list of fields
  std::optional<tensor::DType> dtype;  // nothing if no element type of ours fits
  std::uint64_t item_bytes;            // 0 if unknown
  bool is_swapped;                     // big-endian elements of several bytes
  bool is_fortran_order;
  std::vector<std::uint64_t> shape;
  std::uint64_t data_offset;  // from the magic's first byte
};

// Reads the header at the start of `text`, which holds the array's first bytes: all of its header,
// or all of a shorter file. kMalformed if it is none; kUnsupported for another version; and
// kLimitExceeded for a header of more than kMaxHeaderBytes and for too many dimensions.
Result<Header> read_header(std::string_view text, const Limits& limits, Checkpoint& checkpoint);

// A tensor of that header and of `name`, in an array of `size` bytes that begins at `offset` and is
// compressed or not. kUnsupported if its elements have no type here (objects, texts, records);
// kMalformed if shape and type do not demand exactly the bytes that follow the header.
Result<TensorEntry> entry_of(const Header& header, std::string name, std::uint64_t offset,
                             std::uint64_t size, bool is_compressed);

}  // namespace hartonomous::core::format::numpy
