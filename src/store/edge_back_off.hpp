// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Distributions from evidence that is not a count of a corpus: expected counts of models, in
// fractions, cut off below some strength, with or without the contexts in between.
//
//   p(w|h) = [S(hw) + (mu + T(h) - K(h)) p(w|h')] / (T(h) + mu)
//
// S: the sources' weighted evidence for w; K: for all they named; T: with what they did not; h' is
// h without its first word. It sums to 1, and the unnamed mass goes to the shorter context. Below
// the empty context all words and the unknown one are equally likely.
#pragma once

#include "core/base/checkpoint.hpp"
#include "pg/boundary.hpp"

namespace hartonomous::store {

inline constexpr double kBackOffMu = 2;  // observations that the shorter context counts for

// Whether sources other than corpora have a say in what follows what.
bool has_measured_evidence(std::int32_t domain_id);

// Makes the domain's distributions so. The same evidence gives the same rows, whatever order it
// came in. REQUIRES: pg::OwnerRights, the domain locked. O(rows of edge_evidence).
void write_back_off(std::int32_t domain_id, core::Checkpoint& checkpoint);

}  // namespace hartonomous::store
