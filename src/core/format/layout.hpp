// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where everything lies in a model file: the one result of parsing, used alike for listing,
// storing and export, so that no two of them can disagree.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/format/metadata.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::core::format {

enum class Format : std::uint8_t {
  kSafetensors,
  kGguf,
  kNumpy,  // one .npy array
  kNpz,    // a ZIP archive of them
  kPytorch,
  kOnnx,
  kTensorflow,  // the index of a bundle
  kHdf5,        // Keras' .h5 among them
  kKeras,       // a .keras archive
  kOpaque,      // nothing that is read here: bytes
};
// "safetensors", "gguf", "npy", "npz", "pytorch", "onnx", "tensorflow", "hdf5", "keras", "opaque".
const char* name(Format format) noexcept;

// Where the bytes of a tensor are. Only kInPlace tensors become segments; the bytes of all others
// stay literal, so that a file comes back as it was whatever its tensors mean.
enum class Placement : std::uint8_t {
  kInPlace,   // [offset, offset + byte_length) of the file, and no other in-place tensor's
  kShared,    // the same, within the range of an in-place tensor: a tied weight or a view
  kEncoded,   // the file holds them otherwise: compressed, strided, byte-swapped, as varints;
              // offset is where that form begins
  kExternal,  // [offset, offset + byte_length) of another file, named by `file`
};
// "in place", "shared", "encoded", "external".
const char* name(Placement placement) noexcept;

struct TensorEntry {
  std::string name;  // valid UTF-8 without NUL, unique in its file
  tensor::DType dtype;
  std::vector<std::uint64_t> shape;  // outermost first (GGUF's order reversed); empty = scalar
  std::uint64_t offset;              // absolute, in bytes from the start of the file
  std::uint64_t byte_length;         // what dtype and shape demand
  Placement placement = Placement::kInPlace;
  std::string file = {};  // of a kExternal tensor: a relative name without "..", to be matched with
                          // the files that came along, never opened
  std::optional<std::uint32_t> masked_crc = {};  // of its bytes, if the file says: hash/crc32c.hpp
};

struct FileLayout {
  Format format;
  std::vector<TensorEntry> tensors;  // in the order of the file's header
  Metadata metadata;
  std::vector<std::string> warnings;  // odd but accepted; sentences for a person
};

struct Segment {
  std::uint64_t offset;
  std::uint64_t length;  // > 0
  std::int64_t tensor;   // index into FileLayout::tensors, or -1 for literal bytes
  bool operator==(const Segment&) const = default;
};

// Marks as kShared every in-place tensor whose range meets one that begins earlier, is longer, or
// is listed first, in that order of precedence. Tensors of zero length stay as they are. O(n log
// n).
void mark_shared(std::vector<TensorEntry>& tensors);

// Of tensors with one name, leaves out all but the first, each with a warning. O(n log n);
// allocates 4 bytes per tensor.
void drop_repeated(FileLayout& layout, Checkpoint& checkpoint);

// Every byte of the file exactly once, in order: in-place tensors, and the literal bytes between
// them. Tensors of zero length have no segment. REQUIRES: a layout that parse() returned for a file
// of `file_size` bytes. O(n log n).
std::vector<Segment> segments(const FileLayout& layout, std::uint64_t file_size);

}  // namespace hartonomous::core::format
