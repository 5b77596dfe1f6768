// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The expressions as algebra on masks. Included by each kernel's source once, which says before how
// its functions are compiled (HARTONOMOUS_TARGET) and has its own classify(), extract() and
// deposit().
//
// What makes it possible is that a piece's beginning can be told from the few characters around it.
// For the younger patterns, with X = space that is no line end, O = neither letter, number nor
// space:
//
//   number   begins a piece at each third of its run (or each one, or the run)
//   O        begins one unless O or U+0020 is before it: these take it along
//   letter   begins one after a number, a line end, two O, or U+0020 and O; any other single
//            character before it takes it along
//   space    line ends after O belong to it. Then a run of space is cut at its begin, after its
//   last
//            line end, and before its last character if that is X and something follows
//
// "After its last line end" looks ahead without bound, so it is looked up only where X follows a
// line end. Contractions are rare and looked at one by one. GPT-2 is simpler: U+0020 goes along
// with what follows, and a run of space is only cut before its last character. o200k also cuts a
// word before an upper letter after a lower one, and its contractions belong to the word. Its rare
// rules (marks, upper after caseless letters, a slash after a line end) make a block hard: the
// pieces that reach into it are cut character by character.
#pragma once

#include "core/split/boundaries.hpp"

#if !defined(HARTONOMOUS_TARGET)
#error "say how the kernel's functions are compiled"
#endif

namespace hartonomous::core::split {

namespace {

#define HARTONOMOUS_STEP HARTONOMOUS_TARGET [[gnu::always_inline]] inline

// Each character's predecessor, or successor, in place of itself.
HARTONOMOUS_STEP std::uint64_t before(std::uint64_t mask, std::uint64_t carried) {
  return mask << 1 | carried;
}
HARTONOMOUS_STEP std::uint64_t after(std::uint64_t mask, std::uint64_t next, unsigned characters) {
  return mask >> 1 | next << (characters - 1);
}

// Beginnings of groups of three.
HARTONOMOUS_STEP std::uint64_t number_groups(std::uint64_t number, const BoundaryState& was,
                                             unsigned characters, BoundaryState& now) {
  std::uint64_t begins = 0;
  for (std::uint64_t left = number; left != 0;) {
    const auto from = static_cast<unsigned>(std::countr_zero(left));
    const auto length = static_cast<unsigned>(std::countr_one(left >> from));
    const auto phase = static_cast<unsigned>(from == 0 && was.number != 0 ? was.number_phase : 0);
    for (unsigned i = (3 - phase) % 3; i < length; i += 3) begins |= std::uint64_t{1} << (from + i);
    if (from + length == characters) now.number_phase = (phase + length) % 3;
    if (from + length >= 64) break;
    left &= ~std::uint64_t{0} << (from + length);
  }
  return begins;
}

HARTONOMOUS_STEP std::size_t byte_of(const CharacterMasks& masks, unsigned character) {
  if (masks.characters == masks.bytes) return character;
  return static_cast<std::size_t>(
      std::countr_zero(deposit(std::uint64_t{1} << character, masks.lead)));
}

// Cuts after the contractions among `candidates`, apostrophes with a letter after them.
template <Pattern P>
HARTONOMOUS_STEP void cut_contractions(BoundaryReader& reader, std::uint64_t candidates,
                                       std::uint64_t& begins, BoundaryState& now) {
  constexpr bool kIsSuffix = P == Pattern::kO200k;
  for (; candidates != 0; candidates &= candidates - 1) {
    const auto i = static_cast<unsigned>(std::countr_zero(candidates));
    const std::size_t at = reader.at + byte_of(reader.now, i);
    if (kIsSuffix && at == reader.contraction_end) continue;  // begins a piece, as a prefix
    const Contraction found = contraction_at(reader.text, at, P != Pattern::kGpt2);
    if (found.bytes == 0) continue;
    reader.contraction_end = at + found.bytes;
    if (kIsSuffix) begins &= ~(std::uint64_t{1} << i);
    for (unsigned j = 1; j <= found.characters; ++j) {
      const unsigned bit = i + j;
      const bool is_end = j == found.characters;
      if (bit >= reader.now.characters) {
        const std::uint64_t carried = std::uint64_t{1} << (bit - reader.now.characters);
        (is_end ? now.begins : now.continues) |= carried;
      } else if (is_end) {
        begins |= std::uint64_t{1} << bit;
      } else {
        begins &= ~(std::uint64_t{1} << bit);
      }
    }
  }
}

// Which of `candidates`, where a run of X begins after a line end, are after the last one.
template <Pattern P>
HARTONOMOUS_STEP std::uint64_t after_last_line_end(const BoundaryReader& reader, std::uint64_t x,
                                                   std::uint64_t candidates) {
  const CharacterMasks& now = reader.now;
  const std::uint64_t used = low_bits(now.characters);
  const std::uint64_t followers = (x + candidates) & ~x & used;
  const bool crosses = (x >> (now.characters - 1) & 1) != 0;
  const bool trails = P == Pattern::kCl100k && reader.at + now.bytes > reader.trailing_space;
  if ((followers & now.line_end) == 0 && !crosses && !trails) return candidates;
  std::uint64_t kept = candidates;
  for (; candidates != 0; candidates &= candidates - 1) {
    const std::uint64_t one = candidates & -candidates;
    const std::size_t at = reader.at + byte_of(now, static_cast<unsigned>(std::countr_zero(one)));
    const std::uint64_t follower = (x + one) & ~x & used;
    const bool is_inside = P == Pattern::kCl100k && at >= reader.trailing_space;
    const bool has_more =
        follower != 0 ? (follower & now.line_end) != 0 : meets_line_end(reader.text, at);
    if (is_inside || has_more) kept &= ~one;
  }
  return kept;
}

HARTONOMOUS_STEP std::uint64_t gpt2_begins(BoundaryReader& reader, std::uint64_t other,
                                           std::uint64_t space_ends, BoundaryState& now) {
  const CharacterMasks& m = reader.now;
  const BoundaryState& was = reader.state;
  const std::uint64_t taken = before(m.blank, was.blank);
  const std::uint64_t letters = m.letter & ~before(m.letter, was.letter);
  const std::uint64_t numbers = m.number & ~before(m.number, was.number);
  const std::uint64_t others = other & ~before(other, was.other);
  const std::uint64_t spaces = m.space & ~before(m.space, was.space);
  now.space = m.space >> (m.characters - 1) & 1;
  std::uint64_t begins = ((letters | numbers | others) & ~taken) | spaces | space_ends;
  begins = (begins | was.begins) & ~was.continues;
  const std::uint64_t candidates =
      m.apostrophe & others & ~taken & after(m.letter, reader.next.letter, m.characters);
  if (candidates != 0) cut_contractions<Pattern::kGpt2>(reader, candidates, begins, now);
  return begins;
}

template <Pattern P>
HARTONOMOUS_STEP std::uint64_t younger_begins(BoundaryReader& reader, std::uint64_t other,
                                              std::uint64_t space_ends, BoundaryState& now) {
  const CharacterMasks& m = reader.now;
  const BoundaryState& was = reader.state;
  const unsigned top = m.characters - 1;
  const std::uint64_t after_other = before(other, was.other);
  const std::uint64_t after_line_end = before(m.line_end, was.line_end);
  const std::uint64_t lone = other & ~after_other & ~before(m.blank, was.blank);
  std::uint64_t begins = lone;
  begins |= m.letter & ~before(m.letter, was.letter) &
            (before(m.number, was.number) | after_line_end |
             (after_other & ~before(lone, was.lone_other)));
  if (P == Pattern::kO200k) begins |= m.upper & before(m.lower, was.lower);
  if (m.number != 0) {
    begins |= P == Pattern::kQwen2 ? m.number : number_groups(m.number, was, m.characters, now);
  }
  const std::uint64_t absorbing = m.line_end & (after_other | was.absorbed);
  const std::uint64_t absorbed = m.line_end & ~(m.line_end + absorbing);
  const std::uint64_t space = m.space & ~absorbed;
  const std::uint64_t x = m.space & ~m.line_end;
  begins |= space & ~before(space, was.space);
  begins |= x & space_ends;
  const std::uint64_t was_line_end = was.line_end & ~was.absorbed;
  const std::uint64_t indents = x & before(m.line_end & ~absorbed, was_line_end);
  begins &= ~indents;
  if (indents != 0)
    begins |= after_last_line_end<P>(reader, x, indents) | (x & space_ends & indents);
  now.lone_other = lone >> top & 1;
  now.absorbed = absorbed >> top & 1;
  now.space = space >> top & 1;
  begins = (begins | was.begins) & ~was.continues;
  const std::uint64_t candidates = m.apostrophe &
                                   after(m.letter, reader.next.letter, m.characters) &
                                   (P == Pattern::kO200k ? before(m.letter, was.letter) : lone);
  if (candidates != 0) cut_contractions<P>(reader, candidates, begins, now);
  return begins;
}

HARTONOMOUS_STEP bool is_hard(const CharacterMasks& m, const BoundaryState& was) {
  return (m.mark | (m.upper & before(m.caseless, was.caseless)) |
          (m.slash & before(m.line_end, was.line_end))) != 0;
}

template <Pattern P>
HARTONOMOUS_TARGET BlockBoundaries boundaries_of_block(BoundaryReader& reader) noexcept {
  const CharacterMasks& m = reader.now;
  BlockBoundaries out{reader.at, 0, m.bytes, false};
  if (m.bytes == 0) return out;
  BoundaryState now;
  const unsigned top = m.characters - 1;
  const std::uint64_t used = low_bits(m.characters);
  const std::uint64_t other = used & ~(m.letter | m.number | m.space);
  const std::uint64_t next_dark = reader.next.characters != 0 ? ~reader.next.space & 1 : 0;
  const std::uint64_t space_ends = m.space & after(used & ~m.space, next_dark, m.characters);
  if (P == Pattern::kO200k && is_hard(m, reader.state)) {
    out.is_hard = true;
    return out;
  }
  std::uint64_t begins;
  if (P == Pattern::kWhitespace) {
    now.space = m.space >> top & 1;
    begins = (m.space & ~before(m.space, reader.state.space)) | space_ends | reader.state.begins;
  } else if (P == Pattern::kGpt2) {
    begins = gpt2_begins(reader, other, space_ends, now);
  } else {
    begins = younger_begins<P>(reader, other, space_ends, now);
  }
  now.letter = m.letter >> top & 1;
  now.lower = m.lower >> top & 1;
  now.caseless = m.caseless >> top & 1;
  now.number = m.number >> top & 1;
  now.other = other >> top & 1;
  now.blank = m.blank >> top & 1;
  now.line_end = m.line_end >> top & 1;
  out.begins = m.characters == m.bytes ? begins & used : deposit(begins & used, m.lead);
  reader.state = now;
  reader.at += m.bytes;
  reader.now = reader.next;
  classify(reader.text, reader.at + reader.now.bytes, reader.next);
  return out;
}

// From masks over bytes to masks over characters.
HARTONOMOUS_STEP void squeeze(CharacterMasks& m) {
  for (std::uint64_t* mask : {&m.upper, &m.lower, &m.caseless, &m.mark, &m.letter, &m.number,
                              &m.space, &m.line_end, &m.blank, &m.apostrophe, &m.slash}) {
    *mask = extract(*mask, m.lead);
  }
  m.characters = static_cast<unsigned>(std::popcount(m.lead));
}

HARTONOMOUS_TARGET void start_reading(BoundaryReader& reader, std::size_t at) noexcept {
  reader.at = at;
  reader.contraction_end = SIZE_MAX;
  reader.state = BoundaryState{};
  reader.state.begins = 1;
  classify(reader.text, at, reader.now);
  classify(reader.text, at + reader.now.bytes, reader.next);
}

HARTONOMOUS_TARGET BlockBoundaries next_block(BoundaryReader& reader) noexcept {
  switch (reader.pattern) {
    case Pattern::kNone:
    case Pattern::kWhitespace:
      return boundaries_of_block<Pattern::kWhitespace>(reader);
    case Pattern::kGpt2:
      return boundaries_of_block<Pattern::kGpt2>(reader);
    case Pattern::kCl100k:
      return boundaries_of_block<Pattern::kCl100k>(reader);
    case Pattern::kLlama3:
      return boundaries_of_block<Pattern::kLlama3>(reader);
    case Pattern::kQwen2:
      return boundaries_of_block<Pattern::kQwen2>(reader);
    case Pattern::kO200k:
      return boundaries_of_block<Pattern::kO200k>(reader);
    default:  // has_kernel() says no
      break;
  }
  return {};
}

}  // namespace

}  // namespace hartonomous::core::split
