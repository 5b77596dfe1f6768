// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/inversion.hpp"

#include <algorithm>

#include "core/base/checked.hpp"
#include "core/base/interruptible_sort.hpp"
#include "core/base/utf8.hpp"

namespace hartonomous::core::text {

namespace {

constexpr std::size_t kVisitsPerCheckpoint = 1 << 15;

class Inverter {
 public:
  Inverter(const DagView& dag, std::span<const std::int64_t> ids, Checkpoint& checkpoint)
      : dag_(dag), ids_(ids), checkpoint_(checkpoint) {
    result_.lengths.assign(dag.nodes.size(), kUnknown);
    edges_.resize(dag.nodes.size());
  }

  Result<Inversion> run(const std::vector<bool>& is_new, std::size_t chunk_bytes) {
    WordListWriter words;
    for (NodeIndex node = 0; node < dag_.nodes.size(); ++node) {
      HARTONOMOUS_CHECK(measure(node));
      if (!is_new[node] || !dag_.nodes[node].is_composition()) continue;
      if (spell(node)) {
        words.add(ids_[node], spelling_);
        if (words.size() >= chunk_bytes) result_.words.push_back(words.take());
      } else {
        refer(node);
      }
    }
    if (words.size() > 1) result_.words.push_back(words.take());
    encode();
    return std::move(result_);
  }

 private:
  static constexpr std::uint64_t kUnknown = ~std::uint64_t{0};
  static constexpr std::uint64_t kOpen = kUnknown - 1;
  static constexpr std::uint64_t kMost = kUnknown >> 1;

  // The first and last byte of a text; 0 if it is empty.
  struct Edges {
    char first = 0, last = 0;
  };
  struct Reference {
    NodeIndex child;
    std::uint32_t multiplicity;
    std::int64_t parent;
    std::uint64_t offset;
    char before, after;
  };

  // Lengths of `root` and all below it, children first.
  Status measure(NodeIndex root) {
    if (result_.lengths[root] != kUnknown) return Status::ok();
    std::vector<NodeIndex> stack{root};
    while (!stack.empty()) {
      if (++visits_ % kVisitsPerCheckpoint == 0) checkpoint_.reached(0);
      const NodeIndex node = stack.back();
      if (result_.lengths[node] < kOpen) {  // met twice before it was its turn
        stack.pop_back();
        continue;
      }
      const bool was_open = result_.lengths[node] == kOpen;
      result_.lengths[node] = kOpen;
      if (!was_open) {
        for (const ChildRun& run : dag_.children(node)) {
          if (result_.lengths[run.node] == kUnknown) stack.push_back(run.node);
          if (result_.lengths[run.node] == kOpen) {
            return {Code::kCorrupt, "atom contains itself"};
          }
        }
        if (stack.back() != node) continue;
      }
      stack.pop_back();
      HARTONOMOUS_CHECK(add_up(node));
    }
    return Status::ok();
  }

  Status add_up(NodeIndex node) {
    std::uint64_t length = 0;
    const NodeShape& shape = dag_.nodes[node];
    if (!shape.is_composition()) {
      spelling_.clear();
      utf8::append(spelling_, shape.codepoint);
      length = spelling_.size();
      edges_[node] = {spelling_.front(), spelling_.back()};
    }
    for (const ChildRun& run : dag_.children(node)) {
      const auto bytes = checked_mul(result_.lengths[run.node], run.multiplicity);
      const auto sum = bytes ? checked_add(length, *bytes) : std::nullopt;
      if (!sum || *sum > kMost) return {Code::kLimitExceeded, "text is longer than 2^63 bytes"};
      length = *sum;
      if (edges_[node].first == 0) edges_[node].first = edges_[run.node].first;
      if (edges_[run.node].last != 0) edges_[node].last = edges_[run.node].last;
    }
    result_.lengths[node] = length;
    return Status::ok();
  }

  // The spelling of a composition of characters alone, in spelling_; false for any other.
  bool spell(NodeIndex node) {
    constexpr std::uint64_t kLongestWord = 1 << 16;  // longer ones are runs; see refer()
    if (result_.lengths[node] > kLongestWord) return false;
    spelling_.clear();
    for (const ChildRun& run : dag_.children(node)) {
      const NodeShape& shape = dag_.nodes[run.node];
      if (shape.is_composition() || shape.codepoint == 0) return false;
      for (std::uint32_t i = 0; i < run.multiplicity; ++i) utf8::append(spelling_, shape.codepoint);
    }
    return true;
  }

  void refer(NodeIndex node) {
    std::uint64_t offset = 0;
    const std::span<const ChildRun> children = dag_.children(node);
    for (std::size_t i = 0; i < children.size(); ++i) {
      const ChildRun run = children[i];
      const NodeShape& shape = dag_.nodes[run.node];
      const bool is_left_out = !shape.is_composition() && shape.codepoint < 0x80 &&
                               !is_referenced(static_cast<char>(shape.codepoint));
      if (!is_left_out) {
        references_.push_back(
            {run.node, run.multiplicity, ids_[node], offset,
             i == 0 ? '\0' : edges_[children[i - 1].node].last,
             i + 1 == children.size() ? '\0' : edges_[children[i + 1].node].first});
      }
      offset += result_.lengths[run.node] * run.multiplicity;
    }
  }

  void encode() {
    const auto less = [&](const Reference& a, const Reference& b) {
      if (a.child != b.child) return ids_[a.child] < ids_[b.child];
      return a.parent != b.parent ? a.parent < b.parent : a.offset < b.offset;
    };
    interruptible_sort(references_, less, checkpoint_);
    PostingWriter writer;
    for (std::size_t i = 0; i < references_.size(); ++i) {
      const Reference& r = references_[i];
      writer.add({r.parent, r.offset, r.multiplicity, r.before, r.after});
      if (i + 1 == references_.size() || references_[i + 1].child != r.child) {
        result_.entries.push_back({r.child, writer.take()});
      }
    }
  }

  const DagView& dag_;
  std::span<const std::int64_t> ids_;
  Checkpoint& checkpoint_;
  Inversion result_;
  std::vector<Edges> edges_;
  std::vector<Reference> references_;
  std::string spelling_;
  std::size_t visits_ = 0;
};

}  // namespace

Result<Inversion> invert(const DagView& dag, std::span<const std::int64_t> ids,
                         const std::vector<bool>& is_new, std::size_t chunk_bytes,
                         Checkpoint& checkpoint) {
  return Inverter(dag, ids, checkpoint).run(is_new, chunk_bytes);
}

}  // namespace hartonomous::core::text
