// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Inverted references as they are stored: in which atoms an atom stands, and where. Varints
// (LEB128): the parent's distance from the last one's id, the distance in bytes from the last place
// in the same parent, and how many copies stand there; then the two bytes beside them. Seven or
// eight bytes a place.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace hartonomous::core::text {

struct Posting {
  std::int64_t parent;
  std::uint64_t offset;        // in bytes, of the first copy in the parent's text
  std::uint32_t multiplicity;  // copies in a row, 1 or more
  char before = 0, after = 0;  // the bytes beside the copies in the parent's text; 0 at its edge

  bool operator==(const Posting&) const = default;
};

class PostingWriter {
 public:
  // REQUIRES: parents ascending from 1 on, offsets ascending within a parent.
  void add(const Posting& posting);
  // What was added, encoded. The writer starts anew.
  std::string take();

 private:
  std::string bytes_;
  Posting last_{};
};

// Appends the postings in `bytes` to `out`; kCorrupt if they are malformed.
Status read_postings(std::string_view bytes, std::vector<Posting>& out);

}  // namespace hartonomous::core::text
