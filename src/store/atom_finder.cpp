// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/atom_finder.hpp"

#include <algorithm>

#include "core/base/interruptible_sort.hpp"
#include "store/hash_lookup.hpp"

namespace hartonomous::store {

bool is_before(const AtomGraph& graph, NodeIndex a, NodeIndex b) noexcept {
  return std::memcmp(graph.hash(a).bytes.data(), graph.hash(b).bytes.data(), kHashBytes) < 0;
}

std::vector<NodeIndex> in_hash_order(const AtomGraph& graph, std::span<const NodeIndex> nodes,
                                     core::Checkpoint& checkpoint) {
  struct Keyed {
    std::uint64_t prefix;
    NodeIndex node;
  };
  std::vector<Keyed> keyed;
  keyed.reserve(nodes.size());
  for (const NodeIndex node : nodes) {
    keyed.push_back({__builtin_bswap64(graph.hash(node).prefix()), node});
  }
  const auto less = [&](const Keyed& a, const Keyed& b) {
    return a.prefix != b.prefix ? a.prefix < b.prefix : is_before(graph, a.node, b.node);
  };
  core::interruptible_sort(keyed, less, checkpoint);
  std::vector<NodeIndex> sorted(keyed.size());
  std::ranges::transform(keyed, sorted.begin(), &Keyed::node);
  return sorted;
}

void find_atoms(const AtomTable& table, const AtomGraph& graph, std::span<const NodeIndex> nodes,
                std::span<std::int64_t> ids, core::Checkpoint& checkpoint) {
  std::vector<HashProbe> probes;
  probes.reserve(nodes.size());
  for (const NodeIndex node : nodes) probes.push_back({graph.hash(node).bytes.data(), node});
  const Snapshot snapshot = pg::call([] { return RegisterSnapshot(GetLatestSnapshot()); });
  std::vector<RowPointer> rows =
      look_up({table.relation, table.by_hash, std::nullopt}, probes, snapshot, checkpoint);
  in_heap_order(rows);
  visit_rows(table.relation, rows, snapshot, checkpoint, [&](NodeIndex node, TupleTableSlot* slot) {
    bool is_null;
    ids[node] = DatumGetInt64(slot_getattr(slot, kAtomId + 1, &is_null));
  });
  pg::call([&] { UnregisterSnapshot(snapshot); });
}

}  // namespace hartonomous::store
