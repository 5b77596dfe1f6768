// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Models made of whole layers of others (mergekit's passthrough): a new safetensors file whose
// tensors are all stored already, and a configuration that counts the layers anew.
#pragma once

#include "core/merge/layer_slices.hpp"
#include "store/model_merge.hpp"

namespace hartonomous::store {

// Makes a version whose layers are those of the slices (core/merge/layer_slices.hpp), in order, and
// all else, files too, the base's (empty: the first slice's model); points the target's ref at it.
// Every block of weights is shared; all are read once, to hash the file. Charges the file's size.
// kInvalidArgument for layers that are not there or do not fit the others, and as require_alike();
// kUnsupported for models whose base does not name tensors as Hugging Face does or is not
// safetensors, and for expressions.
std::int64_t stack_layers(const MergeTarget& target, std::string_view parameters,
                          std::string_view base);

}  // namespace hartonomous::store
