// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Stacks of layers, and the names of tensors in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::merge {

struct LayerSlice {
  std::string model;
  std::uint64_t from = 0, to = 0;  // layers [from, to) of it
};

// From {"slices": [{"model": "a", "layers": [0, 3]}, ...]}. kInvalidArgument and kMalformed for
// anything else, for empty slices and for layers above 10000.
Result<std::vector<LayerSlice>> read_slices(std::string_view parameters, Checkpoint& checkpoint);

// A name such as model.layers.3.mlp.up_proj.weight, cut around the layer's number.
struct LayerName {
  std::string before, after;
  std::uint64_t number;
};
// Nothing for a tensor of no layer. Knows lists called layers, layer, h, blocks and block.
std::optional<LayerName> layer_of(std::string_view name);

}  // namespace hartonomous::core::merge
