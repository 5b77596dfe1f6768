// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What the header of a dataset says of its elements, and where they are.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/format/hdf5/object_header.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::core::format::hdf5 {

struct ElementKind {
  std::uint64_t bytes = 0;             // of one element
  std::optional<tensor::DType> dtype;  // nothing for what is no number we have
  bool is_big_endian = false;
  bool is_fixed_text = false;     // `bytes` of text, padded
  bool is_variable_text = false;  // a reference into a global heap
};
// kMalformed if the message ends within what it must hold.
Result<ElementKind> read_datatype(const File& file, std::string_view body);

// Dimensions, outermost first; empty for a scalar. `is_null`: there are no elements at all.
struct Dataspace {
  std::vector<std::uint64_t> shape;
  bool is_null = false;
};
Result<Dataspace> read_dataspace(const File& file, std::string_view body);

struct Storage {
  enum class Kind : std::uint8_t {
    kAbsent,  // never written
    kRange,   // one stretch of the file, in row-major order
    kChunks,  // several, or filtered
  } kind = Kind::kAbsent;
  std::uint64_t offset = 0;  // in the file; of chunks, where one of them or their index begins
};
// Where `length` bytes of elements of `element_bytes` each, in `shape`, are. kMalformed for ranges
// outside the file or of another length; kUnsupported for data in other files, and virtual data.
Result<Storage> find_storage(File& file, const ObjectHeader& header,
                             const std::vector<std::uint64_t>& shape, std::uint64_t element_bytes,
                             std::uint64_t length);

}  // namespace hartonomous::core::format::hdf5
