// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// From small atoms that hold a piece of a phrase up to everything that holds the whole of it, by
// inverted references. A piece that reaches the edge of its atom is compared with what stands
// beside the atom in each of its parents; what fits rises on, until the phrase is whole or does
// not fit. Whole occurrences rise by adding offsets. Nothing is read but the neighbours of
// candidates.
//
// If the pieces given are exactly the pieces that cover one chosen byte of the phrase (see
// word_list.hpp), every occurrence in every atom is found once.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/text/posting_list.hpp"

namespace hartonomous::core::text {

// phrase[begin, end) stands in the text of `atom` from `offset` on. If begin > 0, at its very
// start; if end < phrase.size(), at its very end.
struct PhrasePiece {
  std::int64_t atom;
  std::uint64_t begin, end, offset;

  auto operator<=>(const PhrasePiece&) const = default;
};

struct Occurrence {
  std::int64_t atom;
  std::uint64_t offset;

  auto operator<=>(const Occurrence&) const = default;
};

// An atom as it is stored: its own bytes if constant, else its children.
struct AtomContent {
  struct Run {
    std::int64_t atom;
    std::uint32_t multiplicity;
  };
  bool is_constant = false;
  std::string bytes;
  std::vector<Run> children;
};

// Where atoms come from.
class ClimbSource {
 public:
  struct References {
    std::int64_t atom;
    std::uint64_t byte_length;  // of the atom's text
    std::vector<Posting> postings;
  };
  virtual ~ClimbSource() = default;
  // What `atom` is, valid as long as the source; nothing if it is gone.
  virtual const AtomContent* content(std::int64_t atom) = 0;
  // The references to `atoms`, in ascending order of atom; each parent's postings are together.
  virtual std::vector<References> references(std::span<const std::int64_t> atoms) = 0;
};

// Appends the occurrences of `phrase` in the pieces' atoms and all that contain them. False, with
// `out` incomplete, once more than `budget` pieces had to be looked at. kCorrupt if atoms contain
// themselves or the references are not those of the atoms.
Result<bool> climb(std::string_view phrase, std::vector<PhrasePiece> pieces, std::uint64_t budget,
                   ClimbSource& source, Checkpoint& checkpoint, std::vector<Occurrence>& out);

}  // namespace hartonomous::core::text
