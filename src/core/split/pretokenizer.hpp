// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The first step of a BPE tokenizer: cuts a text into pieces (pretokens) that no merge may cross.
// Models define the cuts by a regular expression; these are hand-written machines that cut exactly
// as it does, for the expressions in use. The pieces, concatenated, are the text. Any bytes are
// accepted: a byte that is not valid UTF-8 counts as a character that is neither letter, number nor
// space. Letters and numbers are those of Unicode 16.0 (letter_class.hpp). docs/internals/
// cpe-encoding.md has the expressions.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "core/split/boundary_reader.hpp"
#include "core/split/pattern.hpp"
#include "core/split/staged_cutter.hpp"

namespace hartonomous::core::split {

// Reads the pieces of one text in order. O(text) in all. The text must outlive it.
class Pretokenizer {
 public:
  Pretokenizer(Pattern pattern, std::string_view text) noexcept;
  // With one of boundary_kernels(), for tests: all cut alike.
  Pretokenizer(Pattern pattern, std::string_view text,
               const struct BoundaryKernel& kernel) noexcept;

  // Writes where the next pieces end (offsets in the text, exclusive) and returns how many it
  // wrote: fewer than ends.size() only at the end of the text.
  std::size_t read(std::span<std::size_t> ends) noexcept;

 private:
  void cut_hard_block(std::span<std::size_t> ends, std::size_t& count) noexcept;

  const BoundaryKernel* kernel_;
  std::optional<StagedCutter> stages_;  // for patterns without a kernel
  BoundaryReader reader_;
  std::uint64_t pending_ = 0;    // beginnings of pieces that are not handed out yet, from
  std::size_t pending_at_ = 0;   // this byte
  std::size_t piece_begin_ = 0;  // of the piece whose end is not handed out yet
  std::size_t hard_end_ = 0;     // pieces are cut one by one up to here
};

// Calls visit(piece) for each piece of the text in order.
template <class Visit>
void for_each_piece(Pattern pattern, std::string_view text, Visit&& visit) {
  Pretokenizer pieces(pattern, text);
  std::size_t ends[256], begin = 0;
  while (const std::size_t count = pieces.read(ends)) {
    for (std::size_t i = 0; i < count; begin = ends[i++]) {
      visit(text.substr(begin, ends[i] - begin));
    }
  }
}

// The end of the piece that begins at `begin`, character by character: what read() is checked
// against. O(piece and the space after it). REQUIRES: a pattern that is one expression (up to
// kQwen35); a piece begins at `begin` < text.size().
std::size_t piece_end(Pattern pattern, std::string_view text, std::size_t begin) noexcept;

}  // namespace hartonomous::core::split
