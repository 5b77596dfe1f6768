// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_words.hpp"

#include "core/base/utf8.hpp"
#include "core/text/content_split.hpp"
#include "pg/spi.hpp"
#include "store/atom_writer.hpp"

namespace hartonomous::store {

namespace {

constexpr std::size_t kBatch = 10'000;  // rows per statement

// As DocumentBuilder composes a word, so that a word of a document is the same atom.
NodeIndex compose_word(AtomGraph& graph, std::string_view word) {
  std::vector<core::text::ChildRun> runs;
  while (!word.empty()) {
    const core::utf8::Decoded decoded = core::utf8::decode(word);
    core::text::append_run(runs, graph.codepoint(decoded.codepoint));
    word.remove_prefix(decoded.length);
  }
  return core::text::compose(graph, runs);
}

}  // namespace

std::vector<std::int64_t> store_words(std::span<const std::string_view> words,
                                      core::Checkpoint& checkpoint) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.edge_word (atom_id, spelling) "
      "SELECT * FROM unnest($1::int8[], $2::text[]) ON CONFLICT DO NOTHING");
  AtomGraph graph;
  std::vector<NodeIndex> nodes;
  nodes.reserve(words.size());
  for (const std::string_view word : words) nodes.push_back(compose_word(graph, word));
  const StoredAtoms atoms = store_atoms(graph, nodes, AtomLock::kByCount, checkpoint);
  std::vector<std::int64_t> ids;
  ids.reserve(words.size());
  for (const NodeIndex node : nodes) ids.push_back(atoms.ids[node]);
  for (std::size_t at = 0; at < words.size(); at += kBatch) {
    const std::size_t count = std::min(kBatch, words.size() - at);
    pg::Spi().execute(
        insert,
        pg::Parameters().int8s(std::span(ids).subspan(at, count)).texts(words.subspan(at, count)));
    checkpoint.reached(0);
  }
  return ids;
}

WordReader::WordReader(pg::IndexProbe::Sees sees)
    : by_id_("edge_word", "edge_word_pkey", sees),
      by_spelling_("edge_word", "edge_word_spelling_idx", sees) {}

std::optional<std::int64_t> WordReader::find(std::string_view spelling) {
  by_spelling_.find({pg::text_datum(spelling)});
  while (by_spelling_.next()) {
    if (pg::text_view(by_spelling_.value(1)) != spelling) continue;
    return DatumGetInt64(by_spelling_.value(0));
  }
  return std::nullopt;
}

std::string_view WordReader::spelling(std::int64_t atom_id) {
  const auto known = known_.find(atom_id);
  if (known != known_.end()) return known->second;
  by_id_.find({Int64GetDatum(atom_id)});
  if (!by_id_.next()) {
    pg::raise({core::Code::kCorrupt,
               "atom " + std::to_string(atom_id) + " is named by a relation and is no word"});
  }
  return known_.emplace(atom_id, pg::text_view(by_id_.value(1))).first->second;
}

}  // namespace hartonomous::store
