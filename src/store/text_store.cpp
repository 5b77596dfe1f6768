// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/text_store.hpp"

#include <array>
#include <optional>

#include "core/text/content_split.hpp"
#include "core/text/document_builder.hpp"
#include "core/text/expansion.hpp"
#include "core/text/part_splitter.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::text::ChildRun;
using core::text::DocumentBuilder;
using core::text::PartRun;

constexpr std::size_t kPiece = 1 << 20;

// Where to stop appending to look at the memory: at the end of a part, after kPiece or more.
std::size_t piece_length(std::string_view text) noexcept {
  std::size_t length = 0;
  while (length < kPiece && length < text.size()) {
    length += core::text::first_part(text.substr(length));
  }
  return length;
}

// A run of equal parts that is stored already, as what stands above needs it.
struct StoredPart {
  core::hash::ContentHash hash;
  core::space::Point4 point;
  std::int64_t atom_id;
  std::string_view text;  // of one of them
  std::uint32_t multiplicity;
};

class TextStore {
 public:
  TextStore(std::string_view content, AtomLock lock, core::Checkpoint& checkpoint,
            const WordMaker& words)
      : rest_(content), unchecked_(content), lock_(lock), checkpoint_(checkpoint), words_(words) {}

  StoredText run() {
    begin_graph();
    while (!rest_.empty()) {
      const std::string_view piece = rest_.substr(0, piece_length(rest_));
      pg::check(builder_->append(piece, checkpoint_));
      rest_.remove_prefix(piece.size());
      if (graph_->memory() >= limit() && !rest_.empty()) {
        lock_ = AtomLock::kTable;
        store_parts();
        begin_graph();
      }
    }
    if (parts_.empty()) return store_whole();
    store_parts();
    return store_above();
  }

 private:
  static std::size_t limit() noexcept {
    return static_cast<std::size_t>(maintenance_work_mem) * 1024 / 2;
  }

  void begin_graph() {
    builder_.reset();
    graph_.emplace();
    builder_.emplace(pg::check(DocumentBuilder::open(*graph_)));
    if (words_) builder_->compose_words_by(words_(*graph_));
  }

  // The text had room.
  StoredText store_whole() {
    const NodeIndex root = builder_->finish();
    check_lossless(std::array{PartRun{{root, 1}, unchecked_.size()}});
    const StoredAtoms atoms = store_atoms(*graph_, {&root, 1}, lock_, checkpoint_);
    return {atoms.ids[root], atoms.added};
  }

  void store_parts() {
    const std::vector<PartRun> parts = builder_->take_parts();
    std::string_view text = check_lossless(parts);
    std::vector<NodeIndex> roots;
    for (const PartRun& part : parts) roots.push_back(part.run.node);
    const StoredAtoms atoms = store_atoms(*graph_, roots, lock_, checkpoint_);
    added_ += atoms.added;
    for (const PartRun& part : parts) {
      const auto [node, multiplicity] = part.run;
      parts_.push_back({graph_->hash(node), graph_->point(node), atoms.ids[node],
                        text.substr(0, part.length), multiplicity});
      text.remove_prefix(part.length * multiplicity);
    }
  }

  StoredText store_above() {
    begin_graph();
    std::vector<std::int64_t> ids;  // of the parts, which are the graph's first nodes
    std::vector<ChildRun> runs;
    for (const StoredPart& part : parts_) {
      const NodeIndex node = graph_->stored(part.hash, part.point, part.text);
      if (node == ids.size()) ids.push_back(part.atom_id);
      append_run(runs, node, part.multiplicity);
    }
    const NodeIndex root = core::text::compose(*graph_, runs);
    const StoredAtoms atoms = store_atoms(*graph_, {&root, 1}, lock_, checkpoint_, ids);
    return {atoms.ids[root], added_ + atoms.added};
  }

  // What was built must be what came in: the one promise that no test can make for every text.
  // Returns the text of the parts, which are all since the last check.
  std::string_view check_lossless(std::span<const PartRun> parts) {
    const std::string_view text = unchecked_.substr(0, unchecked_.size() - rest_.size());
    std::vector<NodeIndex> nodes;
    std::vector<std::uint64_t> ends;
    std::uint64_t end = 0;
    for (const PartRun& part : parts) {
      nodes.push_back(part.run.node);
      ends.push_back(end += part.length);
    }
    std::vector<char> again(end);
    pg::check(core::text::expand_each(graph_->view(), nodes, ends, again, checkpoint_));
    std::string_view expected = text, once(again.data(), again.size());
    for (const PartRun& part : parts) {
      const std::size_t all = part.length * part.run.multiplicity;
      const std::string_view repeated = expected.substr(0, all);
      const bool is_same = repeated.size() == all &&
                           repeated.starts_with(once.substr(0, part.length)) &&
                           repeated.substr(part.length) == repeated.substr(0, all - part.length);
      if (!is_same) pg::raise({Code::kCorrupt, "text does not survive atomizing"});
      expected.remove_prefix(all);
      once.remove_prefix(part.length);
      checkpoint_.reached(0);
    }
    if (!expected.empty()) pg::raise({Code::kCorrupt, "text does not survive atomizing"});
    unchecked_ = rest_;
    return text;
  }

  std::string_view rest_, unchecked_;
  AtomLock lock_;
  core::Checkpoint& checkpoint_;
  const WordMaker& words_;
  std::optional<AtomGraph> graph_;
  std::optional<DocumentBuilder> builder_;
  std::vector<StoredPart> parts_;
  std::size_t added_ = 0;
};

}  // namespace

StoredText store_text(std::string_view content, AtomLock lock, core::Checkpoint& checkpoint,
                      const WordMaker& words) {
  pg::check(core::text::check_utf8(content, checkpoint));  // so that offsets are the whole text's
  return TextStore(content, lock, checkpoint, words).run();
}

}  // namespace hartonomous::store
