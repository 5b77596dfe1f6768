// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A run of m equal children is not read m times. Once as many copies have been read as are longer
// than the phrase, the state no longer changes (it depends on the last bytes alone), and every
// further copy finds what the last one found.
#include "core/text/phrase_finder.hpp"

#include "core/base/checked.hpp"
#include "core/base/utf8.hpp"

namespace hartonomous::core::text {

namespace {

constexpr std::size_t kVisitsPerCheckpoint = 1 << 15;

Status too_long() { return {Code::kLimitExceeded, "text is longer than 2^64 bytes"}; }

}  // namespace

struct PhraseFinder::Reading {
  NodeIndex node;
  State from;
  std::uint32_t next = 0;    // child
  std::uint32_t copies = 0;  // of it, read
  State state;
  std::uint64_t count = 0, length = 0;
};

struct PhraseFinder::Listing {
  NodeIndex node;
  std::uint32_t next = 0;
  std::uint32_t copies = 0;
  State state;
  std::uint64_t offset;
};

PhraseFinder::PhraseFinder(DagView dag, const PhraseAutomaton& automaton)
    : dag_(dag), automaton_(automaton), from_start_(dag.nodes.size()), open_(dag.nodes.size()) {}

const PhraseFinder::Outcome* PhraseFinder::known(NodeIndex node, State from) const noexcept {
  if (from == 0) return from_start_[node].is_known ? &from_start_[node] : nullptr;
  const auto it = from_within_.find(std::uint64_t{node} << 32 | from);
  return it == from_within_.end() ? nullptr : &it->second;
}

const PhraseFinder::Outcome& PhraseFinder::remember(NodeIndex node, State from,
                                                    const Outcome& outcome) {
  Outcome& kept = from == 0 ? from_start_[node] : from_within_[std::uint64_t{node} << 32 | from];
  kept = outcome;
  return kept;
}

std::string_view PhraseFinder::encoded(char32_t codepoint) {
  scratch_.clear();
  utf8::append(scratch_, codepoint);
  return scratch_;
}

const PhraseFinder::Outcome& PhraseFinder::read_codepoint(NodeIndex node, State from) {
  const std::string_view bytes = encoded(dag_.nodes[node].codepoint);
  Outcome outcome{from, true, 0, bytes.size()};
  for (const char byte : bytes) {
    const PhraseAutomaton::Step step = automaton_.step(outcome.end, byte);
    outcome.end = step.state;
    outcome.count += step.matched;
  }
  return remember(node, from, outcome);
}

// False if `found` has enough.
bool PhraseFinder::list_codepoint(NodeIndex node, State from, std::uint64_t offset,
                                  const Found& found) {
  for (const char byte : encoded(dag_.nodes[node].codepoint)) {
    const PhraseAutomaton::Step step = automaton_.step(from, byte);
    from = step.state;
    ++offset;
    if (step.matched && !found(offset - automaton_.phrase().size())) return false;
  }
  return true;
}

// Adds what one copy of the current child does, or all that are left. False on overflow.
bool PhraseFinder::apply(Reading& reading, const Outcome& outcome) const {
  const ChildRun run = dag_.children(reading.node)[reading.next];
  const std::uint64_t times = outcome.end == reading.state ? run.multiplicity - reading.copies : 1;
  const auto bytes = checked_mul(outcome.length, times);
  const auto length = bytes ? checked_add(reading.length, *bytes) : std::nullopt;
  if (!length) return false;
  reading.length = *length;
  reading.count += outcome.count * times;  // at most one a byte
  reading.state = outcome.end;
  reading.copies += static_cast<std::uint32_t>(times);
  if (reading.copies == run.multiplicity) {
    ++reading.next;
    reading.copies = 0;
  }
  return true;
}

Status PhraseFinder::read(NodeIndex root, State from, Checkpoint& checkpoint) {
  if (known(root, from) != nullptr) return Status::ok();
  if (!dag_.nodes[root].is_composition()) {
    read_codepoint(root, from);
    return Status::ok();
  }
  std::vector<Reading> stack{{.node = root, .from = from, .state = from}};
  open_[root] = true;
  std::size_t visits = 0;
  while (!stack.empty()) {
    Reading& top = stack.back();
    const std::span<const ChildRun> children = dag_.children(top.node);
    if (top.next == children.size()) {
      remember(top.node, top.from, {top.state, true, top.count, top.length});
      open_[top.node] = false;
      stack.pop_back();
      continue;
    }
    const NodeIndex child = children[top.next].node;
    if (++visits % kVisitsPerCheckpoint == 0) checkpoint.reached(0);
    const Outcome* outcome = known(child, top.state);
    if (outcome == nullptr && !dag_.nodes[child].is_composition()) {
      outcome = &read_codepoint(child, top.state);
    }
    if (outcome != nullptr) {
      if (!apply(top, *outcome)) return too_long();
    } else if (open_[child]) {
      return {Code::kCorrupt, "atom contains itself"};
    } else {
      open_[child] = true;
      stack.push_back({.node = child, .from = top.state, .state = top.state});
    }
  }
  return Status::ok();
}

Result<std::uint64_t> PhraseFinder::count(NodeIndex root, Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(read(root, 0, checkpoint));
  return known(root, 0)->count;
}

Status PhraseFinder::for_each(NodeIndex root, const Found& found, Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(read(root, 0, checkpoint));
  if (known(root, 0)->count == 0) return Status::ok();
  if (!dag_.nodes[root].is_composition()) {
    list_codepoint(root, 0, 0, found);
    return Status::ok();
  }
  std::vector<Listing> stack{{.node = root, .state = 0, .offset = 0}};
  std::size_t visits = 0;
  while (!stack.empty()) {
    Listing& top = stack.back();
    const std::span<const ChildRun> children = dag_.children(top.node);
    if (top.next == children.size()) {
      stack.pop_back();
      continue;
    }
    const ChildRun run = children[top.next];
    const Outcome& outcome = *known(run.node, top.state);
    if (++visits % kVisitsPerCheckpoint == 0) checkpoint.reached(0);
    const std::uint64_t start = top.offset;
    const State state = top.state;
    const bool skips = outcome.count == 0 && outcome.end == state;
    const std::uint32_t times = skips ? run.multiplicity - top.copies : 1;
    top.offset += outcome.length * times;
    top.state = outcome.end;
    top.copies += times;
    if (top.copies == run.multiplicity) {
      ++top.next;
      top.copies = 0;
    }
    if (outcome.count == 0) continue;
    if (dag_.nodes[run.node].is_composition()) {
      stack.push_back({.node = run.node, .state = state, .offset = start});  // `top` dangles
    } else if (!list_codepoint(run.node, state, start, found)) {
      return Status::ok();
    }
  }
  return Status::ok();
}

}  // namespace hartonomous::core::text
