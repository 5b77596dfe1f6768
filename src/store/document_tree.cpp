// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/document_tree.hpp"

#include "core/base/utf8.hpp"
#include "core/text/document_diff.hpp"
#include "core/text/expansion.hpp"
#include "core/text/shared_subtrees.hpp"
#include "store/atom_reader.hpp"
#include "store/atom_table.hpp"

namespace hartonomous::store {

namespace {

namespace utf8 = core::utf8;
using core::text::TreeIndex;

struct Kinds {
  Oid codepoint, composition;
};
Kinds atom_kinds() {
  const AtomTable table = AtomTable::open(AccessShareLock);
  const Kinds kinds{table.codepoint_kind, table.composition_kind};
  table.close();
  return kinds;
}

// Two trees in one DAG; b is node 0 too if it is the same atom.
struct Pair {
  LoadedDag dag;
  NodeIndex a = 0, b;
  TreeIndex index;
};
Pair load_pair(std::int64_t root_a, std::int64_t root_b, core::Checkpoint& checkpoint) {
  const std::int64_t roots[] = {root_a, root_b};
  Pair pair{load_dags(roots, 0, checkpoint), 0, root_a == root_b ? 0U : 1U, {}};
  const NodeIndex nodes[] = {pair.a, pair.b};
  pair.index = pg::check(TreeIndex::build(pair.dag.view(), nodes, checkpoint));
  return pair;
}

}  // namespace

void atom_tree(std::int64_t root, std::int32_t max_depth, std::int32_t max_bytes,
               const std::function<void(const TreeRow&)>& sink) {
  constexpr NodeIndex kRoot = 0;
  pg::PollCheckpoint checkpoint;
  const Kinds kinds = atom_kinds();
  const LoadedDag loaded = load_dag(root, 0, checkpoint);
  const core::text::DagView dag = loaded.view();
  const TreeIndex index = pg::check(TreeIndex::build(dag, {&kRoot, 1}, checkpoint));
  if (index.bytes[kRoot] > core::text::kMaxExpansion) {
    pg::raise({core::Code::kLimitExceeded, "text is longer than 2 GB"});
  }
  std::string text(static_cast<std::size_t>(index.bytes[kRoot]), '\0');
  pg::check(core::text::expand(dag, kRoot, text, checkpoint));
  const auto depth = static_cast<std::size_t>(std::max(max_depth, 0));
  core::text::walk_tree(dag, index, kRoot, depth, [&](const core::text::TreePlace& place) {
    const NodeIndex node = place.run.node;
    const auto length = static_cast<std::size_t>(index.bytes[node]);
    TreeRow row{place.path, loaded.ids[node],
                dag.nodes[node].is_composition() ? kinds.composition : kinds.codepoint,
                static_cast<std::int32_t>(place.run.multiplicity), std::nullopt};
    if (static_cast<std::int64_t>(length) <= max_bytes) {
      row.text = std::string_view(text).substr(static_cast<std::size_t>(place.offset), length);
    }
    sink(row);
    checkpoint.reached(0);
  });
}

void shared_atoms(std::int64_t root_a, std::int64_t root_b, std::int32_t min_bytes,
                  const std::function<void(const SharedAtomRow&)>& sink) {
  pg::PollCheckpoint checkpoint;
  const Pair pair = load_pair(root_a, root_b, checkpoint);
  const auto least = static_cast<std::uint64_t>(std::max(min_bytes, 0));
  const auto all = core::text::shared_subtrees(pair.dag.view(), pair.index, pair.a, pair.b, least);
  std::string text;
  for (const core::text::SharedSubtree& shared : all) {
    text.clear();
    core::text::append_text(pair.dag.view(), pair.index, {shared.node, 1}, text);
    sink({pair.dag.ids[shared.node], text, static_cast<std::int64_t>(shared.occurrences_a),
          static_cast<std::int64_t>(shared.occurrences_b)});
    checkpoint.reached(0);
  }
}

void diff_atoms(std::int64_t root_a, std::int64_t root_b,
                const std::function<void(const ChangeRow&)>& sink) {
  pg::PollCheckpoint checkpoint;
  const Pair pair = load_pair(root_a, root_b, checkpoint);
  const auto changes =
      core::text::diff_trees(pair.dag.view(), pair.index, pair.a, pair.b, checkpoint);
  for (const core::text::Change& change : changes) {
    const auto a_begin = static_cast<std::int64_t>(change.a_offset);
    const auto a_end = a_begin + static_cast<std::int64_t>(utf8::count(change.deleted));
    const auto b_begin = static_cast<std::int64_t>(change.b_offset);
    if (!change.deleted.empty()) sink({false, a_begin, b_begin, change.deleted});
    if (!change.inserted.empty()) sink({true, a_end, b_begin, change.inserted});
    checkpoint.reached(0);
  }
}

}  // namespace hartonomous::store
