// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_importer.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "core/base/interruptible_sort.hpp"
#include "core/graph/symbol_table.hpp"
#include "core/text/document_builder.hpp"
#include "core/text/word_tokens.hpp"
#include "pg/bulk_writer.hpp"
#include "pg/cursor.hpp"
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/relation.hpp"
#include "pg/session.hpp"
#include "pg/spi.hpp"
#include "store/edge_contexts.hpp"
#include "store/edge_distribution_writer.hpp"
#include "store/edge_words.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::graph::kEnd;
using core::graph::kUnknown;
using core::graph::Symbol;

constexpr std::size_t kRowsPerFetch = 1000, kRowsPerStatement = 10'000;

struct Row {
  std::int64_t context, target, evidence;  // target kNoTarget: of the tail
};
constexpr std::int64_t kNoTarget = -1;

bool same_key(const Row& a, const Row& b) { return a.context == b.context && a.target == b.target; }

Status contradiction(std::string_view source) {
  return Status(Code::kCorrupt, "source " + core::quoted(source) + " contradicts itself")
      .with_detail("It has other evidence for an edge that it has evidence for already.")
      .with_hint(
          "What a source says never changes; revoke it and import the rest under a new name.");
}

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

// The rows of the query with words and contexts numbered as they appear.
class Gathering {
 public:
  Gathering() : contexts_{{0, kUnknown, 0}} {}

  void add(std::string_view context, std::optional<std::string_view> target,
           std::string_view evidence) {
    std::vector<Symbol> words;
    core::text::WordTokens tokens(context);
    for (auto token = tokens.next(); !token.empty(); token = tokens.next()) {
      words.push_back(symbols_.add(token));
    }
    std::uint32_t at = 0;
    for (std::size_t i = words.size(); i-- > 0;) at = longer(at, words[i]);
    const std::int64_t to = !target           ? kNoTarget
                            : target->empty() ? std::int64_t{kEnd}
                                              : std::int64_t{symbols_.add(*target)};
    rows_.push_back({at, to, fixed_point(evidence)});
  }

  // The rows with the ids of atoms and contexts, which are stored where they are new.
  std::vector<Row> store(core::Checkpoint& checkpoint) {
    std::vector<std::string_view> spellings;
    for (Symbol s = 0; s < symbols_.size(); ++s) {
      spellings.push_back(s < core::graph::kFirstWord ? "" : symbols_.text(s));
    }
    const std::vector<std::int64_t> words = store_words(spellings, checkpoint);
    const std::vector<std::int64_t> contexts = store_contexts(words, checkpoint);
    for (Row& row : rows_) {
      row.context = contexts[static_cast<std::size_t>(row.context)];
      if (row.target != kNoTarget) row.target = words[static_cast<std::size_t>(row.target)];
    }
    return std::move(rows_);
  }

 private:
  struct Context {
    std::uint32_t suffix;
    Symbol word;
    std::uint32_t length;
  };

  std::uint32_t longer(std::uint32_t suffix, Symbol word) {
    const auto number = static_cast<std::uint32_t>(contexts_.size());
    const auto [entry, is_new] = numbers_.try_emplace({suffix, word}, number);
    if (is_new) contexts_.push_back({suffix, word, contexts_[suffix].length + 1});
    return entry->second;
  }

  // A context is numbered after its suffix, so ids of suffixes are known when their turn has come.
  std::vector<std::int64_t> store_contexts(std::span<const std::int64_t> words,
                                           core::Checkpoint& checkpoint) {
    std::vector<std::vector<std::uint32_t>> by_length;
    for (std::uint32_t i = 0; i < contexts_.size(); ++i) {
      by_length.resize(std::max<std::size_t>(by_length.size(), contexts_[i].length + 1));
      by_length[contexts_[i].length].push_back(i);
    }
    std::vector<std::int64_t> ids(contexts_.size(), kEmptyContext);
    ContextWriter writer;
    for (std::size_t length = 1; length < by_length.size(); ++length) {
      auto& numbers = by_length[length];
      const auto key = [&](std::uint32_t i) {
        return ContextKey{ids[contexts_[i].suffix], words[contexts_[i].word]};
      };
      std::ranges::sort(numbers, {}, key);
      std::vector<ContextKey> keys;
      for (const std::uint32_t i : numbers) keys.push_back(key(i));
      const auto stored = writer.store(keys, static_cast<std::int32_t>(length), checkpoint);
      for (std::size_t i = 0; i < numbers.size(); ++i) ids[numbers[i]] = stored[i];
    }
    return ids;
  }

  core::graph::SymbolTable symbols_;
  std::vector<Context> contexts_;
  std::map<std::pair<std::uint32_t, Symbol>, std::uint32_t> numbers_;
  std::vector<Row> rows_;
};

Gathering gather(const EvidenceImport& import, core::Checkpoint& checkpoint) {
  // A line end, in case the query ends with a comment.
  std::string sql =
      "SELECT context::pg_catalog.text, target::pg_catalog.text, "
      "evidence::pg_catalog.text FROM (";
  sql.append(import.query).append("\n) AS rows (context, target, evidence)");
  Gathering gathering;
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
      gathering.add(context, target, cursor.text(i, 2));
    }
    checkpoint.reached(0);
  }
  return gathering;
}

void sort_union(std::vector<Row>& rows, std::string_view source, core::Checkpoint& checkpoint) {
  const auto less = [](const Row& a, const Row& b) {
    return a.context != b.context ? a.context < b.context : a.target < b.target;
  };
  core::interruptible_sort(rows, less, checkpoint);
  std::size_t kept = 0;
  for (const Row& row : rows) {
    if (kept > 0 && same_key(rows[kept - 1], row)) {
      if (rows[kept - 1].evidence != row.evidence) pg::raise(contradiction(source));
    } else {
      rows[kept++] = row;
    }
  }
  rows.resize(kept);
}

void write_new(std::span<const Row> rows, std::int32_t source_id, std::int32_t edge_type,
               core::Checkpoint& checkpoint) {
  pg::BulkWriter table(pg::relation_oid("hartonomous", "edge_evidence"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Datum values[] = {Int64GetDatum(rows[i].context), Int64GetDatum(rows[i].target),
                            Int64GetDatum(rows[i].evidence), Int32GetDatum(source_id),
                            Int16GetDatum(static_cast<std::int16_t>(edge_type))};
    table.add(values);
    if (i % kRowsPerFetch == 0) checkpoint.reached(0);
  }
  table.finish();
  pg::call([] { CommandCounterIncrement(); });
}

// Adds rows to those the source has; those it has already must be equal. `check` counts the
// unequal, `insert` leaves the known alone.
std::int64_t add_rows(pg::Statement& check, pg::Statement& insert, std::span<const Row> rows,
                      std::int32_t source_id, std::int32_t edge_type, std::string_view source) {
  std::int64_t added = 0;
  for (std::size_t at = 0; at < rows.size(); at += kRowsPerStatement) {
    pg::poll();
    std::vector<std::int64_t> contexts, targets, evidence;
    for (const Row& row : rows.subspan(at, std::min(kRowsPerStatement, rows.size() - at))) {
      contexts.push_back(row.context);
      targets.push_back(row.target);
      evidence.push_back(row.evidence);
    }
    const auto parameters = [&] {
      return pg::Parameters().int8s(contexts).int8s(targets).int8s(evidence).int4(source_id).int4(
          edge_type);
    };
    pg::Spi spi;
    if (spi.execute(check, parameters()).count() > 0) pg::raise(contradiction(source));
    added += static_cast<std::int64_t>(spi.execute(insert, parameters()).count());
  }
  return added;
}

std::int64_t add_evidence(std::span<const Row> rows, std::int32_t source_id, std::int32_t edge_type,
                          std::string_view source) {
  static pg::Statement check(
      "SELECT FROM unnest($1::int8[], $2::int8[], $3::int8[]) AS u (context_id, target_id, "
      "evidence) JOIN hartonomous.edge_evidence e USING (context_id, target_id) "
      "WHERE e.source_id = $4 AND e.edge_type_id = $5::int2 AND e.evidence <> u.evidence LIMIT 1");
  static pg::Statement insert(
      "INSERT INTO hartonomous.edge_evidence (context_id, target_id, evidence, source_id, "
      "edge_type_id) SELECT u.*, $4, $5::int2 FROM unnest($1::int8[], $2::int8[], $3::int8[]) u "
      "ON CONFLICT DO NOTHING");
  return add_rows(check, insert, rows, source_id, edge_type, source);
}

std::int64_t add_tails(std::span<const Row> rows, std::int32_t source_id, std::int32_t edge_type,
                       std::string_view source) {
  static pg::Statement check(
      "SELECT FROM unnest($1::int8[], $2::int8[], $3::int8[]) AS u (context_id, target_id, tail) "
      "JOIN hartonomous.edge_tail e USING (context_id) "
      "WHERE e.source_id = $4 AND e.edge_type_id = $5::int2 AND e.tail <> u.tail LIMIT 1");
  static pg::Statement insert(
      "INSERT INTO hartonomous.edge_tail (context_id, tail, source_id, edge_type_id) "
      "SELECT u.context_id, u.tail, $4, $5::int2 FROM unnest($1::int8[], $2::int8[], $3::int8[]) "
      "AS u (context_id, target_id, tail) ON CONFLICT DO NOTHING");
  return add_rows(check, insert, rows, source_id, edge_type, source);
}

}  // namespace

std::int64_t import_evidence(const EvidenceImport& import) {
  const std::int64_t tenant = resolve_tenant(import.tenant);
  const std::int32_t edge_type = find_edge_type(import.edge_type);
  const std::string author = pg::current_user_name();
  pg::JobProgress progress("learn_edges", import.source, tenant, 0);
  Gathering gathering = gather(import, progress);

  const pg::OwnerRights rights;
  const std::int32_t domain_id = lock_domain(tenant, import.domain, author);
  const OpenSource source = open_source(tenant, domain_id, import.kind, import.source, author);
  std::vector<Row> rows = gathering.store(progress);
  sort_union(rows, import.source, progress);
  const auto tails_end =
      std::stable_partition(rows.begin(), rows.end(), [](const Row& r) { return r.target < 0; });
  const std::span tails(rows.begin(), tails_end), edges(tails_end, rows.end());
  std::int64_t added = add_tails(tails, source.source_id, edge_type, import.source);
  if (source.is_new) {
    write_new(edges, source.source_id, edge_type, progress);
    added += static_cast<std::int64_t>(edges.size());
  } else {
    added += add_evidence(edges, source.source_id, edge_type, import.source);
  }
  if (added == 0) return 0;
  count_evidence(source.source_id, added);
  if (edge_type == kNextType) refresh_domain(domain_id, progress);
  charge(tenant, static_cast<std::uint64_t>(added) * sizeof(Row));
  return added;
}

}  // namespace hartonomous::store
