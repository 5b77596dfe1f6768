// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/30_text: documents seen as trees of atoms.
#include "pg/datum.hpp"
#include "pg/result_set.hpp"
#include "store/document_store.hpp"
#include "store/document_tree.hpp"

using namespace hartonomous;

namespace {

Datum show_tree(FunctionCallInfo call, std::int64_t root) {
  const pg::Arguments arguments(call);
  pg::ResultSet out(call);
  store::atom_tree(root, arguments.int4(1), arguments.int4(2), [&](const store::TreeRow& row) {
    const pg::RowMemory memory;
    std::optional<Datum> text;
    if (row.text) text = pg::text_datum(*row.text);
    out.row(pg::int4_array_datum(row.path), Int32GetDatum(static_cast<int>(row.path.size())),
            Int64GetDatum(row.atom_id), ObjectIdGetDatum(row.kind), Int32GetDatum(row.multiplicity),
            text);
  });
  return out.done();
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_atom_tree) {
  return show_tree(fcinfo, pg::Arguments(fcinfo).int8(0));
}

HARTONOMOUS_FUNCTION(hartonomous_document_tree) {
  return show_tree(fcinfo, store::document_root(pg::Arguments(fcinfo).int8(0)));
}

HARTONOMOUS_FUNCTION(hartonomous_shared_atoms) {
  const pg::Arguments arguments(fcinfo);
  const std::int64_t a = store::document_root(arguments.int8(0));
  const std::int64_t b = store::document_root(arguments.int8(1));
  pg::ResultSet out(fcinfo);
  store::shared_atoms(a, b, arguments.int4(2), [&](const store::SharedAtomRow& row) {
    const pg::RowMemory memory;
    out.row(Int64GetDatum(row.atom_id), pg::text_datum(row.text),
            Int64GetDatum(static_cast<std::int64_t>(row.text.size())),
            Int64GetDatum(row.occurrences_a), Int64GetDatum(row.occurrences_b));
  });
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_diff_documents) {
  const pg::Arguments arguments(fcinfo);
  const std::int64_t a = store::document_root(arguments.int8(0));
  const std::int64_t b = store::document_root(arguments.int8(1));
  pg::ResultSet out(fcinfo);
  store::diff_atoms(a, b, [&](const store::ChangeRow& row) {
    const pg::RowMemory memory;
    out.row(pg::text_datum(row.inserts ? "insert" : "delete"), Int64GetDatum(row.a_offset),
            Int64GetDatum(row.b_offset), pg::text_datum(row.text));
  });
  return out.done();
}
