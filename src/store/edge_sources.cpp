// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_sources.hpp"

#include "pg/spi.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using pg::Parameters;

Status no_such(const char* what, std::string_view name) {
  return {Code::kNotFound, std::string(what) + " " + core::quoted(name) + " does not exist"};
}

Parameters& optional_text(Parameters& parameters, std::optional<std::string_view> value) {
  return value ? parameters.text(*value) : parameters.null(TEXTOID);
}

}  // namespace

namespace {

// One row at most answers a question that a name asks.
void check_one_domain(const pg::Rows& rows, std::optional<std::string_view> name) {
  if (rows.count() == 0) {
    pg::raise((name ? no_such("domain", *name) : Status(Code::kNotFound, "there is no domain"))
                  .with_hint("Learn one with hartonomous.learn_edges_from_text()."));
  }
  if (rows.count() > 1) {
    pg::raise(Status(Code::kInvalidArgument, "several domains answer")
                  .with_hint("SELECT name, tenant_id FROM hartonomous.edge_domain lists those you "
                             "may ask; the name must be that of one."));
  }
}

}  // namespace

namespace {

Domain domain_of(const pg::Rows& rows) {
  if (rows.int8(0, 2) == 0) {
    pg::raise({Code::kWrongState, "the domain has no distributions yet"});
  }
  return {rows.int4(0, 0), rows.int8(0, 1),   rows.int8(0, 2),
          rows.int4(0, 3), rows.float8(0, 4), rows.int8(0, 5)};
}

}  // namespace

Domain find_domain(std::optional<std::string_view> name) {
  static pg::Statement find(
      "SELECT domain_id, tenant_id, version, coalesce(context_length, 0), "
      "coalesce(unknown_probability, 0), coalesce(vocabulary_size, 0) "
      "FROM hartonomous.edge_domain WHERE name = $1 OR $1 IS NULL ORDER BY domain_id LIMIT 2");
  pg::Spi spi;
  Parameters parameters;
  const pg::Rows rows = spi.query(find, optional_text(parameters, name));
  check_one_domain(rows, name);
  return domain_of(rows);
}

Domain find_domain(std::string_view name, std::int64_t tenant) {
  static pg::Statement find(
      "SELECT domain_id, tenant_id, version, coalesce(context_length, 0), "
      "coalesce(unknown_probability, 0), coalesce(vocabulary_size, 0) "
      "FROM hartonomous.edge_domain WHERE name = $1 AND tenant_id = $2");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().text(name).int8(tenant));
  check_one_domain(rows, name);
  return domain_of(rows);
}

std::int32_t domain_id_of(std::string_view name) {
  static pg::Statement find(
      "SELECT domain_id FROM hartonomous.edge_domain WHERE name = $1 ORDER BY domain_id LIMIT 2");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().text(name));
  check_one_domain(rows, name);
  return rows.int4(0, 0);
}

SourceRow find_source(std::string_view name, std::optional<std::string_view> domain) {
  static pg::Statement find(
      "SELECT s.source_id, s.domain_id, s.is_revoked FROM hartonomous.edge_source s "
      "JOIN hartonomous.edge_domain d USING (domain_id) "
      "WHERE s.name = $1 AND (d.name = $2 OR $2 IS NULL) ORDER BY s.source_id LIMIT 2");
  pg::Spi spi;
  Parameters parameters;
  const pg::Rows rows = spi.query(find, optional_text(parameters.text(name), domain));
  if (rows.count() == 0) pg::raise(no_such("source", name));
  if (rows.count() > 1) {
    pg::raise(Status(Code::kInvalidArgument, "several sources have that name")
                  .with_hint("Give the argument \"domain\"."));
  }
  return {rows.int4(0, 0), rows.int4(0, 1), std::string(name), rows.boolean(0, 2)};
}

std::int32_t find_edge_type(std::string_view name) {
  static pg::Statement find("SELECT edge_type_id::int4 FROM hartonomous.edge_type WHERE name = $1");
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, Parameters().text(name));
  if (rows.count() == 0) {
    pg::raise(no_such("edge type", name)
                  .with_hint("SELECT name, description FROM hartonomous.edge_type lists them."));
  }
  return rows.int4(0, 0);
}

std::int32_t lock_domain(std::int64_t tenant, std::string_view name, std::string_view author) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.edge_domain (tenant_id, name, created_by) "
      "VALUES ($1, $2, $3::name) ON CONFLICT (tenant_id, name) DO NOTHING");
  static pg::Statement lock(
      "SELECT domain_id FROM hartonomous.edge_domain WHERE tenant_id = $1 AND name = $2 "
      "FOR UPDATE");
  pg::Spi spi;
  // Until the second statement sees a row: one may be deleted between the two.
  for (;;) {
    const auto key = [&] { return Parameters().int8(tenant).text(name); };
    spi.execute(insert, key().text(author));
    const pg::Rows rows = spi.execute(lock, key());
    if (rows.count() == 1) return rows.int4(0, 0);
    pg::poll();
  }
}

void lock_domain(std::int32_t domain_id) {
  static pg::Statement lock("SELECT FROM hartonomous.edge_domain WHERE domain_id = $1 FOR UPDATE");
  pg::Spi().execute(lock, Parameters().int4(domain_id));
}

void describe_domain(std::int32_t domain_id, const DomainSummary& summary) {
  static pg::Statement update(
      "UPDATE hartonomous.edge_domain SET version = version + 1, method = $2, "
      "context_length = $3, vocabulary_size = $4, unknown_probability = $5 WHERE domain_id = $1");
  pg::Spi().execute(update, Parameters()
                                .int4(domain_id)
                                .text(summary.method)
                                .int4(summary.context_length)
                                .int8(summary.vocabulary_size)
                                .float8(summary.unknown_probability));
}

std::int32_t insert_source(const NewSource& s) {
  static pg::Statement insert(
      "INSERT INTO hartonomous.edge_source (tenant_id, domain_id, kind, name, source_key, "
      "extractor, byte_length, sentence_count, word_count, evidence_count, created_by) "
      "VALUES ($1, $2, $3::text::hartonomous.edge_source_kind, $4, $5, $6, $7, $8, $9, $10, "
      "$11::name) RETURNING source_id");
  pg::Spi spi;
  return spi
      .execute(insert, Parameters()
                           .int8(s.tenant_id)
                           .int4(s.domain_id)
                           .text(s.kind)
                           .text(s.name)
                           .bytea(s.key.bytes)
                           .text(s.extractor)
                           .int8(s.byte_length)
                           .int8(s.sentence_count)
                           .int8(s.word_count)
                           .int8(s.evidence_count)
                           .text(s.author))
      .int4(0, 0);
}

std::optional<SourceRow> source_of_key(std::int32_t domain_id, const core::hash::ContentHash& key) {
  static pg::Statement find(
      "SELECT source_id, domain_id, name, is_revoked FROM hartonomous.edge_source "
      "WHERE domain_id = $1 AND source_key = $2");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, Parameters().int4(domain_id).bytea(key.bytes));
  if (rows.count() == 0) return std::nullopt;
  return SourceRow{rows.int4(0, 0), rows.int4(0, 1), std::string(rows.text(0, 2)),
                   rows.boolean(0, 3)};
}

OpenSource open_source(std::int64_t tenant, std::int32_t domain_id, std::string_view kind,
                       std::string_view name, std::string_view author) {
  static pg::Statement find(
      "SELECT source_id, kind::text FROM hartonomous.edge_source "
      "WHERE domain_id = $1 AND name = $2");
  if (kind != "model" && kind != "user" && kind != "relation") {
    pg::raise({Code::kInvalidArgument, "kind must be model, user or relation"});
  }
  if (name.empty() || name.size() > 255) {
    pg::raise({Code::kInvalidArgument, "source must have 1 to 255 bytes"});
  }
  {
    pg::Spi spi;
    const pg::Rows rows = spi.execute(find, Parameters().int4(domain_id).text(name));
    if (rows.count() == 1 && rows.text(0, 1) != kind) {
      std::string message = "source " + core::quoted(name) + " is of kind ";
      pg::raise({Code::kInvalidArgument, message.append(rows.text(0, 1))});
    }
    if (rows.count() == 1) return {rows.int4(0, 0), false};
  }
  std::string extractor = "rows of kind ";
  extractor.append(kind).append(", version 1");
  core::hash::ContentHasher hasher(core::hash::Kind::kEdgeSource);
  hasher.update_u32(static_cast<std::uint32_t>(extractor.size()));
  hasher.update(core::as_bytes(extractor)).update(core::as_bytes(name));
  return {insert_source({tenant, domain_id, kind, std::string(name), hasher.finish(), extractor, 0,
                         0, 0, 0, author}),
          true};
}

void count_evidence(std::int32_t source_id, std::int64_t added) {
  static pg::Statement update(
      "UPDATE hartonomous.edge_source SET evidence_count = evidence_count + $2 "
      "WHERE source_id = $1");
  pg::Spi().execute(update, Parameters().int4(source_id).int8(added));
}

void set_revoked(std::int32_t source_id, bool is_revoked) {
  static pg::Statement update(
      "UPDATE hartonomous.edge_source SET is_revoked = $2 WHERE source_id = $1");
  pg::Spi().execute(update, Parameters().int4(source_id).boolean(is_revoked));
}

std::vector<CountingSource> counting_sources(std::int32_t domain_id) {
  static pg::Statement find(
      "SELECT source_id, weight FROM hartonomous.edge_source "
      "WHERE domain_id = $1 AND NOT is_revoked ORDER BY source_id");
  pg::Spi spi;
  const pg::Rows rows = spi.execute(find, Parameters().int4(domain_id));
  std::vector<CountingSource> sources;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    sources.push_back({rows.int4(i, 0), rows.int4(i, 1)});
  }
  return sources;
}

}  // namespace hartonomous::store
