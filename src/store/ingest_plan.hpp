// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What an upload consists of, before anything is written: each file parsed into pieces, each tensor
// and each block hashed. One pass over the bytes, memory proportional to the number of blocks.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/block/similarity_sketch.hpp"
#include "core/format/gguf/split.hpp"
#include "core/format/parse.hpp"
#include "store/block_store.hpp"
#include "store/file_hash.hpp"

namespace hartonomous::store {

// One file offered for ingest. `path` is its name inside the version: relative, with / between its
// components, as pg::file_below_directory() accepts it.
struct UploadFile {
  std::string path;
  std::unique_ptr<core::ByteSource> source;
};

struct PlannedTensor {
  std::string name;
  core::tensor::DType dtype;
  std::vector<std::uint64_t> shape;  // outermost first
  std::uint64_t byte_length;
  ContentHash hash;
  std::vector<BlockKey> blocks;                  // in order; empty for an empty tensor
  std::optional<std::uint32_t> masked_crc = {};  // that its bytes must have
  std::uint64_t elements = 0;
  std::optional<core::block::SimilaritySketch> sketch = {};
};

// A stretch of a file: one whole tensor, or literal bytes that fit one block.
struct Piece {
  std::uint64_t offset;
  std::uint64_t length;
  std::int64_t tensor;  // index into PlannedFile::tensors, or -1
  ContentHash hash;     // of the tensor, or of the literal block
};

struct PlannedFile {
  const UploadFile* upload;
  std::string format;    // "safetensors", "gguf", ..., "opaque"
  std::string metadata;  // JSON object
  std::vector<PlannedTensor> tensors;
  std::vector<Piece> pieces;  // cover the file, in order
  FileRuns runs;
  ContentHash hash;
  std::vector<std::string> warnings;
  std::optional<core::format::gguf::SplitPart> split;  // of a model in several GGUF files
};

// The parsed header of a file, with a warning if its name says what its content is not.
core::Result<core::format::FileLayout> file_layout(const UploadFile& upload,
                                                   const core::format::Limits& limits,
                                                   core::Checkpoint& checkpoint);

// Metadata as a JSON object that jsonb accepts: NUL characters become U+FFFD, arrays of more than
// 64 elements are given by type and length. A view; the file's bytes are kept as they are.
std::string metadata_json(const core::format::Metadata& metadata);

// Parses all files of an upload, finds the tensors that one of them has in another, and hashes.
core::Result<std::vector<PlannedFile>> plan_files(std::span<const UploadFile> uploads,
                                                  const core::format::Limits& limits,
                                                  core::Checkpoint& checkpoint);

// Bytes of one block of this tensor (the last may be shorter).
std::uint64_t block_length(core::tensor::DType dtype, std::span<const std::uint64_t> shape);

// BLAKE3 over the (path, file hash) pairs in path order: the identity of a version's content.
struct ManifestEntry {
  std::string path;
  ContentHash hash;
};
ContentHash manifest_hash(std::vector<ManifestEntry> entries);

}  // namespace hartonomous::store
