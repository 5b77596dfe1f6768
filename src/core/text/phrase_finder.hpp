// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Where a phrase occurs in the text of a Merkle DAG, without writing the text out. A node read from
// a given state of the phrase's automaton always ends in the same state and finds the same number
// of occurrences; both are kept, so a subtree that occurs a thousand times is read once for each
// state it is met in, which is one or two. Offsets are then listed by descending only into what
// holds occurrences.
//
//   PhraseFinder finder(dag, phrase);
//   HARTONOMOUS_TRY(const std::uint64_t times, finder.count(root, checkpoint));
//   HARTONOMOUS_CHECK(finder.for_each(root, found, checkpoint));
//
// Occurrences are exact to the byte, overlapping ones included, wherever words and sentences were
// cut. Shapes may come from storage: cycles are refused (kCorrupt), there is no recursion. Time
// O(distinct children, times the states they are met in) and O(depth) an occurrence listed; memory
// 40 bytes a node. Not thread safe.
#pragma once

#include <functional>
#include <unordered_map>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/text/atom_graph.hpp"
#include "core/text/phrase_automaton.hpp"

namespace hartonomous::core::text {

class PhraseFinder {
 public:
  // Receives the byte offset of an occurrence; false ends the search.
  using Found = std::function<bool(std::uint64_t offset)>;

  // `dag` and `automaton` must outlive the finder.
  PhraseFinder(DagView dag, const PhraseAutomaton& automaton);

  // How often the phrase occurs in the text of `root`. kLimitExceeded if the text has 2^64 bytes.
  Result<std::uint64_t> count(NodeIndex root, Checkpoint& checkpoint);

  // Calls `found` for each occurrence in the text of `root`, in ascending order.
  Status for_each(NodeIndex root, const Found& found, Checkpoint& checkpoint);

 private:
  using State = PhraseAutomaton::State;

  // What reading a node does.
  struct Outcome {
    State end = 0;
    bool is_known = false;
    std::uint64_t count = 0;
    std::uint64_t length = 0;  // bytes read
  };
  struct Reading;  // a composition on its way
  struct Listing;

  const Outcome* known(NodeIndex node, State from) const noexcept;
  const Outcome& remember(NodeIndex node, State from, const Outcome& outcome);
  const Outcome& read_codepoint(NodeIndex node, State from);
  bool list_codepoint(NodeIndex node, State from, std::uint64_t offset, const Found& found);
  Status read(NodeIndex root, State from, Checkpoint& checkpoint);
  bool apply(Reading& reading, const Outcome& outcome) const;
  std::string_view encoded(char32_t codepoint);

  DagView dag_;
  const PhraseAutomaton& automaton_;
  std::vector<Outcome> from_start_;  // by node, from state 0
  std::unordered_map<std::uint64_t, Outcome> from_within_;
  std::vector<bool> open_;
  std::string scratch_;
};

}  // namespace hartonomous::core::text
