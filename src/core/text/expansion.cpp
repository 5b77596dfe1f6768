// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/expansion.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/checked.hpp"

namespace hartonomous::core::text {

namespace {

constexpr std::size_t kVisitsPerCheckpoint = 1 << 16;

// The bytes of a node that is not a composition.
class Leaf {
 public:
  Leaf(const DagView& dag, const NodeShape& shape) {
    if (shape.is_text()) {
      bytes_ = dag.texts.substr(shape.first_child, shape.child_count);
    } else {
      append_leaf(encoded_, shape.codepoint);
      bytes_ = encoded_;
    }
  }
  Leaf(const Leaf&) = delete;
  Leaf& operator=(const Leaf&) = delete;
  std::string_view bytes() const noexcept { return bytes_; }

 private:
  std::string encoded_;
  std::string_view bytes_;
};

// Stored children lie in the order of the heap, not of the text; without this every new sentence
// begins with a wait for memory.
void prefetch_children(const DagView& dag, NodeIndex node) noexcept {
  constexpr std::size_t kLine = 64, kMostLines = 8;
  const NodeShape& shape = dag.nodes[node];
  const char* first = nullptr;
  std::size_t bytes = 0;
  if (shape.is_composition()) {
    const std::span<const ChildRun> children = dag.children(node);
    first = reinterpret_cast<const char*>(children.data());
    bytes = children.size_bytes();
  } else if (shape.is_text()) {
    first = dag.texts.data() + shape.first_child;
    bytes = shape.child_count;
  }
  bytes = std::min(bytes, kMostLines * kLine);
  for (std::size_t at = 0; at < bytes; at += kLine) __builtin_prefetch(first + at);
}

// Depth-first over distinct nodes. The visitor knows the state of each node (kUnseen, kOpen while
// its children are walked, kDone) and is told: leaf(run, bytes) where a run's node has no children
// and is not done yet; enter(node) and leave(node) around a composition's children; again(run)
// where its node is done; again(runs) may take any number of such runs from the front at once;
// finished(run) after leave().
enum class State : std::uint8_t { kUnseen, kOpen, kDone };

template <class Visitor>
Status walk(const DagView& dag, NodeIndex root, Checkpoint& checkpoint, Visitor& visitor) {
  struct Frame {
    NodeIndex node;
    std::uint32_t next;
  };
  if (!dag.nodes[root].is_composition()) {
    const Leaf leaf(dag, dag.nodes[root]);
    return visitor.leaf({root, 1}, leaf.bytes()) ? Status::ok() : visitor.error();
  }
  std::vector<Frame> stack{{root, 0}};
  visitor.enter(root);
  std::size_t visits = 0;
  while (!stack.empty()) {
    Frame& frame = stack.back();
    const std::span<const ChildRun> children = dag.children(frame.node);
    if ((visits += children.size() - frame.next) >= kVisitsPerCheckpoint) {
      visits = 0;
      checkpoint.reached(0);
    }
    bool descended = false;
    for (;; ++frame.next) {
      frame.next += visitor.again(children.subspan(frame.next));
      if (frame.next == children.size()) break;
      const ChildRun run = children[frame.next];
      const State state = visitor.state(run.node);
      if (state == State::kDone) {
        if (!visitor.again(run)) return visitor.error();
      } else if (const NodeShape& shape = dag.nodes[run.node]; !shape.is_composition()) {
        if (frame.next + 4 < children.size()) {
          prefetch_children(dag, children[frame.next + 4].node);
        }
        const Leaf leaf(dag, shape);
        if (!visitor.leaf(run, leaf.bytes())) return visitor.error();
      } else if (state == State::kOpen) {
        return {Code::kCorrupt, "atom contains itself"};
      } else {
        if (frame.next + 1 < children.size()) prefetch_children(dag, children[frame.next + 1].node);
        visitor.enter(run.node);
        stack.push_back({run.node, 0});  // `frame` dangles from here on
        descended = true;
        break;
      }
    }
    if (descended) continue;
    visitor.leave(frame.node);
    stack.pop_back();
    if (!stack.empty()) {
      Frame& parent = stack.back();
      if (!visitor.finished(dag.children(parent.node)[parent.next++])) return visitor.error();
    }
  }
  return Status::ok();
}

class Measure {
 public:
  Measure(std::size_t nodes, std::uint64_t limit) : lengths_(nodes, kUnknown), limit_(limit) {}

  State state(NodeIndex node) const noexcept {
    return lengths_[node] < kOpen    ? State::kDone
           : lengths_[node] == kOpen ? State::kOpen
                                     : State::kUnseen;
  }
  void enter(NodeIndex node) {
    lengths_[node] = kOpen;
    open_.push_back(0);
  }
  void leave(NodeIndex node) {
    lengths_[node] = open_.back();
    open_.pop_back();
  }
  bool leaf(ChildRun run, std::string_view bytes) {
    lengths_[run.node] = bytes.size();
    return again(run);
  }
  std::uint32_t again(std::span<const ChildRun>) const noexcept { return 0; }
  bool again(ChildRun run) {
    if (open_.empty()) return true;
    const auto all = checked_mul(lengths_[run.node], run.multiplicity);
    const auto total = all ? checked_add(open_.back(), *all) : std::nullopt;
    if (!total || *total > limit_) return false;
    open_.back() = *total;
    return true;
  }
  bool finished(ChildRun run) { return again(run); }
  Status error() const {
    return {Code::kLimitExceeded, "text is longer than " + std::to_string(limit_) + " bytes"};
  }
  std::uint64_t length(NodeIndex node) const noexcept { return lengths_[node]; }

 private:
  static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};
  static constexpr std::uint64_t kOpen = kUnknown - 1;
  std::vector<std::uint64_t> lengths_;
  std::uint64_t limit_;
  std::vector<std::uint64_t> open_;
};

class Writer {
 public:
  Writer(std::size_t nodes, std::span<char> out, Checkpoint& checkpoint)
      : places_(nodes), out_(out), checkpoint_(checkpoint) {}

  State state(NodeIndex node) const noexcept {
    const std::uint32_t start = places_[node].start;
    return start < kOpen ? State::kDone : start == kOpen ? State::kOpen : State::kUnseen;
  }
  void enter(NodeIndex node) {
    places_[node].start = kOpen;
    open_.push_back(static_cast<std::uint32_t>(at_));
  }
  void leave(NodeIndex node) {
    remember(node, open_.back());
    open_.pop_back();
  }
  bool leaf(ChildRun run, std::string_view bytes) {
    if (out_.size() - at_ < bytes.size()) return false;
    std::memcpy(out_.data() + at_, bytes.data(), bytes.size());
    const auto start = static_cast<std::uint32_t>(at_);
    at_ += bytes.size();
    remember(run.node, start);
    return finished(run);
  }
  // Nearly all runs of a text are single short words already written: no more than a load, a store
  // and an addition each, with everything else in registers.
  std::uint32_t again(std::span<const ChildRun> runs) noexcept {
    if (out_.size() - at_ < kShort) return 0;
    const Place* const places = places_.data();
    char* to = out_.data() + at_;
    const char* const last = out_.data() + out_.size() - kShort;
    std::uint32_t taken = 0;
    for (const ChildRun run : runs) {
      const Place& place = places[run.node];
      const bool is_short = place.length - 1 < kShort;  // a node not done yet has length 0
      if (!is_short || run.multiplicity != 1 || to > last) break;
      std::memcpy(to, place.text, kShort);  // the excess is overwritten later
      to += place.length;
      ++taken;
    }
    at_ = static_cast<std::size_t>(to - out_.data());
    return taken;
  }
  bool again(ChildRun run) {
    const Place& place = places_[run.node];
    if (out_.size() - at_ < place.length) return false;
    for (std::size_t done = 0; done < place.length; done += kCopyPiece) {
      const std::size_t piece = std::min(place.length - done, kCopyPiece);
      std::memcpy(out_.data() + at_, out_.data() + place.start + done, piece);
      at_ += piece;
      if (piece == kCopyPiece) checkpoint_.reached(0);
    }
    return finished(run);
  }
  // The run's text has been written once, just now.
  bool finished(ChildRun run) {
    if (run.multiplicity == 1) return true;
    return replicate(places_[run.node].length, run.multiplicity - 1);
  }
  Status error() const { return {Code::kCorrupt, "stored text is longer than recorded"}; }
  std::size_t written() const noexcept { return at_; }

 private:
  static constexpr std::uint32_t kUnknown = 0xffffffff;
  static constexpr std::uint32_t kOpen = kUnknown - 1;
  static constexpr std::size_t kShort = 16;
  static constexpr std::size_t kCopyPiece = 1 << 20;
  // Where a node's text was first written, and a copy of it if it is short: most children are
  // words, and their first places are scattered over the whole text.
  struct Place {
    std::uint32_t start = kUnknown, length = 0;
    char text[kShort] = {};
  };

  // The node's text is what has been written from `start` on.
  void remember(NodeIndex node, std::uint32_t start) noexcept {
    Place& place = places_[node];
    place.start = start;
    place.length = static_cast<std::uint32_t>(at_) - start;
    if (place.length <= kShort) std::memcpy(place.text, out_.data() + start, place.length);
  }

  // Appends the last `unit` bytes `times` times more, copying ever longer stretches.
  bool replicate(std::size_t unit, std::uint64_t times) {
    if (unit == 0) return true;
    const auto more = checked_mul(unit, times);
    if (!more || *more > out_.size() - at_) return false;
    const std::size_t start = at_ - unit, end = at_ + *more;
    while (at_ < end) {
      const std::size_t piece = std::min({at_ - start, end - at_, kCopyPiece / unit * unit + unit});
      std::memcpy(out_.data() + at_, out_.data() + start, piece);
      at_ += piece;
      if (piece >= kCopyPiece) checkpoint_.reached(0);
    }
    return true;
  }

  std::vector<Place> places_;
  std::span<char> out_;
  Checkpoint& checkpoint_;
  std::size_t at_ = 0;
  std::vector<std::uint32_t> open_;
};

}  // namespace

Result<std::uint64_t> expanded_length(const DagView& dag, NodeIndex root, std::uint64_t limit,
                                      Checkpoint& checkpoint) {
  Measure measure(dag.nodes.size(), limit);
  HARTONOMOUS_CHECK(walk(dag, root, checkpoint, measure));
  return measure.length(root);
}

Status expand(const DagView& dag, NodeIndex root, std::span<char> out, Checkpoint& checkpoint) {
  const std::uint64_t end = out.size();
  return expand_each(dag, {&root, 1}, {&end, 1}, out, checkpoint);
}

Status expand_each(const DagView& dag, std::span<const NodeIndex> roots,
                   std::span<const std::uint64_t> ends, std::span<char> out,
                   Checkpoint& checkpoint) {
  if (out.size() > kMaxExpansion) {
    return {Code::kLimitExceeded,
            "text is longer than " + std::to_string(kMaxExpansion) + " bytes"};
  }
  Writer writer(dag.nodes.size(), out, checkpoint);
  for (std::size_t i = 0; i < roots.size(); ++i) {
    if (writer.state(roots[i]) != State::kDone) {
      HARTONOMOUS_CHECK(walk(dag, roots[i], checkpoint, writer));
    } else if (!writer.again({roots[i], 1})) {
      return writer.error();
    }
    if (writer.written() < ends[i]) {
      return {Code::kCorrupt, "stored text is shorter than recorded"};
    }
    if (writer.written() > ends[i]) return writer.error();
  }
  return Status::ok();
}

}  // namespace hartonomous::core::text
