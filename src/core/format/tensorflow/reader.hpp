// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// TensorFlow's bundles (checkpoints, the variables of a SavedModel): an index, which is read, and
// data shards, in which its tensors are. A graph is a program and is neither read nor run.
// Sources: TensorFlow's tensor_bundle.proto, tensor_shape.proto and types.proto.
#pragma once

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/layout.hpp"
#include "core/format/parse.hpp"

namespace hartonomous::core::format::tensorflow {

// Whether a file that ends as a table is a bundle's index, or damaged: its first key is empty.
Result<bool> is_bundle(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

// Tensors are kExternal; the file that each is in is named by what comes behind the stem of the
// index's own name ("data-00000-of-00001" beside "variables.index"). Strings and types that have
// no equivalent are left out with a warning. Errors and costs as format::parse().
Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::tensorflow
