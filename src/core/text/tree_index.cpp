// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/tree_index.hpp"

#include "core/base/checked.hpp"
#include "core/base/utf8.hpp"

namespace hartonomous::core::text {

namespace {

constexpr std::size_t kNodesPerCheckpoint = 1 << 12;

// The nodes below `roots`, children first, by depth-first walk.
Result<std::vector<NodeIndex>> order_children_first(const DagView& dag,
                                                    std::span<const NodeIndex> roots,
                                                    Checkpoint& checkpoint) {
  enum class State : std::uint8_t { kUnseen, kOpen, kDone };
  struct Frame {
    NodeIndex node;
    std::uint32_t next;
  };
  std::vector<State> state(dag.nodes.size(), State::kUnseen);
  std::vector<NodeIndex> order;
  std::vector<Frame> stack;
  for (const NodeIndex root : roots) {
    if (state[root] != State::kUnseen) continue;
    state[root] = State::kOpen;
    stack.push_back({root, 0});
    while (!stack.empty()) {
      Frame& frame = stack.back();
      const std::span<const ChildRun> children = dag.children(frame.node);
      if (frame.next == children.size()) {
        state[frame.node] = State::kDone;
        order.push_back(frame.node);
        if (order.size() % kNodesPerCheckpoint == 0) checkpoint.reached(0);
        stack.pop_back();
        continue;
      }
      const NodeIndex child = children[frame.next++].node;
      if (state[child] == State::kOpen) return Status{Code::kCorrupt, "atom contains itself"};
      if (state[child] == State::kDone) continue;
      state[child] = State::kOpen;
      stack.push_back({child, 0});
    }
  }
  return order;
}

std::uint64_t encoded_length(char32_t c) noexcept {
  return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

}  // namespace

Result<TreeIndex> TreeIndex::build(const DagView& dag, std::span<const NodeIndex> roots,
                                   Checkpoint& checkpoint) {
  TreeIndex index;
  HARTONOMOUS_TRY(index.children_first, order_children_first(dag, roots, checkpoint));
  index.bytes.resize(dag.nodes.size());
  index.characters.resize(dag.nodes.size());
  std::size_t runs = 0;
  for (const NodeIndex node : index.children_first) {
    if (!dag.nodes[node].is_composition()) {
      index.bytes[node] = encoded_length(dag.nodes[node].codepoint);
      index.characters[node] = 1;
      continue;
    }
    for (const ChildRun& run : dag.children(node)) {
      const auto all = checked_mul(index.bytes[run.node], std::uint64_t{run.multiplicity});
      if (!all || *all > kMostBytes - index.bytes[node]) {
        return Status{Code::kLimitExceeded,
                      "text is longer than " + std::to_string(kMostBytes) + " bytes"};
      }
      index.bytes[node] += *all;
      index.characters[node] += index.characters[run.node] * run.multiplicity;
      if (++runs % (1 << 16) == 0) checkpoint.reached(0);
    }
  }
  return index;
}

void append_text(const DagView& dag, const TreeIndex& index, ChildRun run, std::string& out) {
  struct Frame {
    ChildRun run;
    std::uint32_t next;
    std::size_t begin;  // of its text in `out`
  };
  out.reserve(out.size() + static_cast<std::size_t>(index.bytes[run.node]) * run.multiplicity);
  std::vector<Frame> stack{{run, 0, out.size()}};
  while (!stack.empty()) {
    Frame& frame = stack.back();
    const std::span<const ChildRun> children = dag.children(frame.run.node);
    if (frame.next < children.size()) {
      const ChildRun child = children[frame.next++];
      stack.push_back({child, 0, out.size()});
      continue;
    }
    const char32_t c = dag.nodes[frame.run.node].codepoint;
    if (c != NodeShape::kNotACodepoint) append_leaf(out, c);
    const std::size_t length = out.size() - frame.begin;
    for (std::uint32_t i = 1; i < frame.run.multiplicity; ++i) out.append(out, frame.begin, length);
    stack.pop_back();
  }
}

}  // namespace hartonomous::core::text
