// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// model.safetensors.index.json: which shard holds which tensor. File names in it are data to be
// matched against the files that came along; each is a single path component and nothing opens it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/parse.hpp"

namespace hartonomous::core::format::safetensors {

struct ShardIndex {
  struct Mapping {
    std::string tensor;
    std::size_t file;  // index into files
  };
  std::vector<std::string> files;           // distinct shard names, sorted bytewise
  std::vector<Mapping> weight_map;          // in file order; tensor names are unique
  std::optional<std::uint64_t> total_size;  // sum of tensor bytes as claimed; not verified
};

// kMalformed for anything but {"metadata": {...}, "weight_map": {tensor: file, ...}}: duplicate
// keys, file names that are empty, ".", "..", or hold '/', '\' or control characters.
Result<ShardIndex> read_shard_index(ByteSource& source, const Limits& limits,
                                    Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::safetensors
