// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What a LoRA adapter adds to the matrices of a base, whichever kind of files either has.
#pragma once

#include "core/run/row_order.hpp"
#include "store/version_tensors.hpp"

namespace hartonomous::store {

// A version that was read for this: borrowed.
struct ReadVersion {
  std::span<const FileKey> files;
  std::span<const NamedTensor> tensors;
};

struct AdapterTerm {
  std::string target;  // the base's matrix: it gets scale * B * A, B's rows in its own order
  const NamedTensor *a, *b;
  float scale;
  core::run::RowOrder rows;
};

// In order of targets. An adapter of Hugging Face names (PEFT's) fits a GGUF base and the reverse:
// names are translated, and B's rows come in the base's order. kNotFound for a matrix that the base
// does not have, kMalformed for factors that do not fit or an adapter of another architecture, and
// kUnsupported for an adapter that is more than products of two factors, or a base of a family that
// is not run whose files are of the other kind. REQUIRES: owner's rights.
std::vector<AdapterTerm> adapter_terms(const ReadVersion& base, const ReadVersion& adapter,
                                       float scale);

}  // namespace hartonomous::store
