// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/vocabulary_store.hpp"

#include <algorithm>

#include "core/cpe/token_atoms.hpp"
#include "pg/bulk_writer.hpp"
#include "pg/identity.hpp"
#include "pg/relation.hpp"
#include "pg/session.hpp"
#include "pg/spi.hpp"
#include "store/atom_writer.hpp"
#include "store/distinct.hpp"
#include "store/tenant.hpp"
#include "store/token_type_labels.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::cpe::kNoNode;
using core::cpe::VocabularyContent;
using pg::Parameters;

constexpr std::size_t kRowsPerCheckpoint = 4096;

// The nodes of all tokens, and what of them has no text.
struct TokenNodes {
  std::vector<NodeIndex> atoms, words;  // by token
};

TokenNodes make_nodes(const VocabularyContent& content, AtomGraph& graph,
                      core::Checkpoint& checkpoint) {
  const auto parts = pg::check(core::cpe::TokenParts::of(content, checkpoint));
  core::cpe::TokenAtoms atoms(content, parts, graph);
  TokenNodes nodes;
  nodes.atoms.reserve(content.tokens.size());
  nodes.words.reserve(content.tokens.size());
  for (std::uint32_t id = 0; id < content.tokens.size(); ++id) {
    nodes.atoms.push_back(atoms.atom(id));
    nodes.words.push_back(atoms.word(id));
    if (id % kRowsPerCheckpoint == 0) checkpoint.reached(0);
  }
  return nodes;
}

std::vector<NodeIndex> roots(const TokenNodes& nodes) {
  std::vector<NodeIndex> all = nodes.atoms;
  all.insert(all.end(), nodes.words.begin(), nodes.words.end());
  sort_distinct(all);
  if (!all.empty() && all.back() == kNoNode) all.pop_back();
  return all;
}

std::uint64_t bytes_of_tokens(const VocabularyContent& content) noexcept {
  std::uint64_t bytes = 0;
  for (const auto& token : content.tokens) bytes += token.bytes.size();
  return bytes;
}

std::int64_t insert_vocabulary(const VocabularyOwner& owner, const VocabularyContent& content,
                               std::string_view source, std::size_t tokens,
                               core::Checkpoint& checkpoint) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.cpe_vocabulary (tenant_id, name, content_hash, algorithm, unit, "
      "pattern, tie_rule, is_whole_piece_first, is_space_added, is_merged_by_bytes, token_limit, "
      "token_count, merge_count, byte_length, source, created_by) VALUES "
      "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::name) "
      "RETURNING vocabulary_id");
  const auto hash = core::cpe::vocabulary_hash(content, checkpoint);
  pg::Spi spi;
  return spi
      .execute(insert, Parameters()
                           .int8(owner.tenant)
                           .text(owner.name)
                           .bytea(hash.bytes)
                           .text(core::cpe::name(content.algorithm))
                           .text(content.units_are_bytes ? "byte" : "codepoint")
                           .text(content.pattern)
                           .text(content.tie_rule)
                           .boolean(content.ignore_merges)
                           .boolean(content.adds_space)
                           .boolean(content.merges_by_bytes)
                           .int4(static_cast<std::int32_t>(content.tokens.size()))
                           .int4(static_cast<std::int32_t>(tokens))
                           .int4(static_cast<std::int32_t>(content.merges.size()))
                           .int8(static_cast<std::int64_t>(bytes_of_tokens(content)))
                           .text(source)
                           .text(owner.author))
      .int8(0, 0);
}

void write_tokens(std::int64_t vocabulary_id, const VocabularyContent& content,
                  const TokenNodes& nodes, const std::vector<std::int64_t>& ids,
                  core::Checkpoint& checkpoint) {
  const TokenTypeLabels labels;
  pg::BulkWriter writer(pg::relation_oid("hartonomous", "cpe_token"));
  for (std::size_t id = 0; id < content.tokens.size(); ++id) {
    if (nodes.atoms[id] == kNoNode) continue;
    const auto& token = content.tokens[id];
    const bool has_word = nodes.words[id] != kNoNode;
    const Datum values[] = {Int64GetDatum(vocabulary_id),
                            Int32GetDatum(static_cast<std::int32_t>(id)),
                            ObjectIdGetDatum(labels.oid(token.type)),
                            BoolGetDatum(token.continues_word),
                            Float4GetDatum(token.score),
                            Int64GetDatum(ids[nodes.atoms[id]]),
                            has_word ? Int64GetDatum(ids[nodes.words[id]]) : Datum{0},
                            pg::bytea_datum(core::as_bytes(token.bytes))};
    const bool nulls[] = {false, false, false, false, false, false, !has_word, false};
    writer.add(values, nulls);
    if (id % kRowsPerCheckpoint == 0) checkpoint.reached(0);
  }
  writer.finish();
}

void write_merges(std::int64_t vocabulary_id, const VocabularyContent& content,
                  core::Checkpoint& checkpoint) {
  pg::BulkWriter writer(pg::relation_oid("hartonomous", "cpe_merge"));
  for (std::size_t rank = 0; rank < content.merges.size(); ++rank) {
    const auto& merge = content.merges[rank];
    const auto int4 = [](std::uint64_t value) {
      return Int32GetDatum(static_cast<std::int32_t>(value));
    };
    const Datum values[] = {Int64GetDatum(vocabulary_id), int4(rank), int4(merge.left),
                            int4(merge.right), int4(merge.token)};
    writer.add(values);
    if (rank % kRowsPerCheckpoint == 0) checkpoint.reached(0);
  }
  writer.finish();
}

[[noreturn]] void no_such_vocabulary(std::string_view name) {
  pg::raise(Status(Code::kNotFound, "vocabulary " + core::quoted(name) + " does not exist")
                .with_hint("SELECT name FROM hartonomous.cpe_vocabulary lists those you may see."));
}

void read_tokens(std::int64_t vocabulary_id, VocabularyContent& content) {
  static pg::Statement select(
      "SELECT token_id, token_type, is_continuation, score::float8, bytes "
      "FROM hartonomous.cpe_token WHERE vocabulary_id = $1");
  const TokenTypeLabels labels;
  pg::Spi spi;
  const pg::Rows rows = spi.query(select, Parameters().int8(vocabulary_id));
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const auto id = static_cast<std::size_t>(rows.int4(i, 0));
    if (id >= content.tokens.size()) continue;
    auto& token = content.tokens[id];
    token.type = labels.type(DatumGetObjectId(rows.datum(i, 1)));
    token.continues_word = rows.boolean(i, 2);
    token.score = static_cast<float>(rows.float8(i, 3));
    token.bytes = core::as_text(rows.bytea(i, 4));
    if (i % kRowsPerCheckpoint == 0) pg::poll();
  }
}

void read_merges(std::int64_t vocabulary_id, VocabularyContent& content) {
  static pg::Statement select(
      "SELECT left_token, right_token, token_id FROM hartonomous.cpe_merge "
      "WHERE vocabulary_id = $1 ORDER BY rank");
  pg::Spi spi;
  const pg::Rows rows = spi.query(select, Parameters().int8(vocabulary_id));
  content.merges.reserve(rows.count());
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const auto number = [&](int column) {
      return static_cast<std::uint32_t>(rows.int4(i, column));
    };
    content.merges.push_back({number(0), number(1), number(2)});
    if (i % kRowsPerCheckpoint == 0) pg::poll();
  }
}

}  // namespace

VocabularyOwner claim_vocabulary(std::string_view name, std::optional<std::string_view> tenant) {
  constexpr std::size_t kMostBytes = 255;
  if (name.empty() || name.size() > kMostBytes) {
    pg::raise(Status(Code::kInvalidArgument, core::quoted(name) + " cannot be a vocabulary's name")
                  .with_detail("A name has 1 to 255 bytes."));
  }
  const std::int64_t tenant_id = resolve_tenant(tenant);
  static pg::Statement find(
      "SELECT FROM hartonomous.cpe_vocabulary WHERE tenant_id = $1 AND name = $2");
  pg::Spi spi;
  if (spi.query(find, Parameters().int8(tenant_id).text(name)).count() != 0) {
    pg::raise({Code::kInvalidArgument, "vocabulary " + core::quoted(name) + " exists already"});
  }
  return {tenant_id, std::string(name), pg::current_user_name()};
}

std::int64_t store_vocabulary(const VocabularyOwner& owner, const VocabularyContent& content,
                              std::string_view source, core::Checkpoint& checkpoint) {
  check_quota(owner.tenant, bytes_of_tokens(content));
  AtomGraph graph;
  const TokenNodes nodes = make_nodes(content, graph, checkpoint);
  const auto unused = static_cast<std::size_t>(std::ranges::count(nodes.atoms, kNoNode));
  const pg::OwnerRights rights;
  const StoredAtoms atoms = store_atoms(graph, roots(nodes), AtomLock::kByCount, checkpoint);
  const std::int64_t id =
      insert_vocabulary(owner, content, source, content.tokens.size() - unused, checkpoint);
  write_tokens(id, content, nodes, atoms.ids, checkpoint);
  write_merges(id, content, checkpoint);
  pg::call([] { CommandCounterIncrement(); });
  charge(owner.tenant, bytes_of_tokens(content));
  return id;
}

std::int64_t find_vocabulary(std::string_view name) {
  static pg::Statement find(
      "SELECT vocabulary_id FROM hartonomous.cpe_vocabulary WHERE name = $1 LIMIT 2");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().text(name));
  if (rows.count() == 0) no_such_vocabulary(name);
  if (rows.count() > 1) {
    pg::raise(
        Status(Code::kInvalidArgument, "vocabulary name " + core::quoted(name) + " is ambiguous")
            .with_detail("More than one of your tenants has a vocabulary of that name.")
            .with_hint("Use a role that is a member of one of them."));
  }
  return rows.int8(0, 0);
}

void delete_vocabulary(std::string_view name) {
  static pg::Statement users("SELECT FROM hartonomous.document WHERE vocabulary_id = $1 LIMIT 1");
  static pg::Statement remove(
      "WITH tokens AS (DELETE FROM hartonomous.cpe_token WHERE vocabulary_id = $1), "
      "merges AS (DELETE FROM hartonomous.cpe_merge WHERE vocabulary_id = $1) "
      "DELETE FROM hartonomous.cpe_vocabulary WHERE vocabulary_id = $1 "
      "RETURNING tenant_id, byte_length");
  const Parameters key = Parameters().int8(find_vocabulary(name));
  const pg::OwnerRights rights;
  pg::Spi spi;
  if (spi.execute(users, key).count() != 0) {
    pg::raise(Status(Code::kWrongState, "vocabulary " + core::quoted(name) + " is in use")
                  .with_detail("Documents are made of its tokens.")
                  .with_hint("Delete them first: hartonomous.document.vocabulary_id names it."));
  }
  const pg::Rows gone = spi.execute(remove, key);
  if (gone.count() == 0) return;  // somebody deleted it meanwhile
  refund(gone.int8(0, 0), static_cast<std::uint64_t>(gone.int8(0, 1)));
}

VocabularyContent read_vocabulary_rows(std::int64_t vocabulary_id) {
  static pg::Statement select(
      "SELECT algorithm, unit, pattern, tie_rule, is_whole_piece_first, is_space_added, "
      "is_merged_by_bytes, token_limit FROM hartonomous.cpe_vocabulary WHERE vocabulary_id = $1");
  VocabularyContent content;
  {
    pg::Spi spi;
    const pg::Rows rows = spi.query(select, Parameters().int8(vocabulary_id));
    const bool is_known =
        rows.count() == 1 && core::cpe::from_name(rows.text(0, 0), content.algorithm);
    const auto limit = is_known ? static_cast<std::size_t>(rows.int4(0, 7)) : 0;
    if (!is_known || limit > core::cpe::kMaxTokens) {
      pg::raise({Code::kCorrupt, "vocabulary " + std::to_string(vocabulary_id) + " is malformed"});
    }
    content.units_are_bytes = rows.text(0, 1) == "byte";
    content.pattern = rows.text(0, 2);
    content.tie_rule = rows.text(0, 3);
    content.ignore_merges = rows.boolean(0, 4);
    content.adds_space = rows.boolean(0, 5);
    content.merges_by_bytes = rows.boolean(0, 6);
    content.tokens.resize(limit);
  }
  for (auto& token : content.tokens) token.type = core::cpe::TokenType::kUnused;
  read_tokens(vocabulary_id, content);
  read_merges(vocabulary_id, content);
  return content;
}

}  // namespace hartonomous::store
