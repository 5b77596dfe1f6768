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
// A node also has its text, unless that is long: what is read most is then read without descending.
//
// Not thread-safe. Memory: about 160 bytes a node, its text, and 8 bytes a child.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

// The longest text, in bytes, that an atom carries beside its children. Enough for nearly all
// groups of sentences (64 on average), so that a document is read in pieces of kilobytes. Changing
// it changes what is stored, but no address.
inline constexpr std::size_t kMostCarriedText = 32 * 1024;

// What a node is: a codepoint or raw byte, or a stretch of a child array; or, where a reader wants
// no more of a composition, a stretch of text.
struct NodeShape {
  static constexpr char32_t kNotACodepoint = 0xffffffff;
  static constexpr char32_t kText = 0xfffffffe;

  std::uint64_t first_child = 0;  // compositions; of a text its first byte
  std::uint32_t child_count = 0;  // and its length
  char32_t codepoint = kNotACodepoint;

  bool is_composition() const noexcept { return codepoint == kNotACodepoint; }
  bool is_text() const noexcept { return codepoint == kText; }
};

// Nodes and their children, wherever they are kept. Valid as long as the arrays are unchanged.
struct DagView {
  std::span<const NodeShape> nodes;
  std::span<const ChildRun> runs;
  std::string_view texts = {};  // of nodes that are texts

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

  // A node whose children are elsewhere: it is as another graph had it, with this text. It has the
  // shape of a text without bytes and cannot be expanded.
  NodeIndex stored(const hash::ContentHash& hash, const space::Point4& point,
                   std::string_view text);

  std::size_t size() const noexcept { return shapes_.size(); }
  // Bytes taken, about.
  std::size_t memory() const noexcept;
  DagView view() const noexcept { return {shapes_, runs_}; }
  // The node's text, unless it is longer than kMostCarriedText. Valid until the next node is added.
  std::optional<std::string_view> text(NodeIndex index) const noexcept {
    const TextPlace& place = texts_[index];
    if (place.length == TextPlace::kNone) return std::nullopt;
    return std::string_view(text_bytes_.data() + place.first, place.length);
  }
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
  struct TextPlace {
    static constexpr std::uint32_t kNone = 0xffffffff;
    std::uint64_t first = 0;
    std::uint32_t length = kNone;
  };
  Found find_or_add(const hash::ContentHash& hash);
  void grow();
  void keep_text(NodeIndex node, std::string_view text);
  void keep_text_of(NodeIndex node, std::span<const ChildRun> runs);

  std::vector<NodeShape> shapes_;
  std::vector<hash::ContentHash> hashes_;
  std::vector<space::Point4> points_;
  std::vector<TextPlace> texts_;
  std::vector<char> text_bytes_;
  std::vector<ChildRun> runs_;
  std::vector<hash::Child> scratch_;
  std::vector<NodeIndex> slots_;  // open addressing over content hashes
  std::array<std::unique_ptr<std::array<NodeIndex, 256>>, 0x1100> codepoints_;
};

}  // namespace hartonomous::core::text
