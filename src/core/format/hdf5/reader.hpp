// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// HDF5 files: Keras' .h5 and .weights.h5, and any other whose datasets are numbers. Read are
// superblocks 0 to 3, object headers 1 and 2, groups by symbol table and by link messages, and
// datasets that lie in one stretch; chunked and filtered ones are listed as kEncoded.
#pragma once

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/format/layout.hpp"
#include "core/format/parse.hpp"

namespace hartonomous::core::format::hdf5 {

// Tensors are named by their paths, without a slash at the start. Errors and costs as
// format::parse().
Result<FileLayout> read(ByteSource& source, const Limits& limits, Checkpoint& checkpoint);

}  // namespace hartonomous::core::format::hdf5
