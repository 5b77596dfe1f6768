// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What follows a context in a domain, read from hartonomous.edge_distribution where it lies. The
// probability of a word after h is what h lists for it, or h's back_off times that after h without
// its first word; every list is ordered by falling probability and holds smoothed probabilities,
// so a list's own value is never below what backing off would give.
#pragma once

#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "pg/index_probe.hpp"
#include "store/edge_contexts.hpp"

namespace hartonomous::store {

inline constexpr std::int64_t kUnknownWord = 0;   // no atom has this id
inline constexpr std::size_t kPieceLength = 160;  // four pieces fill a page

struct Successor {
  std::int64_t target;
  double probability;
  std::int32_t length;  // of the context that lists it
};

// Not thread-safe. Checks no privileges.
class DistributionReader {
 public:
  DistributionReader(std::int32_t domain_id, std::int32_t context_length,
                     double unknown_probability);

  // Goes to the context that `words` end with, oldest first, as long as the domain knows it.
  // At most 2 * context_length look-ups.
  void go_to(std::span<const std::int64_t> words);
  // The probability of `target` here; for a word the domain does not have, that of all such.
  Successor score(std::int64_t target);

  // Lets next() begin anew.
  void rewind();
  // The successors here, most probable first, each once; nothing after the last. k answers cost
  // O((k + skipped) * context_length), skipped: answers that a longer context gave already.
  // Between two calls score() may be asked.
  std::optional<Successor> next();

 private:
  // One list: that of a context, of which a piece is in memory.
  struct Level {
    std::int64_t context;
    double back_off;
    double scale;  // what its probabilities count here: the back_offs of all longer ones
    std::vector<std::int64_t> targets;
    std::vector<float> probabilities;
    std::int32_t piece = 0;
    std::size_t at = 0;  // of the stream
    bool is_last = false;
  };
  using Listed = std::unordered_map<std::int64_t, double>;

  bool load(std::int64_t context, std::int32_t piece, Level& level);
  void refill(Level& level);
  std::optional<double> listed(const Level& level, std::int64_t target);
  const Listed& all_of(std::int64_t context);

  std::int32_t domain_id_, context_length_;
  double unknown_probability_;
  ContextReader contexts_;
  pg::IndexProbe lists_;
  std::vector<Level> levels_;  // the empty context first
  double unknown_scale_ = 1;
  std::unordered_set<std::int64_t> given_;
  std::unordered_map<std::int64_t, Listed> long_lists_;
};

}  // namespace hartonomous::store
