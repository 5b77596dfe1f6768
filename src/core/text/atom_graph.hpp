// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A piece of the Merkle DAG in memory, before it is stored: codepoints and compositions of them,
// each distinct content once, children before parents.
//
// A byte that is not part of a character (a token of a model may be one, or end in one) is a leaf
// of its own kind. In the shape of a node, and in space, it stands where a lone low surrogate
// would, U+DC00 + byte, which no character ever does (PEP 383 has the same convention). Index order
// is creation order.
//
// A composition is a sequence of (child, multiplicity >= 1) in which neighbours differ. Its content
// hash covers the child hashes and multiplicities and nothing else, so equal content is one node
// whoever built it. Its point is the multiplicity-weighted mean of its children's points, summed in
// order in plain double arithmetic: the same on every machine. The empty composition sits at the
// origin.
//
// Not thread-safe. Memory: about 150 bytes a node and 8 a child.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/hash/content_hash.hpp"
#include "core/space/point.hpp"

namespace hartonomous::core::text {

using NodeIndex = std::uint32_t;

struct ChildRun {
  NodeIndex node;
  std::uint32_t multiplicity;  // 1 .. 2^31-1
  bool operator==(const ChildRun&) const = default;
};

// Appends a child to a sequence, merging it into the last run if it is the same node.
inline void append_run(std::vector<ChildRun>& runs, NodeIndex node,
                       std::uint32_t multiplicity = 1) {
  if (!runs.empty() && runs.back().node == node) {
    runs.back().multiplicity += multiplicity;
  } else {
    runs.push_back({node, multiplicity});
  }
}

// The numbers of the raw bytes 80..FF among codepoints; 00..7F are characters.
constexpr bool is_raw_byte(char32_t leaf) noexcept { return leaf >= 0xdc80 && leaf <= 0xdcff; }
constexpr char32_t raw_byte(std::uint8_t byte) noexcept { return 0xdc00U + byte; }
// The bytes that a leaf stands for: UTF-8, or the raw byte. REQUIRES: a scalar value or raw byte.
void append_leaf(std::string& out, char32_t leaf);

// What a node is: a codepoint or raw byte, or a stretch of a child array.
struct NodeShape {
  static constexpr char32_t kNotACodepoint = 0xffffffff;

  std::uint64_t first_child = 0;  // compositions only
  std::uint32_t child_count = 0;
  char32_t codepoint = kNotACodepoint;

  bool is_composition() const noexcept { return codepoint == kNotACodepoint; }
};

// Nodes and their children, wherever they are kept. Valid as long as the arrays are unchanged.
struct DagView {
  std::span<const NodeShape> nodes;
  std::span<const ChildRun> runs;

  std::span<const ChildRun> children(NodeIndex index) const noexcept {
    return runs.subspan(nodes[index].first_child, nodes[index].child_count);
  }
};

class AtomGraph {
 public:
  AtomGraph();

  // The node of one codepoint. REQUIRES: a Unicode scalar value. O(1).
  NodeIndex codepoint(char32_t value);
  // The node of a raw byte. REQUIRES: 0x80..0xFF. O(1).
  NodeIndex byte(std::uint8_t value);
  // The node of a sequence of runs; of one run of multiplicity 1, that child itself.
  // REQUIRES: neighbouring runs differ. O(children).
  NodeIndex composition(std::span<const ChildRun> runs);

  std::size_t size() const noexcept { return shapes_.size(); }
  DagView view() const noexcept { return {shapes_, runs_}; }
  const NodeShape& shape(NodeIndex index) const noexcept { return shapes_[index]; }
  std::span<const ChildRun> children(NodeIndex index) const noexcept {
    return view().children(index);
  }
  const hash::ContentHash& hash(NodeIndex index) const noexcept { return hashes_[index]; }
  const space::Point4& point(NodeIndex index) const noexcept { return points_[index]; }

 private:
  struct Found {
    NodeIndex node;
    bool is_new;
  };
  NodeIndex leaf(char32_t value);
  Found find_or_add(const hash::ContentHash& hash);
  void grow();

  std::vector<NodeShape> shapes_;
  std::vector<hash::ContentHash> hashes_;
  std::vector<space::Point4> points_;
  std::vector<ChildRun> runs_;
  std::vector<hash::Child> scratch_;
  std::vector<NodeIndex> slots_;  // open addressing over content hashes
  std::array<std::unique_ptr<std::array<NodeIndex, 256>>, 0x1100> codepoints_;
};

}  // namespace hartonomous::core::text
