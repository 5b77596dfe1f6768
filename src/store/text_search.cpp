// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/text_search.hpp"

#include <algorithm>

#include "core/text/phrase_finder.hpp"
#include "pg/spi.hpp"
#include "store/atom_reader.hpp"
#include "store/text_index.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::text::PhraseAutomaton;
using core::text::PhraseFinder;

constexpr std::int64_t kDocumentsPerPage = 1000;
// Documents are read together up to this many bytes, so that what they share is read once.
constexpr std::uint64_t kBytesPerForest = 32 << 20;

std::vector<SearchedDocument> documents(const pg::Rows& rows) {
  std::vector<SearchedDocument> all;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    all.push_back({rows.int8(i, 0), rows.int8(i, 1), static_cast<std::uint64_t>(rows.int8(i, 2)),
                   std::string(rows.text(i, 3))});
  }
  return all;
}

// The caller's documents after one that are long enough, in pages by document_id.
class DocumentPages {
 public:
  DocumentPages(SearchScope scope, std::size_t least_bytes, std::int64_t after)
      : scope_(scope), least_bytes_(static_cast<std::int64_t>(least_bytes)), last_(after) {}

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
    std::vector<SearchedDocument> page = documents(spi.query(scope_ ? one : all, parameters));
    if (!page.empty()) last_ = page.back().document_id;
    return page;
  }

 private:
  SearchScope scope_;
  std::int64_t least_bytes_;
  std::int64_t last_;
};

// How many documents from the front of `documents` make a forest; at least one.
std::size_t forest_size(std::span<const SearchedDocument> documents) {
  std::uint64_t bytes = 0;
  std::size_t count = 0;
  while (count < documents.size()) {
    bytes += documents[count].byte_length;
    if (count > 0 && bytes > kBytesPerForest) break;
    ++count;
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

// What a document holds of the phrase.
class Matches {
 public:
  virtual ~Matches() = default;
  virtual std::uint64_t count() = 0;
  virtual void for_each(const PhraseFinder::Found& found) = 0;
};

class ScannedMatches final : public Matches {
 public:
  ScannedMatches(PhraseFinder& finder, core::text::NodeIndex root, core::Checkpoint& checkpoint)
      : finder_(finder), root_(root), checkpoint_(checkpoint) {}
  std::uint64_t count() override { return pg::check(finder_.count(root_, checkpoint_)); }
  void for_each(const PhraseFinder::Found& found) override {
    pg::check(finder_.for_each(root_, found, checkpoint_));
  }

 private:
  PhraseFinder& finder_;
  core::text::NodeIndex root_;
  core::Checkpoint& checkpoint_;
};

class IndexedMatches final : public Matches {
 public:
  explicit IndexedMatches(std::span<const core::text::Occurrence> occurrences)
      : occurrences_(occurrences) {}
  std::uint64_t count() override { return occurrences_.size(); }
  void for_each(const PhraseFinder::Found& found) override {
    for (const core::text::Occurrence& occurrence : occurrences_) {
      if (!found(occurrence.offset)) return;
    }
  }

 private:
  std::span<const core::text::Occurrence> occurrences_;
};

using Visit = std::function<bool(const SearchedDocument&, Matches&)>;

// Visits the documents after `last` until one visit returns false.
void scan_documents(const PhraseAutomaton& automaton, SearchScope scope, std::int64_t last,
                    core::Checkpoint& checkpoint, const Visit& visit) {
  DocumentPages pages(scope, automaton.phrase().size(), last);
  for (auto page = pages.next(); !page.empty(); page = pages.next()) {
    std::span<const SearchedDocument> rest = page;
    while (!rest.empty()) {
      const std::span<const SearchedDocument> forest = rest.first(forest_size(rest));
      const LoadedDag dag = load_forest(forest, checkpoint);
      PhraseFinder finder(dag.view(), automaton);
      for (std::size_t i = 0; i < forest.size(); ++i) {
        ScannedMatches matches(finder, dag.roots[i], checkpoint);
        if (!visit(forest[i], matches)) return;
        checkpoint.reached(0);
      }
      rest = rest.subspan(forest.size());
    }
  }
}

// The caller's documents with one of these roots, up to the last that the index covers.
std::vector<SearchedDocument> documents_of(const IndexAnswer& answer, SearchScope scope) {
  static pg::Statement find(
      "SELECT document_id, atom_id, byte_length, title FROM hartonomous.document "
      "WHERE atom_id = ANY ($1) AND document_id <= $2 AND ($3 IS NULL OR document_id = $3) "
      "ORDER BY document_id");
  std::vector<std::int64_t> roots;
  for (const core::text::Occurrence& occurrence : answer.occurrences) {
    if (roots.empty() || roots.back() != occurrence.atom) roots.push_back(occurrence.atom);
  }
  pg::Spi spi;
  return documents(
      spi.query(find, pg::Parameters().int8s(roots).int8(answer.last_document_id).int8(scope)));
}

// False if a visit returned false.
bool visit_answer(const IndexAnswer& answer, SearchScope scope, const Visit& visit) {
  if (answer.occurrences.empty()) return true;
  for (const SearchedDocument& document : documents_of(answer, scope)) {
    const auto [first, last] = std::ranges::equal_range(answer.occurrences, document.atom_id, {},
                                                        &core::text::Occurrence::atom);
    IndexedMatches matches({first, last});
    if (!visit(document, matches)) return false;
    pg::poll();
  }
  return true;
}

// The length of the one document in scope, if there is one.
std::optional<std::uint64_t> scope_length(SearchScope scope) {
  static pg::Statement find("SELECT byte_length FROM hartonomous.document WHERE document_id = $1");
  if (!scope) return std::nullopt;
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, pg::Parameters().int8(*scope));
  return rows.count() == 0 ? 0 : static_cast<std::uint64_t>(rows.int8(0, 0));
}

void search(std::string_view phrase, SearchScope scope, const Visit& visit) {
  if (phrase.empty()) pg::raise({Code::kInvalidArgument, "phrase is empty"});
  pg::PollCheckpoint checkpoint;
  std::int64_t searched = 0;  // the documents up to this one
  if (const auto answer = search_text_index(phrase, scope_length(scope), checkpoint)) {
    if (!visit_answer(*answer, scope, visit)) return;
    searched = answer->last_document_id;
  }
  scan_documents(PhraseAutomaton(phrase), scope, searched, checkpoint, visit);
}

}  // namespace

void find_text(std::string_view phrase, SearchScope scope,
               const std::function<bool(const SearchedDocument&, std::uint64_t)>& found) {
  search(phrase, scope, [&](const SearchedDocument& document, Matches& matches) {
    bool wants_more = true;
    matches.for_each([&](std::uint64_t offset) { return wants_more = found(document, offset); });
    return wants_more;
  });
}

void count_by_document(std::string_view phrase, SearchScope scope,
                       const std::function<bool(const SearchedDocument&, std::uint64_t)>& found) {
  search(phrase, scope, [&](const SearchedDocument& document, Matches& matches) {
    const std::uint64_t count = matches.count();
    return count == 0 || found(document, count);
  });
}

}  // namespace hartonomous::store
