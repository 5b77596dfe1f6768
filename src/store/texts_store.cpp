// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/texts_store.hpp"

#include <algorithm>
#include <memory_resource>

#include "core/text/document_builder.hpp"
#include "core/text/expansion.hpp"
#include "pg/cursor.hpp"
#include "pg/identity.hpp"
#include "pg/progress.hpp"
#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "store/atom_writer.hpp"
#include "store/document_store.hpp"
#include "store/document_table.hpp"
#include "store/tenant.hpp"
#include "store/text_store.hpp"

namespace hartonomous::store {

namespace {

using core::Code;
using core::Status;
using core::text::NodeIndex;

// Until the transaction ends, nobody else ingests texts in bulk for this tenant or drops it.
void lock_tenant(std::int64_t tenant) {
  static pg::Statement lock(
      "SELECT FROM hartonomous.tenant WHERE tenant_id = $1 FOR NO KEY UPDATE");
  const pg::OwnerRights rights;
  pg::Spi spi;
  if (spi.execute(lock, pg::Parameters().int8(tenant)).count() == 0) {
    pg::raise({Code::kNotFound, "the tenant does not exist any more"});
  }
}

void check_columns(const pg::Cursor& cursor) {
  if (cursor.columns() < 1 || cursor.columns() > 2) {
    pg::raise(Status{Code::kInvalidArgument, "query must return one or two columns"}.with_detail(
        "It returns " + std::to_string(cursor.columns()) + "; they are content and title."));
  }
  for (int i = 0; i < cursor.columns(); ++i) {
    if (cursor.is_text(i)) continue;
    pg::raise(Status{Code::kInvalidArgument,
                     "column " + std::to_string(i + 1) + " of the query must be of type text"}
                  .with_hint("Add a cast to text."));
  }
}

Status in_row(std::uint64_t row, Status status) {
  std::string message = "row ";
  message += std::to_string(row) + ": " + status.message();
  return Status{status.code(), std::move(message)}.with_detail(status.detail());
}

// Rows of the query, copied, until they are as much as one batch may be.
class TextBatch {
 public:
  TextBatch(pg::Cursor& cursor, core::Checkpoint& checkpoint)
      : cursor_(cursor), checkpoint_(checkpoint) {}

  // Forgets the last rows and takes the next, a long text by itself; false if the query has no more
  // after them.
  bool gather() {
    rows_.clear();
    memory_.release();
    for (std::size_t held = 0; held < limit();) {
      if (at_ == fetched_ && !fetch()) return false;
      const bool is_long = cursor_.text_length(at_, 0) > limit() / 2;
      if (is_long && !rows_.empty()) return true;
      held += take(at_++);
      if (is_long) return true;
    }
    return true;
  }

  std::span<TextRow> rows() noexcept { return rows_; }
  // The number in the query, from 1, of row i.
  std::uint64_t number(std::size_t i) const noexcept { return taken_ - rows_.size() + i + 1; }

 private:
  // The graph of ordinary text takes about twelve times the memory of the text.
  static std::size_t limit() noexcept {
    constexpr std::size_t kShareOfText = 12;
    return static_cast<std::size_t>(maintenance_work_mem) * 1024 / kShareOfText;
  }

  bool fetch() {
    constexpr std::size_t kBytes = 1 << 18, kMost = 1024;
    const std::uint64_t average = taken_ == 0 ? kBytes / 16 : bytes_ / taken_ + 1;
    fetched_ = cursor_.fetch(std::clamp<std::size_t>(kBytes / average, 1, kMost));
    at_ = 0;
    checkpoint_.reached(0);
    return fetched_ > 0;
  }

  // Returns the memory it takes.
  std::size_t take(std::size_t at) {
    TextRow row{};
    ++taken_;
    row.content = copy(at, 0, "content");
    if (cursor_.columns() > 1) row.title = copy(at, 1, "title");
    if (const Status status = check_title(row.title); !status.is_ok()) {
      pg::raise(in_row(taken_, status));
    }
    hasher_.update(core::as_bytes(row.content));
    row.sha256 = hasher_.finish();
    rows_.push_back(row);
    const std::size_t size = row.content.size() + row.title.size() + sizeof(TextRow);
    bytes_ += size;
    return size;
  }

  std::string_view copy(std::size_t at, int column, const char* name) {
    if (cursor_.is_null(at, column)) {
      pg::raise(in_row(taken_, {Code::kInvalidArgument, std::string(name) + " must not be null"}));
    }
    const std::string_view value = cursor_.text(at, column);
    auto* to = static_cast<char*>(memory_.allocate(value.size() + 1, 1));
    std::memcpy(to, value.data(), value.size());
    return {to, value.size()};
  }

  pg::Cursor& cursor_;
  core::Checkpoint& checkpoint_;
  core::hash::Sha256 hasher_;
  std::pmr::monotonic_buffer_resource memory_;
  std::vector<TextRow> rows_;
  std::size_t fetched_ = 0, at_ = 0;  // of the cursor's stretch
  std::uint64_t taken_ = 0, bytes_ = 0;
};

class TextsIngest {
 public:
  TextsIngest(std::int64_t tenant, std::string author, core::Checkpoint& checkpoint)
      : tenant_(tenant), author_(std::move(author)), checkpoint_(checkpoint) {}

  void store(TextBatch& batch, AtomLock lock) {
    const pg::OwnerRights rights;
    const std::span<TextRow> rows = batch.rows();
    pg::lock_table("hartonomous", "atom", AccessShareLock);
    const RowsByText by_text = rows_by_text(rows, checkpoint_);
    find_documents(tenant_, rows, by_text, checkpoint_);
    const std::vector<std::uint32_t> unknown = settle(rows, by_text);
    check_quota(tenant_, static_cast<std::uint64_t>(stored_.bytes));
    if (!unknown.empty()) {
      store_unknown(batch, unknown, lock);
      share_atoms(rows, by_text);
    }
    stored_.documents +=
        static_cast<std::int64_t>(add_documents(tenant_, author_, rows, by_text, checkpoint_));
  }

  const TextsStored& stored() const noexcept { return stored_; }

 private:
  // Of equal rows of one batch the first makes a document, of equal texts the first is cut. Counts,
  // and returns the rows to cut, in order.
  std::vector<std::uint32_t> settle(std::span<TextRow> rows, const RowsByText& by_text) {
    std::vector<bool> is_cut_before(rows.size());
    for (std::size_t text = 0; text < by_text.texts(); ++text) {
      const std::span<const std::uint32_t> same = by_text.rows_of(text);
      if (same.size() < 2) continue;
      mark_same_titles(rows, same);
      const auto first = std::ranges::find_if(same, [&](auto i) { return !rows[i].is_stored; });
      for (const std::uint32_t i : same) is_cut_before[i] = first != same.end() && i != *first;
    }
    std::vector<std::uint32_t> unknown;
    for (std::uint32_t i = 0; i < rows.size(); ++i) {
      if (rows[i].is_stored) {
        ++stored_.known;
        continue;
      }
      stored_.bytes += static_cast<std::int64_t>(rows[i].content.size());
      if (rows[i].atom_id == 0 && !is_cut_before[i]) unknown.push_back(i);
    }
    return unknown;
  }

  static void mark_same_titles(std::span<TextRow> rows, std::span<const std::uint32_t> same) {
    std::vector<std::uint32_t> by_title(same.begin(), same.end());
    std::ranges::stable_sort(by_title, {}, [&](std::uint32_t i) { return rows[i].title; });
    for (std::size_t i = 1; i < by_title.size(); ++i) {
      if (rows[by_title[i]].title == rows[by_title[i - 1]].title) {
        rows[by_title[i]].is_stored = true;
      }
    }
  }

  void store_unknown(TextBatch& batch, std::span<const std::uint32_t> unknown, AtomLock lock) {
    const std::span<TextRow> rows = batch.rows();
    if (unknown.size() == 1) {  // perhaps too long to be cut at once
      const StoredText stored = store_text(rows[unknown[0]].content, lock, checkpoint_);
      rows[unknown[0]].atom_id = stored.atom_id;
      stored_.atoms += static_cast<std::int64_t>(stored.atoms_added);
      return;
    }
    core::text::AtomGraph graph;
    auto builder = pg::check(core::text::DocumentBuilder::open(graph));
    std::vector<NodeIndex> roots;
    roots.reserve(unknown.size());
    for (const std::uint32_t i : unknown) {
      const Status status = builder.append(rows[i].content, checkpoint_);
      if (!status.is_ok()) pg::raise(in_row(batch.number(i), status));
      roots.push_back(builder.finish());
    }
    pg::check(check_lossless(graph, roots, rows, unknown));
    const StoredAtoms atoms = store_atoms(graph, roots, lock, checkpoint_);
    stored_.atoms += static_cast<std::int64_t>(atoms.added);
    for (std::size_t k = 0; k < unknown.size(); ++k) {
      rows[unknown[k]].atom_id = atoms.ids[roots[k]];
    }
  }

  // What was built must be what came in: the one promise that no test can make for every text.
  Status check_lossless(const core::text::AtomGraph& graph, std::span<const NodeIndex> roots,
                        std::span<const TextRow> rows, std::span<const std::uint32_t> built) {
    std::vector<std::uint64_t> ends;
    ends.reserve(built.size());
    std::uint64_t length = 0;
    for (const std::uint32_t i : built) ends.push_back(length += rows[i].content.size());
    std::vector<char> again(length);
    HARTONOMOUS_CHECK(core::text::expand_each(graph.view(), roots, ends, again, checkpoint_));
    for (std::size_t k = 0; k < built.size(); ++k) {
      const std::string_view content = rows[built[k]].content;
      if (std::memcmp(again.data() + ends[k] - content.size(), content.data(), content.size()) !=
          0) {
        return {Code::kCorrupt, "text does not survive atomizing"};
      }
    }
    return Status::ok();
  }

  // Gives every row the atom of the row with the same text that was cut.
  static void share_atoms(std::span<TextRow> rows, const RowsByText& by_text) {
    for (std::size_t text = 0; text < by_text.texts(); ++text) {
      const std::span<const std::uint32_t> same = by_text.rows_of(text);
      if (same.size() < 2) continue;
      std::int64_t atom_id = 0;
      for (const std::uint32_t i : same) atom_id = std::max(atom_id, rows[i].atom_id);
      for (const std::uint32_t i : same) rows[i].atom_id = atom_id;
    }
  }

  std::int64_t tenant_;
  std::string author_;
  core::Checkpoint& checkpoint_;
  TextsStored stored_;
};

}  // namespace

TextsStored ingest_texts(const TextsUpload& upload) {
  const std::int64_t tenant = resolve_tenant(upload.tenant);
  check_quota(tenant, 0);
  const std::string author = pg::current_user_name();
  lock_tenant(tenant);
  pg::Cursor cursor(upload.query);
  check_columns(cursor);
  pg::JobProgress progress("ingest_texts", upload.query, tenant, cursor.estimated_bytes());
  TextBatch batch(cursor, progress);
  TextsIngest ingest(tenant, author, progress);
  AtomLock lock = AtomLock::kByCount;
  for (bool more = true; more;) {
    more = batch.gather();
    if (more) lock = AtomLock::kTable;
    ingest.store(batch, lock);
  }
  const TextsStored& stored = ingest.stored();
  if (stored.bytes > 0) charge(tenant, static_cast<std::uint64_t>(stored.bytes));
  return stored;
}

}  // namespace hartonomous::store
