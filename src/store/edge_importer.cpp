// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_importer.hpp"

#include <charconv>
#include <cmath>

#include "core/text/document_builder.hpp"
#include "core/text/word_tokens.hpp"
#include "pg/cursor.hpp"
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "store/gathered_evidence.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

namespace {

using core::Code;

constexpr std::size_t kRowsPerFetch = 1000;

std::int64_t fixed_point(std::string_view number) {
  double value = 0;
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), value);
  if (error != std::errc() || end != number.data() + number.size() || !(value > 0)) {
    pg::raise({Code::kInvalidArgument, "evidence must be a number above 0"});
  }
  const double fixed = std::round(value * static_cast<double>(kEvidenceUnit));
  if (fixed < 1 || fixed >= 0x1p62) pg::raise({Code::kOutOfRange, "evidence is out of range"});
  return static_cast<std::int64_t>(fixed);
}

GatheredEvidence gather(const EvidenceImport& import, core::Checkpoint& checkpoint) {
  // A line end, in case the query ends with a comment.
  std::string sql =
      "SELECT context::pg_catalog.text, target::pg_catalog.text, "
      "evidence::pg_catalog.text FROM (";
  sql.append(import.query).append("\n) AS rows (context, target, evidence)");
  GatheredEvidence gathered;
  std::vector<std::string_view> words;
  pg::Cursor cursor(sql);
  while (const std::size_t rows = cursor.fetch(kRowsPerFetch)) {
    for (std::size_t i = 0; i < rows; ++i) {
      if (cursor.is_null(i, 0) || cursor.is_null(i, 2)) {
        pg::raise({Code::kInvalidArgument, "context and evidence must not be null"});
      }
      const std::string_view context = cursor.text(i, 0);
      std::optional<std::string_view> target;
      if (!cursor.is_null(i, 1)) target = cursor.text(i, 1);
      pg::check(core::text::check_utf8(context, checkpoint));
      pg::check(core::text::check_utf8(target.value_or(""), checkpoint));
      words.clear();
      core::text::WordTokens tokens(context);
      for (auto token = tokens.next(); !token.empty(); token = tokens.next())
        words.push_back(token);
      gathered.add(words, target, fixed_point(cursor.text(i, 2)));
    }
    checkpoint.reached(0);
  }
  return gathered;
}

}  // namespace

std::int64_t import_evidence(const EvidenceImport& import) {
  const std::int64_t tenant = resolve_tenant(import.tenant);
  const std::int32_t edge_type = find_edge_type(import.edge_type);
  const std::string author = pg::current_user_name();
  pg::JobProgress progress("learn_edges", import.source, tenant, 0);
  GatheredEvidence evidence = gather(import, progress);
  const pg::OwnerRights rights;
  return store_evidence({tenant, import.source, import.domain, import.kind, edge_type, author},
                        std::move(evidence), progress);
}

}  // namespace hartonomous::store
