// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tensors that one file of an upload describes and another holds: ONNX' external data, the shards
// of TensorFlow's bundles.
#pragma once

#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/format/layout.hpp"

namespace hartonomous::core::format {

struct NamedLayout {
  std::string_view path;  // in the upload, with '/' between components; unique
  std::uint64_t size;     // of the file
  FileLayout layout;
};

// Moves each external tensor to the opaque file that its name leads to, where it is in place, or
// shared if it overlaps another. Those whose file is not there, or is of a format itself, stay
// where they are; what is not there is said in a warning. kMalformed for a tensor that its file is
// too short for. No file is opened, whatever a name says. O(n log n) for n tensors and files.
Status place_external(std::vector<NamedLayout>& files);

}  // namespace hartonomous::core::format
