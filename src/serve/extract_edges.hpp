// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A model as a witness: what it expects after each place of a probe text becomes evidence, and on
// texts that were held out it is measured how much of the model the evidence tells.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "pg/boundary.hpp"

namespace hartonomous::serve {

struct ExtractionRequest {
  std::string_view model;
  std::string_view query;  // of one column of text: the probe
  std::int32_t order;      // of the longest n-gram, 1 to 10
  std::int32_t top;        // words named at each place, 1 to 1000
  double least;            // evidence of an edge that is kept, in places
  double held_out;         // share of the texts that is only measured on, 0 to 0.9
  std::string_view domain;
  std::optional<std::string_view> source;  // its name; by what it was made from if left out
  std::optional<std::string_view> tenant;
};

struct Extraction {
  std::string source;
  std::int64_t places = 0;        // learned from
  std::int64_t new_evidence = 0;  // rows
  std::int64_t held_out_places = 0;
  // Over the held-out places; none without such.
  std::optional<double> agreement;   // share at which the most probable unit is the model's
  std::optional<double> divergence;  // mean of KL(model || evidence), in nats
};

// Which texts are held out depends on their content alone. Runs the query as the caller. Throws
// Failure: kInvalidArgument, errors of open_model(), of running it and of store_evidence().
// O(tokens) passes, and order * top for each of their places.
Extraction extract_edges(const ExtractionRequest& request);

}  // namespace hartonomous::serve
