// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_witness.hpp"

#include <map>

#include "core/graph/rating.hpp"
#include "core/text/word_tokens.hpp"
#include "pg/spi.hpp"
#include "store/edge_contexts.hpp"
#include "store/edge_sources.hpp"
#include "store/edge_words.hpp"

namespace hartonomous::store {

namespace {

using pg::Parameters;

std::optional<std::int64_t> context_of(std::string_view text, WordReader& words) {
  std::vector<std::string_view> tokens;
  core::text::WordTokens walk(text);
  for (auto token = walk.next(); !token.empty(); token = walk.next()) tokens.push_back(token);
  ContextReader contexts;
  std::int64_t context = kEmptyContext;
  for (std::size_t i = tokens.size(); i-- > 0;) {
    const auto word = words.find(tokens[i]);
    const auto longer = word ? contexts.find({context, *word}) : std::nullopt;
    if (!longer) return std::nullopt;
    context = *longer;
  }
  return context;
}

Parameters keys(std::int64_t context, std::int32_t edge_type,
                std::optional<std::string_view> domain) {
  Parameters parameters;
  parameters.int8(context).int4(edge_type);
  if (domain) {
    parameters.text(*domain);
  } else {
    parameters.null(TEXTOID);
  }
  return parameters;
}

}  // namespace

std::vector<Neighbor> neighbors(const Question& question, std::int32_t k) {
  static pg::Statement find(
      "SELECT e.target_id, d.name, e.sources, e.evidence, e.probability, e.rating, e.deviation "
      "FROM hartonomous.edge e JOIN hartonomous.edge_domain d USING (domain_id) "
      "WHERE e.context_id = $1 AND e.edge_type_id = $2::int2 AND (d.name = $3 OR $3 IS NULL) "
      "ORDER BY e.probability DESC, e.sources DESC, d.name, e.target_id LIMIT $4");
  const std::int32_t edge_type = find_edge_type(question.edge_type);
  WordReader words;
  const auto context = context_of(question.context, words);
  if (!context) return {};
  pg::Spi spi;
  const pg::Rows rows = spi.query(
      find, keys(*context, edge_type, question.domain).int8(std::int64_t{std::max(k, 0)}));
  std::vector<Neighbor> found;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const std::int64_t atom = rows.int8(i, 0);
    found.push_back({std::string(words.spelling(atom)), std::string(rows.text(i, 1)), atom,
                     rows.int4(i, 2), rows.float8(i, 3), rows.float8(i, 4), rows.float8(i, 5),
                     rows.float8(i, 6)});
  }
  return found;
}

std::vector<Believer> believers(const Question& question, std::string_view target) {
  static pg::Statement find(
      "SELECT s.name, d.name, s.kind::text, e.evidence / 1048576.0::float8, "
      "t.total / 1048576.0::float8 FROM hartonomous.edge_evidence e "
      "JOIN hartonomous.edge_context_total t USING (context_id, edge_type_id, source_id) "
      "JOIN hartonomous.edge_source s USING (source_id) "
      "JOIN hartonomous.edge_domain d USING (domain_id) "
      "WHERE e.context_id = $1 AND e.edge_type_id = $2::int2 AND (d.name = $3 OR $3 IS NULL) "
      "AND e.target_id = $4 AND NOT s.is_revoked "
      "ORDER BY e.evidence::float8 / t.total DESC, d.name, s.name");
  const std::int32_t edge_type = find_edge_type(question.edge_type);
  WordReader words;
  const auto context = context_of(question.context, words);
  const auto atom = words.find(target);
  if (!context || !atom) return {};
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, keys(*context, edge_type, question.domain).int8(*atom));
  std::vector<Believer> found;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    const double evidence = rows.float8(i, 3), total = rows.float8(i, 4);
    found.push_back({std::string(rows.text(i, 0)), std::string(rows.text(i, 1)),
                     std::string(rows.text(i, 2)), evidence, total, evidence / total,
                     core::graph::rating(evidence / total)});
  }
  return found;
}

std::optional<double> disagreement(const Question& question) {
  static pg::Statement find(
      "SELECT e.source_id, e.target_id, e.evidence::float8 / t.total, "
      "(t.total - t.kept)::float8 / t.total FROM hartonomous.edge_evidence e "
      "JOIN hartonomous.edge_context_total t USING (context_id, edge_type_id, source_id) "
      "JOIN hartonomous.edge_source s USING (source_id) "
      "JOIN hartonomous.edge_domain d USING (domain_id) "
      "WHERE e.context_id = $1 AND e.edge_type_id = $2::int2 AND (d.name = $3 OR $3 IS NULL) "
      "AND NOT s.is_revoked ORDER BY e.source_id, e.target_id");
  const std::int32_t edge_type = find_edge_type(question.edge_type);
  WordReader words;
  const auto context = context_of(question.context, words);
  if (!context) return std::nullopt;
  pg::Spi spi;
  const pg::Rows rows = spi.query(find, keys(*context, edge_type, question.domain));
  std::map<std::int64_t, std::size_t> outcomes;  // of targets; the last is what is not named
  for (std::size_t i = 0; i < rows.count(); ++i) {
    outcomes.emplace(rows.int8(i, 1), outcomes.size());
  }
  std::vector<core::graph::SourceDistribution> sources;
  for (std::size_t i = 0; i < rows.count(); ++i) {
    if (i == 0 || rows.int4(i, 0) != rows.int4(i - 1, 0)) {
      sources.push_back({std::vector<double>(outcomes.size() + 1), 1});
      sources.back().of.back() = rows.float8(i, 3);
    }
    sources.back().of[outcomes.at(rows.int8(i, 1))] = rows.float8(i, 2);
  }
  if (sources.size() < 2) return std::nullopt;
  return core::graph::divergence(sources);
}

}  // namespace hartonomous::store
