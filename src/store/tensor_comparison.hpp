// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// How far stored tensors are apart, and what is known of each by itself.
#pragma once

#include "core/tensor/difference.hpp"
#include "store/model_catalog.hpp"

namespace hartonomous::store {

// Reads only the blocks that are not the same block in both; everything if one is an expression or of
// another type. Nothing for tensors of different shapes or of a type that is not decoded.
std::optional<core::tensor::DifferenceSummary> difference_of(const TensorKey& a,
                                                             const TensorKey& b);

// One name in two versions. A tensor of one alone has no key in the other.
struct TensorPair {
  std::string name;
  std::optional<TensorKey> a, b;
  std::optional<core::tensor::DifferenceSummary> difference;
  std::optional<double> cosine;  // if both are stored as they are and summarised
};
// The names that differ, in order: only in one, or with another tensor or other steps. Runs as the
// caller.
std::vector<TensorPair> compare_versions(const VersionKey& a, const VersionKey& b);

// Computes tensor_summary for the tensors of a version that have none. Returns how many. Reads each
// once.
std::int64_t summarize_tensors(const VersionKey& version);

}  // namespace hartonomous::store
