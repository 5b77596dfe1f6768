// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a model lacks of what its own files promise or its kind needs, so that one learns of it
// before it is run.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/facts/model_facts.hpp"
#include "core/facts/tensor_view.hpp"
#include "core/format/gguf/split.hpp"
#include "core/format/safetensors/shard_index.hpp"

namespace hartonomous::core::facts {

struct Inventory {
  std::vector<std::string_view> paths;  // of all files, sorted
  std::span<const TensorView> tensors;  // of all files
  MetadataFiles metadata;
  struct Index {
    std::string_view path;
    const format::safetensors::ShardIndex* content;
  };
  std::vector<Index> indexes;
  struct Part {
    std::string_view path;
    format::gguf::SplitPart part;
  };
  std::vector<Part> parts;
  bool has_gguf_vocabulary = false;
};

struct Missing {
  std::string
      what;  // "shard", "index", "config", "tokenizer", "component", "weights", "layer", "tensor"
  std::string name;    // of the file, layer or tensor
  std::string detail;  // a sentence: who needs it
};

// Shards that an index or their own numbering promises, configuration and tokenizer of a text
// model, components of a pipeline. O(total length of names).
std::vector<Missing> missing_files(const Inventory& inventory);

// Layers that the configuration counts and no tensor is of; tensors of a block that another block
// has, where the one has nothing of its own; tensors that an index maps and no file holds. For
// models whose architecture is not known exactly. O(n log n) for n tensors.
std::vector<Missing> missing_tensors(const Inventory& inventory);

}  // namespace hartonomous::core::facts
