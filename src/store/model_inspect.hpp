// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a model file says of itself, without storing anything: only headers are read.
#pragma once

#include "store/model_ingest.hpp"

namespace hartonomous::store {

// {"files": [{"path", "format", "bytes", "metadata", "tensors": [{"name", "dtype", "shape",
// "offset", "bytes"}], "warnings"}], "tensors": n, "parameters": n, "bytes": n}
std::string inspect_model(const Upload& upload);

}  // namespace hartonomous::store
