// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/edge_learner.hpp"

#include <algorithm>

#include "core/text/document_builder.hpp"
#include "core/text/word_tokens.hpp"
#include "pg/cursor.hpp"
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/session.hpp"
#include "pg/spi.hpp"
#include "store/edge_distribution_writer.hpp"
#include "store/tenant.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::graph::Symbol;
using core::hash::ContentHash;

constexpr std::size_t kRowsPerFetch = 1000;
constexpr std::int32_t kMostOrder = 10;

void check_lesson(const Lesson& lesson) {
  if (lesson.order < 1 || lesson.order > kMostOrder) {
    pg::raise(Status{Code::kInvalidArgument, "order_n is out of range"}.with_detail(
        "It is " + std::to_string(lesson.order) + "; it may be from 1 to 10."));
  }
  const auto check_name = [](std::string_view name, const char* what) {
    if (!name.empty() && name.size() <= 255) return;
    pg::raise({Code::kInvalidArgument, std::string(what) + " must have 1 to 255 bytes"});
  };
  check_name(lesson.domain, "domain");
  if (lesson.source) check_name(*lesson.source, "source");
}

// What the query gave: its words, counted but not yet sorted, and what identifies it.
class Reading {
 public:
  explicit Reading(std::int32_t order) : counter_(static_cast<std::uint32_t>(order)) {}

  void add(std::string_view sentence, core::Checkpoint& checkpoint) {
    pg::check(core::text::check_utf8(sentence, checkpoint));
    line_.clear();
    core::text::WordTokens tokens(sentence);
    for (auto token = tokens.next(); !token.empty(); token = tokens.next()) {
      line_.push_back(symbols_.add(token));
    }
    if (line_.empty()) return;
    counter_.add_sentence(line_);
    hashes_.push_back(core::hash::block_hash(core::as_bytes(sentence)));
    bytes_ += sentence.size();
    words_ += line_.size();
  }

  ContentHash key(std::string_view extractor) {
    std::ranges::sort(hashes_);
    core::hash::ContentHasher hasher(core::hash::Kind::kEdgeSource);
    hasher.update_u32(static_cast<std::uint32_t>(extractor.size()));
    hasher.update(core::as_bytes(extractor));
    for (const ContentHash& hash : hashes_) hasher.update(hash.bytes);
    return hasher.finish();
  }
  core::graph::NgramCounts finish(core::Checkpoint& checkpoint) {
    return pg::check(std::move(counter_).finish(symbols_.size(), checkpoint));
  }

  const core::graph::SymbolTable& symbols() const noexcept { return symbols_; }
  std::uint64_t bytes() const noexcept { return bytes_; }
  std::int64_t words() const noexcept { return static_cast<std::int64_t>(words_); }
  std::int64_t sentences() const noexcept { return static_cast<std::int64_t>(hashes_.size()); }

 private:
  core::graph::SymbolTable symbols_;
  core::graph::NgramCounter counter_;
  std::vector<Symbol> line_;
  std::vector<ContentHash> hashes_;
  std::uint64_t bytes_ = 0, words_ = 0;
};

void read(pg::Cursor& cursor, Reading& reading, core::Checkpoint& progress) {
  if (cursor.columns() != 1 || !cursor.is_text(0)) {
    pg::raise(Status{Code::kInvalidArgument, "corpus must be a query of one column of type text"}
                  .with_hint("Such as SELECT line FROM lines."));
  }
  while (const std::size_t rows = cursor.fetch(kRowsPerFetch)) {
    for (std::size_t i = 0; i < rows; ++i) {
      if (cursor.is_null(i, 0)) continue;
      const std::string_view sentence = cursor.text(i, 0);
      reading.add(sentence, progress);
      progress.reached(sentence.size());
    }
  }
}

struct Place {
  std::int64_t tenant;
  std::int32_t domain_id;
  std::string author;
};

Learned add_source(const Lesson& lesson, const Place& place, Reading& reading,
                   core::Checkpoint& progress) {
  const std::string extractor =
      "word n-grams of order " + std::to_string(lesson.order) + ", version 1";
  const ContentHash key = reading.key(extractor);
  std::string name(lesson.source.value_or(""));
  if (name.empty()) name = key.hex().substr(0, 12);
  Learned learned{name, reading.sentences(), reading.words(), 0};
  if (const auto known = source_of_key(place.domain_id, key)) {
    if (known->is_revoked) {
      set_revoked(known->source_id, false);
      refresh_domain(place.domain_id, progress);
    }
    learned.source = known->name;
    return learned;
  }
  const core::graph::NgramCounts counts = reading.finish(progress);
  const bool is_first = counting_sources(place.domain_id).empty();
  learned.new_evidence = evidence_rows(counts);
  const std::int32_t source_id =
      insert_source({place.tenant, place.domain_id, "corpus", name, key, extractor,
                     static_cast<std::int64_t>(reading.bytes()), reading.sentences(),
                     reading.words(), learned.new_evidence, place.author});
  const CountIds ids = store_contexts(counts, reading.symbols(), progress);
  write_evidence(counts, ids, source_id, progress);
  if (is_first) {
    write_distributions(place.domain_id, counts, ids, progress);
  } else {
    refresh_domain(place.domain_id, progress);
  }
  return learned;
}

}  // namespace

Learned learn_text(const Lesson& lesson) {
  check_lesson(lesson);
  const std::int64_t tenant = resolve_tenant(lesson.tenant);
  Reading reading(lesson.order);
  pg::Cursor cursor(lesson.query);
  pg::JobProgress progress("learn_edges_from_text", lesson.query, tenant, cursor.estimated_bytes());
  read(cursor, reading, progress);
  check_quota(tenant, reading.bytes());
  const std::string author = pg::current_user_name();

  const pg::OwnerRights rights;
  const Place place{tenant, lock_domain(tenant, lesson.domain, author), author};
  Learned learned = add_source(lesson, place, reading, progress);
  if (learned.new_evidence > 0) charge(tenant, reading.bytes());
  return learned;
}

void revoke_source(std::string_view name, std::optional<std::string_view> domain, bool is_revoked) {
  const SourceRow source = find_source(name, domain);  // as the caller
  if (source.is_revoked == is_revoked) return;
  pg::PollCheckpoint checkpoint;
  const pg::OwnerRights rights;
  lock_domain(source.domain_id);
  set_revoked(source.source_id, is_revoked);
  refresh_domain(source.domain_id, checkpoint);
}

void refresh_domain(std::string_view domain) {
  const std::int32_t domain_id = domain_id_of(domain);  // as the caller
  pg::PollCheckpoint checkpoint;
  const pg::OwnerRights rights;
  lock_domain(domain_id);
  refresh_domain(domain_id, checkpoint);
}

}  // namespace hartonomous::store
