// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/vocabulary_verify.hpp"

#include <algorithm>

#include "core/cpe/token_atoms.hpp"
#include "pg/spi.hpp"
#include "store/row_hash.hpp"
#include "store/vocabulary_store.hpp"

namespace hartonomous::store {

namespace {

using core::cpe::kNoNode;
using core::cpe::VocabularyContent;

class TokenCheck {
 public:
  TokenCheck(std::int64_t vocabulary_id, const VocabularyContent& content, const Report& report)
      : id_(vocabulary_id),
        content_(content),
        report_(report),
        parts_(pg::check(core::cpe::TokenParts::of(content, checkpoint_))),
        atoms_(content, parts_, graph_) {}

  void run() {
    static pg::Statement page(
        "SELECT t.token_id, a.content_hash, w.content_hash, t.text_atom_id IS NULL "
        "FROM hartonomous.cpe_token t LEFT JOIN hartonomous.atom a ON a.atom_id = t.atom_id "
        "LEFT JOIN hartonomous.atom w ON w.atom_id = t.text_atom_id "
        "WHERE t.vocabulary_id = $1 AND t.token_id > $2 ORDER BY t.token_id LIMIT 10000");
    std::int32_t last = -1;
    for (;;) {
      pg::Spi spi;
      const pg::Rows rows = spi.query(page, pg::Parameters().int8(id_).int4(last));
      if (rows.count() == 0) return;
      for (std::size_t i = 0; i < rows.count(); ++i) check(rows, i);
      last = rows.int4(rows.count() - 1, 0);
      pg::poll();
    }
  }

 private:
  void check(const pg::Rows& rows, std::size_t i) {
    const std::int32_t number = rows.int4(i, 0);
    const auto token = static_cast<std::uint32_t>(number);
    const std::string object =
        "vocabulary " + std::to_string(id_) + " token " + std::to_string(number);
    if (number < 0 || token >= content_.tokens.size()) {
      report_("token is out of range", object);
      return;
    }
    if (!is_node(rows, i, 1, atoms_.atom(token))) report_("atom is not the token's", object);
    const core::text::NodeIndex word = atoms_.word(token);
    const bool is_word_right = word == kNoNode ? rows.boolean(i, 3) : is_node(rows, i, 2, word);
    if (!is_word_right) report_("atom is not that of the token's text", object);
  }
  bool is_node(const pg::Rows& rows, std::size_t i, int column, core::text::NodeIndex node) const {
    return node != kNoNode && !rows.is_null(i, column) &&
           hash_at(rows, i, column) == graph_.hash(node);
  }

  std::int64_t id_;
  const VocabularyContent& content_;
  const Report& report_;
  pg::PollCheckpoint checkpoint_;
  core::cpe::TokenParts parts_;
  core::text::AtomGraph graph_;
  core::cpe::TokenAtoms atoms_;
};

void verify_vocabulary(std::int64_t id, const core::hash::ContentHash& hash, const Report& report) {
  const std::string object = "vocabulary " + std::to_string(id);
  pg::PollCheckpoint checkpoint;
  const VocabularyContent content = read_vocabulary_rows(id);
  if (core::cpe::vocabulary_hash(content, checkpoint) != hash) {
    report("content does not match the content address", object);
  }
  try {
    TokenCheck(id, content, report).run();
  } catch (const pg::Failure& failure) {
    report(failure.what(), object);
  }
}

}  // namespace

void verify_vocabularies(const Report& report) {
  static pg::Statement select(
      "SELECT vocabulary_id, content_hash FROM hartonomous.cpe_vocabulary ORDER BY 1");
  static pg::Statement stray(
      "SELECT DISTINCT vocabulary_id FROM (SELECT vocabulary_id FROM hartonomous.cpe_token UNION "
      "SELECT vocabulary_id FROM hartonomous.cpe_merge) rows WHERE NOT EXISTS (SELECT FROM "
      "hartonomous.cpe_vocabulary v WHERE v.vocabulary_id = rows.vocabulary_id) ORDER BY 1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(select);
  for (std::size_t i = 0; i < rows.count(); ++i) {
    verify_vocabulary(rows.int8(i, 0), hash_at(rows, i, 1), report);
  }
  const pg::Rows strays = spi.query(stray);
  for (std::size_t i = 0; i < strays.count(); ++i) {
    report("tokens without a vocabulary", "vocabulary " + std::to_string(strays.int8(i, 0)));
  }
}

}  // namespace hartonomous::store
