// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Content-defined splitting over child hashes. If long sequences were cut every n children, one
// insertion would shift every later cut and rewrite every later node. Here a cut falls after a
// child where a hash of the last 16 runs is small, so cuts move with the content: an edit disturbs
// the group it falls in, rarely a neighbour, and their ancestors.
//
// The hash is the gear recurrence h = 16 h + mix(child), which forgets a child after 16 steps
// because its bits have left the 64-bit word. With the minimum group also 16, whether a position is
// a cut depends on that group's own children alone. kCutBelow gives an average of 64: 16 skipped
// and one cut in 48 after them.
//
// Source: Xia et al., "FastCDC", USENIX ATC 2016, section 4 (gear hash, minimum-size skipping).
#include "core/text/content_split.hpp"

namespace hartonomous::core::text {

namespace {

constexpr std::uint64_t kCutBelow = ~std::uint64_t{0} / 48;

std::uint64_t mix(const AtomGraph& graph, const ChildRun& run) noexcept {
  const std::uint64_t spread = run.multiplicity * 0x9e3779b97f4a7c15U;
  return (graph.hash(run.node).prefix() ^ spread) * 0xff51afd7ed558ccdU;
}

}  // namespace

NodeIndex compose(AtomGraph& graph, std::vector<ChildRun>& runs) {
  std::vector<ChildRun> groups;
  while (runs.size() > kMaxFanOut) {
    groups.clear();
    std::size_t begin = 0;
    std::uint64_t h = 0;
    for (std::size_t i = 0; i < runs.size(); ++i) {
      h = (h << 4) + mix(graph, runs[i]);
      const std::size_t length = i + 1 - begin;
      const bool cut = (length >= kMinGroup && h < kCutBelow) || length == kMaxFanOut;
      if (cut || i + 1 == runs.size()) {
        append_run(groups, graph.composition({runs.data() + begin, length}));
        begin = i + 1;
      }
    }
    runs.swap(groups);
  }
  return graph.composition(runs);
}

}  // namespace hartonomous::core::text
