// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Nearest neighbours among compositions, by their representative points as their Hilbert keys hold
// them, which is to within 2^-31 on each axis. Exact: nothing nearer is left out.
//
// A ball around the query is laid into a box, the box into ranges of the curve, and the ranges are
// read from the B-tree; the ball grows until it holds enough. Time depends on how many atoms of any
// kind are as near as the farthest neighbour.
//
// Near means made of the same letters: the point is the mean of the letters' places, so order does
// not count ("dog" and "god" are at one place) and meaning has no part in it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hartonomous::store {

struct Neighbour {
  std::int64_t atom_id;
  std::string text;
  double distance;
};

// The `k` words nearest to a spelling, itself included if it is stored; a word is a composition of
// up to 64 runs of characters alone. By distance, then by text. Check no privileges: callers do.
// Both throw Failure kInvalidArgument unless 1 <= k <= 10000, and for an empty word.
std::vector<Neighbour> nearest_words(std::string_view word, std::int64_t k);

// The `k` compositions nearest to an atom, without it; of their texts the first 200 bytes or a few
// less, whole characters. By distance, then by atom. Throws kNotFound if there is no such atom.
std::vector<Neighbour> nearest_compositions(std::int64_t atom_id, std::int64_t k);

}  // namespace hartonomous::store
