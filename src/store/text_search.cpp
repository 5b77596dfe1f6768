// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/text_search.hpp"

#include "core/text/phrase_finder.hpp"
#include "pg/spi.hpp"
#include "store/atom_reader.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::text::PhraseAutomaton;
using core::text::PhraseFinder;

constexpr std::int64_t kDocumentsPerPage = 1000;
// Documents are read together up to this many bytes, so that what they share is read once.
constexpr std::uint64_t kBytesPerForest = 32 << 20;

PhraseAutomaton automaton_of(std::string_view phrase) {
  if (phrase.empty()) pg::raise({Code::kInvalidArgument, "phrase is empty"});
  return PhraseAutomaton(phrase);
}

// The caller's documents that are long enough, in pages by document_id.
class DocumentPages {
 public:
  DocumentPages(SearchScope scope, std::size_t least_bytes)
      : scope_(scope), least_bytes_(static_cast<std::int64_t>(least_bytes)) {}

  // The next page; empty at the end.
  std::vector<SearchedDocument> next() {
    static pg::Statement one(
        "SELECT document_id, atom_id, byte_length, title FROM hartonomous.document "
        "WHERE document_id = $1 AND document_id > $2 AND byte_length >= $3 LIMIT $4");
    static pg::Statement all(
        "SELECT document_id, atom_id, byte_length, title FROM hartonomous.document "
        "WHERE document_id > $1 AND byte_length >= $2 ORDER BY document_id LIMIT $3");
    pg::Spi spi;
    pg::Parameters parameters;
    if (scope_) parameters.int8(*scope_);
    parameters.int8(last_).int8(least_bytes_).int8(kDocumentsPerPage);
    const pg::Rows rows = spi.query(scope_ ? one : all, parameters);
    std::vector<SearchedDocument> page;
    for (std::size_t i = 0; i < rows.count(); ++i) {
      page.push_back({rows.int8(i, 0), rows.int8(i, 1), static_cast<std::uint64_t>(rows.int8(i, 2)),
                      std::string(rows.text(i, 3))});
    }
    if (!page.empty()) last_ = page.back().document_id;
    return page;
  }

 private:
  SearchScope scope_;
  std::int64_t least_bytes_;
  std::int64_t last_ = 0;
};

// How many documents from the front of `documents` make a forest; at least one.
std::size_t forest_size(std::span<const SearchedDocument> documents) {
  std::uint64_t bytes = 0;
  std::size_t count = 0;
  while (count < documents.size() && (count == 0 || bytes < kBytesPerForest)) {
    bytes += documents[count++].byte_length;
  }
  return count;
}

LoadedDag load_forest(std::span<const SearchedDocument> documents, core::Checkpoint& checkpoint) {
  std::vector<std::int64_t> roots;
  std::uint64_t bytes = 0;
  for (const SearchedDocument& document : documents) {
    roots.push_back(document.atom_id);
    bytes += document.byte_length;
  }
  return load_dags(roots, bytes / 2, checkpoint);
}

// Calls `visit(document, finder, root)` for each document in scope until it returns false.
template <class Visit>
void scan_documents(const PhraseAutomaton& automaton, SearchScope scope,
                    core::Checkpoint& checkpoint, Visit&& visit) {
  DocumentPages pages(scope, automaton.phrase().size());
  for (auto page = pages.next(); !page.empty(); page = pages.next()) {
    std::span<const SearchedDocument> rest = page;
    while (!rest.empty()) {
      const std::span<const SearchedDocument> forest = rest.first(forest_size(rest));
      const LoadedDag dag = load_forest(forest, checkpoint);
      PhraseFinder finder(dag.view(), automaton);
      for (std::size_t i = 0; i < forest.size(); ++i) {
        if (!visit(forest[i], finder, dag.roots[i])) return;
        checkpoint.reached(0);
      }
      rest = rest.subspan(forest.size());
    }
  }
}

}  // namespace

void find_text(std::string_view phrase, SearchScope scope,
               const std::function<bool(const SearchedDocument&, std::uint64_t)>& found) {
  const PhraseAutomaton automaton = automaton_of(phrase);
  pg::PollCheckpoint checkpoint;
  scan_documents(automaton, scope, checkpoint,
                 [&](const SearchedDocument& document, PhraseFinder& finder, auto root) {
                   bool wants_more = true;
                   const auto emit = [&](std::uint64_t offset) {
                     return wants_more = found(document, offset);
                   };
                   pg::check(finder.for_each(root, emit, checkpoint));
                   return wants_more;
                 });
}

void count_by_document(std::string_view phrase, SearchScope scope,
                       const std::function<bool(const SearchedDocument&, std::uint64_t)>& found) {
  const PhraseAutomaton automaton = automaton_of(phrase);
  pg::PollCheckpoint checkpoint;
  scan_documents(automaton, scope, checkpoint,
                 [&](const SearchedDocument& document, PhraseFinder& finder, auto root) {
                   const std::uint64_t count = pg::check(finder.count(root, checkpoint));
                   return count == 0 || found(document, count);
                 });
}

}  // namespace hartonomous::store
