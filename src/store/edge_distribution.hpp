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

// A list of more than a piece is kept twice: as pieces 0, 1, ... by falling probability, and spread
// over `index_pieces` pieces by target, so that a target is found with one look.
constexpr std::int32_t index_piece(std::int64_t target, std::int32_t index_pieces) noexcept {
  const std::uint64_t mixed = static_cast<std::uint64_t>(target) * 0x9e3779b97f4a7c15u;
  return -1 -
         static_cast<std::int32_t>((mixed >> 32) * static_cast<std::uint64_t>(index_pieces) >> 32);
}

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
  // At most context_length look-ups.
  Successor score(std::int64_t target);
  double unknown() const noexcept { return unknown_scale_ * unknown_probability_; }
  // Whether the domain has the word.
  bool knows(std::int64_t target);
  // What kind of context this is: core/graph/mixture.hpp. `most` clips its length.
  std::uint32_t bucket(std::uint32_t most) const noexcept;

  // Lets next() begin anew.
  void rewind();
  // The successors here, most probable first, each once; nothing after the last. k answers cost
  // O((k + skipped) * context_length), skipped: answers that a longer context gave already.
  // Between two calls score() may be asked.
  std::optional<Successor> next();
  // At least the probability of every successor still to come; 0 after the last.
  double bound();

 private:
  struct Piece {
    float back_off;
    std::int32_t index_pieces;
    std::vector<std::int64_t> targets;
    std::vector<float> probabilities;

    std::optional<double> find(std::int64_t target) const noexcept;
  };
  // One list: that of a context, of which a piece is in memory.
  struct Level {
    std::int64_t context;
    double back_off;
    double scale;  // what its probabilities count here: the back_offs of all longer ones
    Piece held;
    std::int32_t piece = 0;
    std::size_t at = 0;        // of the stream
    std::size_t distinct = 0;  // of the first piece

    bool is_long() const noexcept { return held.index_pieces > 0; }
    double head() const noexcept { return scale * double{held.probabilities[at]}; }
  };
  struct PieceKey {
    std::int64_t context;
    std::int32_t piece;
    bool operator==(const PieceKey&) const = default;
  };
  struct PieceHash {
    std::size_t operator()(const PieceKey& key) const noexcept {
      return (static_cast<std::size_t>(key.context) * 31 + static_cast<std::size_t>(key.piece)) *
             0x9e3779b97f4a7c15u;
    }
  };

  bool load(std::int64_t context, std::int32_t piece, Piece& out);
  bool load_first(std::int64_t context, Level& level);
  bool refill(Level& level);
  Level* best_level();
  std::optional<double> listed(const Level& level, std::int64_t target);

  std::int32_t domain_id_, context_length_;
  double unknown_probability_;
  ContextReader contexts_;
  pg::IndexProbe lists_;
  std::vector<Level> levels_;  // the empty context first
  double unknown_scale_ = 1;
  std::unordered_set<std::int64_t> given_;
  std::unordered_map<PieceKey, Piece, PieceHash> indexed_;  // index pieces looked at
};

}  // namespace hartonomous::store
