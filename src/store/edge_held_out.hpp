// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Text that a domain has not learned: what its mixture is fitted to, and what tells how good its
// predictions are. Given by a query of one to three columns, a row a sentence, in order:
//   text      the sentence; a NULL or one without words is passed over
//   boolean   whether it counts (the default) or is only read, as what stands before others
//   text      its document: where that changes, what was read before is forgotten
// The query runs with the caller's rights.
#pragma once

#include <optional>

#include "core/base/checkpoint.hpp"
#include "store/edge_mixture.hpp"

namespace hartonomous::store {

struct FitRequest {
  std::string_view held_out;
  std::string_view domain;
  std::optional<std::string_view> background;
  std::vector<std::uint32_t> windows;
};
struct Fit {
  std::int64_t words;  // that counted, ends of sentences included
  double before;       // perplexity of the domain's own distributions
  double after;        // perplexity of the mixture; of the text it was fitted to
  double exponent;
};
// Fits the domain's mixture and stores it in place of the one before. Deterministic. Throws
// Failure: kInvalidArgument for arguments and the query, kNotFound and kWrongState for domains,
// kLimitExceeded for more than 2^20 words that count or 2^24 in all.
Fit fit_mixture(const FitRequest& request);

struct Judgement {
  std::int64_t words = 0, unknown_words = 0;
  // Of all words; of those in the vocabulary. Absent without words.
  std::optional<double> perplexity, known_perplexity;
  // Shares of all words: that came first in the predictions, among the first five.
  std::optional<double> first, first_five;
  std::optional<double> calibration_error;  // core/graph/evaluation.hpp
};
// How the domain predicts: with its mixture, or with its own distributions alone. Throws Failure as
// fit_mixture().
Judgement judge(std::string_view held_out, std::optional<std::string_view> domain,
                bool is_adaptive);

}  // namespace hartonomous::store
