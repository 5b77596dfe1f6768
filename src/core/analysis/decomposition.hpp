// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A matrix as a few directions: truncated singular value decomposition, exact or by random
// projection (Halko, Martinsson and Tropp 2011), and principal components.
#pragma once

#include <cstdint>
#include <vector>

#include "core/analysis/points.hpp"
#include "core/base/checkpoint.hpp"

namespace hartonomous::core::analysis {

// rows x columns = U diag(values) V^T. Signs are such that the largest component of each row of V^T
// is positive, the first of equally large ones.
struct SingularValues {
  std::vector<double> values;  // the largest `rank`, descending
  std::vector<double> left;    // rows x rank: U, row after row
  std::vector<double> right;   // rank x columns: V^T
};

// By bidiagonalisation: O(rows columns min(rows, columns)). kInvalidArgument unless
// 1 <= rank <= min(rows, columns), and as check().
Result<SingularValues> singular_values(const Points& matrix, std::int64_t rank,
                                       Checkpoint& checkpoint);

// From a random projection to rank + 10 directions, refined `iterations` times: O(rows columns
// rank), near the exact one where the values fall off. The same seed gives the same result.
Result<SingularValues> randomized_singular_values(const Points& matrix, std::int64_t rank,
                                                  std::int64_t iterations, std::uint64_t seed,
                                                  Checkpoint& checkpoint);

struct PrincipalComponents {
  std::vector<double> mean;        // of the columns
  std::vector<double> components;  // rank rows: directions of most variance, of length 1
  std::vector<double> variances;   // along them, with n - 1 in the denominator
  double total_variance = 0;       // along all
  std::vector<double> scores;      // points x rank: each point in these coordinates
};
// At least 2 points. Signs as above.
Result<PrincipalComponents> principal_components(const Points& points, std::int64_t rank,
                                                 Checkpoint& checkpoint);

}  // namespace hartonomous::core::analysis
