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

// At most `count` other versions that the caller sees, the likeliest first. A version that was
// stored before this one is likelier than one that came after; among the former the oldest of those
// hardly farther than the nearest comes first, then they go by distance. Compares samples of the 8
// largest tensors with those of all stored tensors of as many numbers, about 1 µs each; what a
// tensor is stored as derived from is at distance 0. Runs as the caller.
std::vector<BaseCandidate> find_bases(const VersionKey& version, std::size_t count);

}  // namespace hartonomous::store
