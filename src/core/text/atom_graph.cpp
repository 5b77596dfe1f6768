// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/atom_graph.hpp"

#include <cstring>

#include "core/base/utf8.hpp"
#include "core/space/hypersphere.hpp"

namespace hartonomous::core::text {

namespace {

constexpr NodeIndex kFree = 0xffffffff;
constexpr std::size_t kInitialSlots = 1024;

}  // namespace

void append_leaf(std::string& out, char32_t leaf) {
  if (is_raw_byte(leaf)) {
    out += static_cast<char>(leaf - 0xdc00);
  } else {
    utf8::append(out, leaf);
  }
}

AtomGraph::AtomGraph() : slots_(kInitialSlots, kFree) {}

void AtomGraph::grow() {
  std::vector<NodeIndex> wider(slots_.size() * 2, kFree);
  const std::size_t mask = wider.size() - 1;
  for (NodeIndex i = 0; i < hashes_.size(); ++i) {
    std::size_t at = hashes_[i].prefix() & mask;
    while (wider[at] != kFree) at = (at + 1) & mask;
    wider[at] = i;
  }
  slots_.swap(wider);
}

AtomGraph::Found AtomGraph::find_or_add(const hash::ContentHash& hash) {
  if ((hashes_.size() + 1) * 2 > slots_.size()) grow();
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash.prefix() & mask;
  while (slots_[at] != kFree) {
    if (hashes_[slots_[at]] == hash) return {slots_[at], false};
    at = (at + 1) & mask;
  }
  const auto index = static_cast<NodeIndex>(hashes_.size());
  shapes_.emplace_back();
  points_.emplace_back();
  texts_.emplace_back();
  hashes_.push_back(hash);
  slots_[at] = index;
  return {index, true};
}

NodeIndex AtomGraph::codepoint(char32_t value) { return leaf(value); }
NodeIndex AtomGraph::byte(std::uint8_t value) { return leaf(raw_byte(value)); }

NodeIndex AtomGraph::leaf(char32_t value) {
  auto& page = codepoints_[value >> 8];
  if (!page) {
    page = std::make_unique<std::array<NodeIndex, 256>>();
    page->fill(kFree);
  }
  NodeIndex& known = (*page)[value & 0xff];
  if (known == kFree) {
    known =
        find_or_add(is_raw_byte(value) ? hash::byte_hash(static_cast<std::uint8_t>(value - 0xdc00))
                                       : hash::codepoint_hash(value))
            .node;
    shapes_[known].codepoint = value;
    points_[known] = space::character_point(value);
    std::string encoded;
    append_leaf(encoded, value);
    keep_text(known, encoded);
  }
  return known;
}

NodeIndex AtomGraph::composition(std::span<const ChildRun> runs) {
  if (runs.size() == 1 && runs[0].multiplicity == 1) return runs[0].node;
  scratch_.clear();
  for (const ChildRun& run : runs) scratch_.push_back({hashes_[run.node], run.multiplicity});
  const Found found = find_or_add(hash::composition_hash(scratch_));
  if (!found.is_new) return found.node;

  space::Point4 sum{};
  double weight = 0;
  for (const ChildRun& run : runs) {
    const space::Point4& p = points_[run.node];
    const double w = run.multiplicity;
    sum.x += w * p.x;
    sum.y += w * p.y;
    sum.z += w * p.z;
    sum.m += w * p.m;
    weight += w;
  }
  if (weight > 0) {
    points_[found.node] = {sum.x / weight, sum.y / weight, sum.z / weight, sum.m / weight};
  }
  NodeShape& shape = shapes_[found.node];
  shape.first_child = runs_.size();
  shape.child_count = static_cast<std::uint32_t>(runs.size());
  runs_.insert(runs_.end(), runs.begin(), runs.end());
  keep_text_of(found.node, runs);
  return found.node;
}

NodeIndex AtomGraph::stored(const hash::ContentHash& hash, const space::Point4& point,
                            std::string_view text) {
  const Found found = find_or_add(hash);
  if (!found.is_new) return found.node;
  shapes_[found.node].codepoint = NodeShape::kText;
  points_[found.node] = point;
  if (text.size() <= kMostCarriedText) keep_text(found.node, text);
  return found.node;
}

std::size_t AtomGraph::memory() const noexcept {
  return shapes_.capacity() * sizeof(NodeShape) + hashes_.capacity() * sizeof(hash::ContentHash) +
         points_.capacity() * sizeof(space::Point4) + texts_.capacity() * sizeof(TextPlace) +
         text_bytes_.capacity() + runs_.capacity() * sizeof(ChildRun) +
         slots_.capacity() * sizeof(NodeIndex);
}

void AtomGraph::keep_text(NodeIndex node, std::string_view text) {
  texts_[node] = {text_bytes_.size(), static_cast<std::uint32_t>(text.size())};
  text_bytes_.insert(text_bytes_.end(), text.begin(), text.end());
}

void AtomGraph::keep_text_of(NodeIndex node, std::span<const ChildRun> runs) {
  std::size_t length = 0;
  for (const ChildRun& run : runs) {
    const TextPlace& child = texts_[run.node];
    if (child.length == TextPlace::kNone) return;
    length += std::size_t{child.length} * run.multiplicity;
    if (length > kMostCarriedText) return;
  }
  const std::size_t first = text_bytes_.size();
  text_bytes_.resize(first + length);
  char* to = text_bytes_.data() + first;
  for (const ChildRun& run : runs) {
    const TextPlace& child = texts_[run.node];
    if (child.length == 0) continue;
    for (std::uint32_t i = 0; i < run.multiplicity; ++i, to += child.length) {
      std::memcpy(to, text_bytes_.data() + child.first, child.length);
    }
  }
  texts_[node] = {first, static_cast<std::uint32_t>(length)};
}

}  // namespace hartonomous::core::text
