// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/base/utf8.hpp"
#include "core/hash/content_hash.hpp"
#include "pg/identity.hpp"
#include "pg/spi.hpp"
#include "store/atom_lookup.hpp"
#include "store/distinct.hpp"
#include "store/indexed_words.hpp"
#include "store/text_index.hpp"

namespace hartonomous::store {

namespace {

using core::text::ClimbSource;
using core::text::Occurrence;
using core::text::PhrasePiece;
using pg::Parameters;

// Looking at a piece costs as much as reading this many bytes of documents; measured.
constexpr std::uint64_t kBytesPerPiece = 500;
constexpr std::uint64_t kLeastBudget = 2000;
constexpr std::uint64_t kBytesPerPosting = 7;
constexpr std::size_t kMostPivots = 3;

struct Coverage {
  std::int64_t last_document_id;
  std::uint64_t byte_length;
};

std::optional<Coverage> coverage() {
  static pg::Statement find(
      "SELECT max(last_document_id), sum(byte_length)::bigint FROM hartonomous.text_index_batch");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find);
  if (rows.is_null(0, 0)) return std::nullopt;
  return Coverage{rows.int8(0, 0), static_cast<std::uint64_t>(rows.int8(0, 1))};
}

// The character at phrase[pivot], where it stands by itself beside larger atoms.
void find_character(std::string_view phrase, std::size_t pivot, std::vector<PhrasePiece>& out) {
  static pg::Statement find("SELECT atom_id FROM hartonomous.atom WHERE content_hash = $1");
  const core::utf8::Decoded decoded = core::utf8::decode(phrase.substr(pivot));
  if (decoded.length == 0) return;
  pg::Spi spi;
  const pg::Rows rows =
      spi.query(find, Parameters().bytea(core::hash::codepoint_hash(decoded.codepoint).bytes));
  if (rows.count() == 0) return;
  out.push_back({rows.int8(0, 0), pivot, pivot + decoded.length, 0});
}

std::vector<std::int64_t> atoms_of(std::span<const PhrasePiece> pieces) {
  std::vector<std::int64_t> atoms;
  for (const PhrasePiece& piece : pieces) atoms.push_back(piece.atom);
  sort_distinct(atoms);
  return atoms;
}

std::uint64_t posting_bytes(std::span<const PhrasePiece> pieces) {
  static pg::Statement sum(
      "SELECT coalesce(sum(octet_length(postings)), 0)::bigint "
      "FROM hartonomous.text_index_reference WHERE child_id = ANY ($1)");
  pg::Spi spi;
  return static_cast<std::uint64_t>(
      spi.query(sum, Parameters().int8s(atoms_of(pieces))).int8(0, 0));
}

class IndexSource final : public ClimbSource {
 public:
  const core::text::AtomContent* content(std::int64_t atom) override { return atoms_.find(atom); }

  std::vector<References> references(std::span<const std::int64_t> atoms) override {
    static pg::Statement find(
        "SELECT child_id, byte_length, postings FROM hartonomous.text_index_reference "
        "WHERE child_id = ANY ($1) ORDER BY child_id, batch");
    pg::Spi spi;
    const pg::Rows rows = spi.query(find, Parameters().int8s(atoms));
    std::vector<References> all(rows.count());
    for (std::size_t i = 0; i < rows.count(); ++i) {
      all[i].atom = rows.int8(i, 0);
      all[i].byte_length = static_cast<std::uint64_t>(rows.int8(i, 1));
      pg::check(core::text::read_postings(core::as_text(rows.bytea(i, 2)), all[i].postings));
    }
    return all;
  }

 private:
  AtomLookup atoms_;
};

// The pieces around the pivot that promises least work; nothing if no pivot is good enough.
std::optional<std::vector<PhrasePiece>> best_pieces(std::string_view phrase, std::uint64_t budget,
                                                    core::Checkpoint& checkpoint) {
  const IndexedWords& words = IndexedWords::current();
  std::optional<std::vector<PhrasePiece>> best;
  std::uint64_t least = budget * kBytesPerPosting;
  for (const std::size_t pivot : core::text::pivots(phrase, words.sample(), kMostPivots)) {
    std::vector<PhrasePiece> pieces;
    words.find(phrase, pivot, pieces, checkpoint);
    find_character(phrase, pivot, pieces);
    if (pieces.empty()) return pieces;
    if (pieces.size() > budget) continue;
    const std::uint64_t cost = posting_bytes(pieces);
    if (cost > least) continue;
    least = cost;
    best = std::move(pieces);
  }
  return best;
}

void keep_roots(std::vector<Occurrence>& occurrences) {
  static pg::Statement find(
      "SELECT atom_id FROM hartonomous.text_index_root WHERE atom_id = ANY ($1) ORDER BY 1");
  std::ranges::sort(occurrences);
  std::vector<std::int64_t> atoms, roots;
  for (const Occurrence& occurrence : occurrences) {
    if (atoms.empty() || atoms.back() != occurrence.atom) atoms.push_back(occurrence.atom);
  }
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().int8s(atoms));
  for (std::size_t i = 0; i < rows.count(); ++i) roots.push_back(rows.int8(i, 0));
  std::erase_if(occurrences, [&](const Occurrence& occurrence) {
    return !std::ranges::binary_search(roots, occurrence.atom);
  });
}

}  // namespace

std::optional<IndexAnswer> search_text_index(std::string_view phrase,
                                             std::optional<std::uint64_t> scan_bytes,
                                             core::Checkpoint& checkpoint) {
  const pg::OwnerRights rights;
  const std::optional<Coverage> covered = coverage();
  if (!covered) return std::nullopt;
  const std::uint64_t budget =
      kLeastBudget +
      std::min(scan_bytes.value_or(covered->byte_length), covered->byte_length) / kBytesPerPiece;
  auto pieces = best_pieces(phrase, budget, checkpoint);
  if (!pieces) return std::nullopt;
  IndexAnswer answer{covered->last_document_id, {}};
  if (pieces->empty()) return answer;
  IndexSource source;
  if (!pg::check(core::text::climb(phrase, std::move(*pieces), budget, source, checkpoint,
                                   answer.occurrences))) {
    return std::nullopt;
  }
  keep_roots(answer.occurrences);
  return answer;
}

}  // namespace hartonomous::store
