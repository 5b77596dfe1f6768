// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which stored model a model was made from, by its weights alone.
#pragma once

#include "store/model_catalog.hpp"

namespace hartonomous::store {

struct BaseCandidate {
  std::string model;
  std::int64_t version_id;
  double distance;       // mean over the tensors compared, in bits a sample: 0 .. 5.5
  std::int64_t tensors;  // how many of those compared have a relative in it
};

// At most `count` other versions that the caller sees, the likeliest first: the oldest of those
// hardly farther than the nearest, then by distance. Compares samples of the 8 largest tensors with
// those of all stored tensors of as many numbers: about 1 µs each. Runs as the caller.
std::vector<BaseCandidate> find_bases(const VersionKey& version, std::size_t count);

}  // namespace hartonomous::store
