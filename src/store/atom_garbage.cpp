// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/atom_garbage.hpp"

#include <limits>

#include "pg/relation.hpp"
#include "pg/spi.hpp"
#include "store/id_set.hpp"

namespace hartonomous::store {

namespace {

constexpr std::size_t kMostOpen = 1 << 20;  // ids waiting for their children to be marked

class Marker {
 public:
  explicit Marker(core::Checkpoint& checkpoint) : checkpoint_(checkpoint) {}

  IdSet run() {
    static pg::Statement columns(
        "SELECT format('%I.%I', n.nspname, c.relname), quote_ident(a.attname) "
        "FROM pg_constraint f JOIN pg_class c ON c.oid = f.conrelid "
        "JOIN pg_namespace n ON n.oid = c.relnamespace "
        "JOIN pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = f.conkey[1] "
        "JOIN pg_attribute k ON k.attrelid = f.confrelid AND k.attnum = f.confkey[1] "
        "WHERE f.contype = 'f' AND f.conparentid = 0 "
        "AND f.confrelid = 'hartonomous.atom'::regclass AND k.attname = 'atom_id' "
        "ORDER BY 1, 2");
    pg::Spi spi;
    const pg::Rows rows = spi.execute(columns);
    for (std::size_t i = 0; i < rows.count(); ++i) {
      mark_column(std::string(rows.text(i, 0)), std::string(rows.text(i, 1)));
    }
    mark_children();
    return std::move(marked_);
  }

 private:
  void mark(std::int64_t id) {
    if (marked_.add(id)) open_.push_back(id);
  }

  // The names are quoted already.
  void mark_column(const std::string& table, const std::string& column) {
    std::string sql = "SELECT " + column;
    sql.append(" FROM ").append(table).append(" WHERE ").append(column);
    sql.append(" > $1 ORDER BY ").append(column).append(" LIMIT 10000");
    std::int64_t last = std::numeric_limits<std::int64_t>::min();
    for (;;) {
      pg::Spi spi;
      const pg::Rows rows = spi.execute_once(sql, pg::Parameters().int8(last));
      if (rows.count() == 0) return;
      for (std::size_t i = 0; i < rows.count(); ++i) mark(rows.int8(i, 0));
      last = rows.int8(rows.count() - 1, 0);
      if (open_.size() > kMostOpen) mark_children();
      checkpoint_.reached(0);
    }
  }

  void mark_children() {
    static pg::Statement children(
        "SELECT refs FROM hartonomous.atom WHERE atom_id = ANY ($1) AND refs IS NOT NULL");
    constexpr std::size_t kBatch = 4096;
    while (!open_.empty()) {
      const std::size_t first = open_.size() - std::min(open_.size(), kBatch);
      const std::vector<std::int64_t> batch(open_.begin() + static_cast<std::ptrdiff_t>(first),
                                            open_.end());
      open_.resize(first);
      pg::Spi spi;
      const pg::Rows rows = spi.execute(children, pg::Parameters().int8s(batch));
      for (std::size_t i = 0; i < rows.count(); ++i) {
        for (const std::int64_t id : pg::int8_array(rows.datum(i, 0))) mark(id);
      }
      checkpoint_.reached(0);
    }
  }

  core::Checkpoint& checkpoint_;
  IdSet marked_;
  std::vector<std::int64_t> open_;
};

void remove(std::span<const std::int64_t> ids, CollectedAtoms& collected) {
  static pg::Statement remove(
      "WITH dead AS (DELETE FROM hartonomous.atom a WHERE a.atom_id = ANY ($1) "
      "RETURNING pg_column_size(a.*) AS bytes) "
      "SELECT count(*)::int8, coalesce(sum(bytes), 0)::int8 FROM dead");
  if (ids.empty()) return;
  pg::Spi spi;
  const pg::Rows dead = spi.execute(remove, pg::Parameters().int8s(ids));
  collected.atoms += dead.int8(0, 0);
  collected.bytes += dead.int8(0, 1);
}

CollectedAtoms sweep(const IdSet& marked, core::Checkpoint& checkpoint) {
  static pg::Statement size(
      "SELECT pg_relation_size('hartonomous.atom') / greatest(count(*), 1) FROM hartonomous.atom");
  static pg::Statement page(
      "SELECT atom_id FROM hartonomous.atom WHERE atom_id > $1 ORDER BY atom_id LIMIT 10000");
  std::uint64_t bytes_a_row = 0;
  {
    pg::Spi spi;
    bytes_a_row = static_cast<std::uint64_t>(spi.execute(size).int8(0, 0));
  }
  CollectedAtoms collected;
  std::int64_t last = 0;
  for (;;) {
    std::vector<std::int64_t> dead;
    std::size_t seen = 0;
    {
      pg::Spi spi;
      const pg::Rows rows = spi.execute(page, pg::Parameters().int8(last));
      seen = rows.count();
      for (std::size_t i = 0; i < seen; ++i) {
        last = rows.int8(i, 0);
        if (!marked.has(last)) dead.push_back(last);
      }
    }
    if (seen == 0) return collected;
    remove(dead, collected);
    checkpoint.reached(seen * bytes_a_row);
  }
}

}  // namespace

CollectedAtoms collect_atoms(core::Checkpoint& checkpoint) {
  pg::lock_table("hartonomous", "atom", AccessExclusiveLock);
  const IdSet marked = Marker(checkpoint).run();
  return sweep(marked, checkpoint);
}

}  // namespace hartonomous::store
