// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Each tree is opened from the root down, but only where a node does not stand in the other tree:
// that is the path to the changes and what hangs off it, whatever heights the trees have. The two
// sequences of closed nodes are compared by node. Where they differ, a closed node may still be a
// relative of what stands opposite (a sentence that was edited, but also occurs unchanged
// elsewhere), so the differing stretches are opened one level further and compared again, down to
// words. At last equal characters at both ends of a change are taken off.
#include "core/text/document_diff.hpp"

#include <algorithm>

#include "core/base/utf8.hpp"
#include "core/text/sequence_diff.hpp"
#include "core/text/shared_subtrees.hpp"

namespace hartonomous::core::text {

namespace {

using Runs = std::vector<ChildRun>;

constexpr int kMostLevels = 64;  // a gigabyte has about ten; only damaged trees have more

// Appends the run, or if `open` says so of its node, what its children become in the same way.
template <class F>
void append_opened(const DagView& dag, ChildRun run, F&& open, Runs& out) {
  struct Frame {
    ChildRun run;  // whose multiplicity says how often to go over it still
    std::uint32_t next;
  };
  std::vector<Frame> stack{{run, 0}};
  const auto take = [&](ChildRun next) {
    if (dag.nodes[next.node].is_composition() && open(next.node)) return true;
    out.push_back(next);
    return false;
  };
  if (!take(run)) return;
  while (!stack.empty()) {
    Frame& frame = stack.back();
    const std::span<const ChildRun> children = dag.children(frame.run.node);
    if (frame.next < children.size()) {
      const ChildRun child = children[frame.next++];
      if (take(child)) stack.push_back({child, 0});
    } else if (--frame.run.multiplicity > 0) {
      frame.next = 0;
    } else {
      stack.pop_back();
    }
  }
}

class TreeDiff {
 public:
  TreeDiff(const DagView& dag, const TreeIndex& index, Checkpoint& checkpoint)
      : dag_(dag), index_(index), checkpoint_(checkpoint) {}

  std::vector<Change> run(NodeIndex a, NodeIndex b) {
    if (a != b) {
      compare(opened(a, nodes_below(dag_, b)), opened(b, nodes_below(dag_, a)), {0, 0}, 0);
    }
    return std::move(changes_);
  }

 private:
  struct Offsets {
    std::uint64_t a, b;
  };

  Runs opened(NodeIndex root, const std::vector<bool>& in_other) {
    constexpr std::size_t kNodesPerCheckpoint = 1 << 16;
    Runs runs;
    std::size_t nodes = 0;
    const auto open = [&](NodeIndex node) {
      if (++nodes % kNodesPerCheckpoint == 0) checkpoint_.reached(0);
      return !in_other[node];
    };
    append_opened(dag_, {root, 1}, open, runs);
    return runs;
  }

  static std::vector<std::uint64_t> keys(const Runs& runs) {
    std::vector<std::uint64_t> keys;
    keys.reserve(runs.size());
    for (const ChildRun& run : runs) {
      keys.push_back(std::uint64_t{run.node} << 32 | run.multiplicity);
    }
    return keys;
  }
  std::vector<std::uint64_t> weights(const Runs& runs) const {
    std::vector<std::uint64_t> weights;
    weights.reserve(runs.size());
    for (const ChildRun& run : runs) weights.push_back(characters({&run, 1}));
    return weights;
  }
  std::uint64_t characters(std::span<const ChildRun> runs) const {
    std::uint64_t sum = 0;
    for (const ChildRun& run : runs) sum += index_.characters[run.node] * run.multiplicity;
    return sum;
  }

  // Compares two sequences that begin at the given places, `level` openings below the first ones.
  void compare(const Runs& a, const Runs& b, Offsets at, int level) {
    std::size_t a_done = 0, b_done = 0;
    const auto differ_until = [&](std::size_t a_end, std::size_t b_end) {
      const auto from_a = std::span(a).subspan(a_done, a_end - a_done);
      const auto from_b = std::span(b).subspan(b_done, b_end - b_done);
      if (!from_a.empty() || !from_b.empty()) differ(from_a, from_b, at, level);
      at.a += characters(from_a);
      at.b += characters(from_b);
    };
    for (const MatchingStretch& same : match_sequences(keys(a), keys(b), weights(a), checkpoint_)) {
      differ_until(same.a_begin, same.b_begin);
      const std::uint64_t length = characters(std::span(a).subspan(same.a_begin, same.length));
      at.a += length;
      at.b += length;
      a_done = same.a_begin + same.length;
      b_done = same.b_begin + same.length;
    }
    differ_until(a.size(), b.size());
  }

  // A word, or what else has no parts but characters.
  bool has_parts(NodeIndex node) const {
    return std::ranges::any_of(dag_.children(node), [&](const ChildRun& run) {
      return dag_.nodes[run.node].is_composition();
    });
  }
  bool has_openable(std::span<const ChildRun> runs) const {
    return std::ranges::any_of(runs, [&](const ChildRun& run) { return has_parts(run.node); });
  }
  Runs opened_once(std::span<const ChildRun> runs) const {
    Runs out;
    for (const ChildRun& run : runs) {
      if (!has_parts(run.node)) {
        out.push_back(run);
        continue;
      }
      for (std::uint32_t i = 0; i < run.multiplicity; ++i) {
        const auto children = dag_.children(run.node);
        out.insert(out.end(), children.begin(), children.end());
      }
    }
    return out;
  }

  void differ(std::span<const ChildRun> a, std::span<const ChildRun> b, Offsets at, int level) {
    const bool can_be_opened = has_openable(a) || has_openable(b);
    if (!a.empty() && !b.empty() && can_be_opened && level < kMostLevels) {
      compare(opened_once(a), opened_once(b), at, level + 1);
      return;
    }
    Change change{at.a, at.b, text_of(a), text_of(b)};
    trim(change);
    if (change.deleted.empty() && change.inserted.empty()) return;
    add(std::move(change));
  }
  std::string text_of(std::span<const ChildRun> runs) {
    std::string text;
    for (const ChildRun& run : runs) {
      append_text(dag_, index_, run, text);
      checkpoint_.reached(0);
    }
    return text;
  }

  static bool is_inside_character(const std::string& text, std::size_t at) {
    return at < text.size() && (text[at] & 0xc0) == 0x80;
  }
  // Takes off what is common at the beginning and at the end.
  static void trim(Change& change) {
    std::string &a = change.deleted, &b = change.inserted;
    const std::size_t most = std::min(a.size(), b.size());
    std::size_t same = 0;
    while (same < most && a[same] == b[same]) ++same;
    while (is_inside_character(a, same) || is_inside_character(b, same)) --same;
    const std::uint64_t characters = utf8::count(std::string_view(a).substr(0, same));
    change.a_offset += characters;
    change.b_offset += characters;
    a.erase(0, same);
    b.erase(0, same);
    same = 0;
    while (same < std::min(a.size(), b.size()) &&
           a[a.size() - same - 1] == b[b.size() - same - 1]) {
      ++same;
    }
    while (is_inside_character(a, a.size() - same) || is_inside_character(b, b.size() - same)) {
      --same;
    }
    a.resize(a.size() - same);
    b.resize(b.size() - same);
  }
  // Changes that touch are one.
  void add(Change change) {
    if (!changes_.empty()) {
      Change& last = changes_.back();
      if (last.a_offset + utf8::count(last.deleted) == change.a_offset &&
          last.b_offset + utf8::count(last.inserted) == change.b_offset) {
        last.deleted += change.deleted;
        last.inserted += change.inserted;
        return;
      }
    }
    changes_.push_back(std::move(change));
  }

  const DagView& dag_;
  const TreeIndex& index_;
  Checkpoint& checkpoint_;
  std::vector<Change> changes_;
};

}  // namespace

std::vector<Change> diff_trees(const DagView& dag, const TreeIndex& index, NodeIndex a, NodeIndex b,
                               Checkpoint& checkpoint) {
  return TreeDiff(dag, index, checkpoint).run(a, b);
}

}  // namespace hartonomous::core::text
