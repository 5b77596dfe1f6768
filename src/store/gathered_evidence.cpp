// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/gathered_evidence.hpp"

#include <algorithm>

#include "core/base/interruptible_sort.hpp"
#include "pg/bulk_writer.hpp"
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
using core::graph::Symbol;

constexpr std::size_t kRowsPerCheckpoint = 1000, kRowsPerStatement = 10'000;

bool same_key(const EvidenceRow& a, const EvidenceRow& b) {
  return a.context == b.context && a.target == b.target;
}

Status contradiction(std::string_view source) {
  return Status(Code::kCorrupt, "source " + core::quoted(source) + " contradicts itself")
      .with_detail("It has other evidence for an edge that it has evidence for already.")
      .with_hint(
          "What a source says never changes; revoke it and import the rest under a new name.");
}

void sort_union(std::vector<EvidenceRow>& rows, std::string_view source,
                core::Checkpoint& checkpoint) {
  const auto less = [](const EvidenceRow& a, const EvidenceRow& b) {
    return a.context != b.context ? a.context < b.context : a.target < b.target;
  };
  core::interruptible_sort(rows, less, checkpoint);
  std::size_t kept = 0;
  for (const EvidenceRow& row : rows) {
    if (kept > 0 && same_key(rows[kept - 1], row)) {
      if (rows[kept - 1].evidence != row.evidence) pg::raise(contradiction(source));
    } else {
      rows[kept++] = row;
    }
  }
  rows.resize(kept);
}

void write_new(std::span<const EvidenceRow> rows, std::int32_t source_id, std::int32_t edge_type,
               core::Checkpoint& checkpoint) {
  pg::BulkWriter table(pg::relation_oid("hartonomous", "edge_evidence"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Datum values[] = {Int64GetDatum(rows[i].context), Int64GetDatum(rows[i].target),
                            Int64GetDatum(rows[i].evidence), Int32GetDatum(source_id),
                            Int16GetDatum(static_cast<std::int16_t>(edge_type))};
    table.add(values);
    if (i % kRowsPerCheckpoint == 0) checkpoint.reached(0);
  }
  table.finish();
  pg::call([] { CommandCounterIncrement(); });
}

// Adds rows to those the source has; those it has already must be equal. `check` counts the
// unequal, `insert` leaves the known alone.
std::int64_t add_rows(pg::Statement& check, pg::Statement& insert,
                      std::span<const EvidenceRow> rows, std::int32_t source_id,
                      std::int32_t edge_type, std::string_view source) {
  std::int64_t added = 0;
  for (std::size_t at = 0; at < rows.size(); at += kRowsPerStatement) {
    pg::poll();
    std::vector<std::int64_t> contexts, targets, evidence;
    for (const EvidenceRow& row : rows.subspan(at, std::min(kRowsPerStatement, rows.size() - at))) {
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

std::int64_t add_evidence(std::span<const EvidenceRow> rows, std::int32_t source_id,
                          std::int32_t edge_type, std::string_view source) {
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

std::int64_t add_tails(std::span<const EvidenceRow> rows, std::int32_t source_id,
                       std::int32_t edge_type, std::string_view source) {
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

void GatheredEvidence::add(std::span<const std::string_view> context,
                           std::optional<std::string_view> target, std::int64_t evidence) {
  std::vector<Symbol> words;
  for (const std::string_view word : context)
    words.push_back(word.empty() ? kEnd : symbols_.add(word));
  std::uint32_t at = 0;
  for (std::size_t i = words.size(); i-- > 0;) at = longer(at, words[i]);
  const std::int64_t to = !target           ? kNoTarget
                          : target->empty() ? std::int64_t{kEnd}
                                            : std::int64_t{symbols_.add(*target)};
  rows_.push_back({at, to, evidence});
}

std::uint32_t GatheredEvidence::longer(std::uint32_t suffix, Symbol word) {
  const auto number = static_cast<std::uint32_t>(contexts_.size());
  const auto [entry, is_new] = numbers_.try_emplace({suffix, word}, number);
  if (is_new) contexts_.push_back({suffix, word, contexts_[suffix].length + 1});
  return entry->second;
}

std::vector<EvidenceRow> GatheredEvidence::store(core::Checkpoint& checkpoint) {
  std::vector<std::string_view> spellings;
  for (Symbol s = 0; s < symbols_.size(); ++s) {
    spellings.push_back(s < core::graph::kFirstWord ? "" : symbols_.text(s));
  }
  const std::vector<std::int64_t> words = store_words(spellings, checkpoint);
  const std::vector<std::int64_t> contexts = store_contexts(words, checkpoint);
  for (EvidenceRow& row : rows_) {
    row.context = contexts[static_cast<std::size_t>(row.context)];
    if (row.target != kNoTarget) row.target = words[static_cast<std::size_t>(row.target)];
  }
  return std::move(rows_);
}

// A context is numbered after its suffix, so ids of suffixes are known when their turn has come.
std::vector<std::int64_t> GatheredEvidence::store_contexts(std::span<const std::int64_t> words,
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

std::int64_t store_evidence(const EvidenceOrigin& origin, GatheredEvidence evidence,
                            core::Checkpoint& checkpoint) {
  const std::int32_t domain_id = lock_domain(origin.tenant, origin.domain, origin.author);
  const OpenSource source =
      open_source(origin.tenant, domain_id, origin.kind, origin.source, origin.author);
  std::vector<EvidenceRow> rows = evidence.store(checkpoint);
  sort_union(rows, origin.source, checkpoint);
  const auto tails_end = std::stable_partition(rows.begin(), rows.end(),
                                               [](const EvidenceRow& r) { return r.target < 0; });
  const std::span tails(rows.begin(), tails_end), edges(tails_end, rows.end());
  std::int64_t added = add_tails(tails, source.source_id, origin.edge_type, origin.source);
  if (source.is_new) {
    write_new(edges, source.source_id, origin.edge_type, checkpoint);
    added += static_cast<std::int64_t>(edges.size());
  } else {
    added += add_evidence(edges, source.source_id, origin.edge_type, origin.source);
  }
  if (added == 0) return 0;
  count_evidence(source.source_id, added);
  if (origin.edge_type == kNextType) refresh_domain(domain_id, checkpoint);
  charge(origin.tenant, static_cast<std::uint64_t>(added) * sizeof(EvidenceRow));
  return added;
}

}  // namespace hartonomous::store
