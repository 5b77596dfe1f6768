// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Overlays: versions that say "this model with that adapter" and store no weights. Each matrix that
// the adapter changes is an expression over the base's and the adapter's tensors (expression.hpp).
#pragma once

#include <optional>

#include "store/model_catalog.hpp"

namespace hartonomous::store {

struct OverlayRequest {
  std::string_view model;    // the base, with its ref or version
  std::string_view adapter;  // a model that is a LoRA adapter, PEFT's or a GGUF file
  float scale;               // times the adapter's own
  std::string_view ref;      // of the base's model, to point at the overlay
};

// Returns the version; the one that the ref has already, if it is the same. An overlay may be the
// base of a further one. Errors as adapter_terms(), and kInvalidArgument for a scale that is not
// finite.
std::int64_t create_overlay(const OverlayRequest& request);

}  // namespace hartonomous::store
