// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/expansion.hpp"

#include <algorithm>
#include <cstring>

#include "core/base/checked.hpp"
#include "core/base/utf8.hpp"

namespace hartonomous::core::text {

namespace {

constexpr std::uint64_t kUnseen = ~std::uint64_t{0};
constexpr std::uint64_t kOpen = kUnseen - 1;  // being walked: meeting it again is a cycle
constexpr std::size_t kVisitsPerCheckpoint = 1 << 16;

Status cycle() { return {Code::kCorrupt, "atom contains itself"}; }

std::size_t encoded_length(char32_t c) noexcept {
  return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

// Depth-first over distinct nodes. Visitor: enter(node) before a composition's children,
// codepoint(run), repeat(run) for a run whose node is finished, leave(node) after them; each but
// enter returns a Status. `state[node]` is the visitor's to set to anything below kOpen in leave().
template <class Visitor>
Status walk(const DagView& dag, NodeIndex root, std::vector<std::uint64_t>& state,
            Checkpoint& checkpoint, Visitor& visitor) {
  struct Frame {
    NodeIndex node;
    std::uint32_t next;
  };
  const ChildRun whole{root, 1};
  if (!dag.nodes[root].is_composition()) return visitor.codepoint(whole, dag.nodes[root].codepoint);
  std::vector<Frame> stack{{root, 0}};
  state[root] = kOpen;
  visitor.enter(root);
  std::size_t visits = 0;
  while (!stack.empty()) {
    Frame& frame = stack.back();
    const std::span<const ChildRun> children = dag.children(frame.node);
    bool descended = false;
    while (frame.next < children.size()) {
      const ChildRun run = children[frame.next];
      const NodeShape& shape = dag.nodes[run.node];
      if (++visits % kVisitsPerCheckpoint == 0) checkpoint.reached(0);
      if (!shape.is_composition()) {
        HARTONOMOUS_CHECK(visitor.codepoint(run, shape.codepoint));
      } else if (state[run.node] < kOpen) {
        HARTONOMOUS_CHECK(visitor.repeat(run));
      } else if (state[run.node] == kOpen) {
        return cycle();
      } else {
        state[run.node] = kOpen;
        visitor.enter(run.node);
        stack.push_back({run.node, 0});  // `frame` dangles from here on
        descended = true;
        break;
      }
      ++frame.next;
    }
    if (descended) continue;
    const NodeIndex done = frame.node;
    stack.pop_back();
    HARTONOMOUS_CHECK(visitor.leave(done));
    if (!stack.empty()) {
      Frame& parent = stack.back();
      const ChildRun run = dag.children(parent.node)[parent.next++];
      HARTONOMOUS_CHECK(visitor.finished(run));
    }
  }
  return Status::ok();
}

class Measure {
 public:
  Measure(std::vector<std::uint64_t>& lengths, std::uint64_t limit)
      : lengths_(lengths), limit_(limit) {}

  void enter(NodeIndex) { open_.push_back(0); }
  Status codepoint(ChildRun run, char32_t c) { return add(encoded_length(c), run.multiplicity); }
  Status repeat(ChildRun run) { return add(lengths_[run.node], run.multiplicity); }
  Status finished(ChildRun run) { return repeat(run); }
  Status leave(NodeIndex node) {
    lengths_[node] = open_.back();
    open_.pop_back();
    return Status::ok();
  }
  std::uint64_t single = 0;  // the length of a root that is a codepoint

 private:
  Status add(std::uint64_t length, std::uint32_t multiplicity) {
    std::uint64_t& sum = open_.empty() ? single : open_.back();
    const auto all = checked_mul(length, multiplicity);
    const auto total = all ? checked_add(sum, *all) : std::nullopt;
    if (!total || *total > limit_) {
      return {Code::kLimitExceeded, "text is longer than " + std::to_string(limit_) + " bytes"};
    }
    sum = *total;
    return Status::ok();
  }

  std::vector<std::uint64_t>& lengths_;
  std::uint64_t limit_;
  std::vector<std::uint64_t> open_;
};

class Writer {
 public:
  Writer(std::vector<std::uint64_t>& starts, std::size_t nodes, std::span<char> out,
         Checkpoint& checkpoint)
      : starts_(starts), lengths_(nodes), out_(out), checkpoint_(checkpoint) {}

  void enter(NodeIndex) { open_.push_back(at_); }
  Status leave(NodeIndex node) {
    starts_[node] = open_.back();
    lengths_[node] = at_ - open_.back();
    open_.pop_back();
    return Status::ok();
  }
  Status codepoint(ChildRun run, char32_t c) {
    if (out_.size() - at_ < encoded_length(c)) return overflow();
    const std::size_t start = at_;
    if (c < 0x80) {
      out_[at_++] = static_cast<char>(c);
    } else {
      encoded_.clear();
      utf8::append(encoded_, c);
      std::memcpy(out_.data() + at_, encoded_.data(), encoded_.size());
      at_ += encoded_.size();
    }
    return run.multiplicity == 1 ? Status::ok() : replicate(start, run.multiplicity - 1);
  }
  Status repeat(ChildRun run) {
    const std::size_t length = lengths_[run.node];
    if (out_.size() - at_ < length) return overflow();
    const char* from = out_.data() + starts_[run.node];
    char* to = out_.data() + at_;
    if (length <= kShort && out_.size() - at_ >= kShort && to - from >= kShort) {
      std::memcpy(to, from, kShort);  // one load and store; what is beyond `length` is overwritten
    } else {
      std::memcpy(to, from, length);
    }
    const std::size_t start = at_;
    at_ += length;
    return run.multiplicity == 1 ? Status::ok() : replicate(start, run.multiplicity - 1);
  }
  Status finished(ChildRun run) {
    return run.multiplicity == 1 ? Status::ok()
                                 : replicate(starts_[run.node], run.multiplicity - 1);
  }
  bool is_full() const noexcept { return at_ == out_.size(); }

 private:
  static constexpr std::ptrdiff_t kShort = 16;
  static constexpr std::size_t kCopyPiece = 1 << 20;

  static Status overflow() { return {Code::kCorrupt, "stored text is longer than recorded"}; }

  // Appends `times` copies of [start, at_), copying ever longer stretches.
  Status replicate(std::size_t start, std::uint64_t times) {
    const std::size_t unit = at_ - start;
    if (unit == 0) return Status::ok();
    const auto more = checked_mul(unit, times);
    if (!more || *more > out_.size() - at_) return overflow();
    const std::size_t end = at_ + *more;
    while (at_ < end) {
      const std::size_t piece = std::min({at_ - start, end - at_, kCopyPiece / unit * unit + unit});
      std::memcpy(out_.data() + at_, out_.data() + start, piece);
      at_ += piece;
      if (piece >= kCopyPiece) checkpoint_.reached(0);
    }
    return Status::ok();
  }

  std::vector<std::uint64_t>& starts_;
  std::vector<std::uint64_t> lengths_;
  std::span<char> out_;
  Checkpoint& checkpoint_;
  std::size_t at_ = 0;
  std::vector<std::size_t> open_;
  std::string encoded_;
};

}  // namespace

Result<std::uint64_t> expanded_length(const DagView& dag, NodeIndex root, std::uint64_t limit,
                                      Checkpoint& checkpoint) {
  std::vector<std::uint64_t> lengths(dag.nodes.size(), kUnseen);
  Measure measure(lengths, limit);
  HARTONOMOUS_CHECK(walk(dag, root, lengths, checkpoint, measure));
  return dag.nodes[root].is_composition() ? lengths[root] : measure.single;
}

Status expand(const DagView& dag, NodeIndex root, std::span<char> out, Checkpoint& checkpoint) {
  std::vector<std::uint64_t> starts(dag.nodes.size(), kUnseen);
  Writer writer(starts, dag.nodes.size(), out, checkpoint);
  HARTONOMOUS_CHECK(walk(dag, root, starts, checkpoint, writer));
  if (!writer.is_full()) return {Code::kCorrupt, "stored text is shorter than recorded"};
  return Status::ok();
}

}  // namespace hartonomous::core::text
