// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/atom_table.hpp"

#include <algorithm>

#include "core/space/hilbert.hpp"
#include "pg/postgis.hpp"

namespace hartonomous::store {

namespace {

using core::space::Point4;

Oid kind_label(Oid type, const char* label) {
  const HeapTuple tuple =
      SearchSysCache2(ENUMTYPOIDNAME, ObjectIdGetDatum(type), CStringGetDatum(label));
  if (!HeapTupleIsValid(tuple)) elog(ERROR, "atom_kind has no label \"%s\"", label);
  const Oid oid = reinterpret_cast<Form_pg_enum>(GETSTRUCT(tuple))->oid;
  ReleaseSysCache(tuple);
  return oid;
}

// A bytea or array of `size` bytes in all, header included.
std::byte* varlena(std::size_t size) {
  auto* bytes = static_cast<std::byte*>(palloc(size));
  SET_VARSIZE(bytes, size);
  return bytes;
}

// A one-dimensional array without NULLs, its elements left to the caller.
ArrayType* empty_array(Oid element, std::size_t element_size, std::size_t count) {
  const std::size_t size = ARR_OVERHEAD_NONULLS(1) + element_size * count;
  auto* array = reinterpret_cast<ArrayType*>(varlena(size));
  array->ndim = 1;
  array->dataoffset = 0;
  array->elemtype = element;
  ARR_DIMS(array)[0] = static_cast<int>(count);
  ARR_LBOUND(array)[0] = 1;
  return array;
}

Datum hash_datum(const core::hash::ContentHash& hash) {
  std::byte* bytes = varlena(VARHDRSZ + hash.bytes.size());
  std::memcpy(bytes + VARHDRSZ, hash.bytes.data(), hash.bytes.size());
  return PointerGetDatum(bytes);
}

Datum value_datum(std::string_view text) {
  std::byte* bytes = varlena(VARHDRSZ + text.size());
  std::memcpy(bytes + VARHDRSZ, text.data(), text.size());
  return PointerGetDatum(bytes);
}

Datum refs_datum(std::span<const core::text::ChildRun> children,
                 std::span<const std::int64_t> ids) {
  if (children.empty()) return PointerGetDatum(construct_empty_array(INT8OID));
  ArrayType* array = empty_array(INT8OID, sizeof(std::int64_t), children.size());
  auto* to = reinterpret_cast<std::int64_t*>(ARR_DATA_PTR(array));
  for (const core::text::ChildRun& run : children) *to++ = ids[run.node];
  return PointerGetDatum(array);
}

Datum multiplicities_datum(std::span<const core::text::ChildRun> children) {
  if (children.empty()) return PointerGetDatum(construct_empty_array(INT4OID));
  ArrayType* array = empty_array(INT4OID, sizeof(std::int32_t), children.size());
  auto* to = reinterpret_cast<std::int32_t*>(ARR_DATA_PTR(array));
  for (const core::text::ChildRun& run : children) {
    *to++ = static_cast<std::int32_t>(run.multiplicity);
  }
  return PointerGetDatum(array);
}

// A line has at least two vertices: a lone child's point is repeated, and the empty composition is
// the origin twice.
Datum geometry_datum(const AtomGraph& graph, NodeIndex node) {
  if (!graph.shape(node).is_composition()) {
    auto* to = static_cast<std::byte*>(palloc(pg::kPointZmBytes));
    pg::write_point_zm(to, core::space::coordinates({&graph.point(node), 1}));
    return PointerGetDatum(to);
  }
  const auto children = graph.children(node);
  const std::size_t vertices = std::max<std::size_t>(children.size(), 2);
  auto* points = static_cast<Point4*>(palloc(sizeof(Point4) * vertices));
  for (std::size_t i = 0; i < vertices; ++i) {
    points[i] =
        children.empty() ? Point4{} : graph.point(children[std::min(i, children.size() - 1)].node);
  }
  auto* to = static_cast<std::byte*>(palloc(pg::line_zm_bytes(vertices)));
  pg::write_line_zm(to, core::space::coordinates({points, vertices}));
  pfree(points);
  return PointerGetDatum(to);
}

}  // namespace

AtomTable AtomTable::open(LOCKMODE lock) {
  return pg::call([&] {
    AtomTable table{};
    table.context =
        AllocSetContextCreate(CurrentMemoryContext, "hartonomous atom", ALLOCSET_DEFAULT_SIZES);
    const Oid schema = get_namespace_oid("hartonomous", false);
    const auto named = [&](const char* name) {
      const Oid oid = get_relname_relid(name, schema);
      if (!OidIsValid(oid)) {
        ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
                        errmsg("relation \"hartonomous.%s\" does not exist", name)));
      }
      return oid;
    };
    table.relation = table_open(named("atom"), lock);
    const TriggerDesc* triggers = table.relation->trigdesc;  // of foreign keys that point here
    const bool is_plain =
        (triggers == nullptr ||
         !(triggers->trig_insert_before_row || triggers->trig_insert_after_row ||
           triggers->trig_insert_before_statement || triggers->trig_insert_after_statement)) &&
        !table.relation->rd_rel->relrowsecurity &&
        table.relation->rd_rel->relkind == RELKIND_RELATION;
    if (!is_plain || RelationGetNumberOfAttributes(table.relation) != kAtomColumns) {
      ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
                      errmsg("table \"hartonomous.atom\" was altered"),
                      errhint("Remove added columns, triggers and row security from it.")));
    }
    table.by_id = index_open(named("atom_pkey"), lock);
    table.by_hash = index_open(named("atom_content_hash_key"), lock);
    const Oid kind = TupleDescAttr(RelationGetDescr(table.relation), kKind)->atttypid;
    table.codepoint_kind = kind_label(kind, "codepoint");
    table.byte_kind = kind_label(kind, "byte");
    table.composition_kind = kind_label(kind, "composition");
    return table;
  });
}

void AtomTable::close() const {
  pg::call([&] {
    index_close(by_hash, NoLock);
    index_close(by_id, NoLock);
    table_close(relation, NoLock);
    MemoryContextDelete(context);
  });
}

void fill_atom_slot(TupleTableSlot* slot, const AtomTable& table, const AtomGraph& graph,
                    NodeIndex node, std::span<const std::int64_t> ids, unsigned wanted) {
  const core::text::NodeShape& shape = graph.shape(node);
  const bool composition = shape.is_composition();
  ExecClearTuple(slot);
  std::fill_n(slot->tts_isnull, kAtomColumns, true);
  const auto set = [&](AtomColumn column, auto&& make) {
    if ((wanted >> column & 1) == 0) return;
    slot->tts_values[column] = make();
    slot->tts_isnull[column] = false;
  };
  set(kAtomId, [&] { return Int64GetDatum(ids[node]); });
  set(kContentHash, [&] { return hash_datum(graph.hash(node)); });
  set(kKind, [&] {
    return ObjectIdGetDatum(composition                                ? table.composition_kind
                            : core::text::is_raw_byte(shape.codepoint) ? table.byte_kind
                                                                       : table.codepoint_kind);
  });
  set(kIsConstant, [&] { return BoolGetDatum(!composition); });
  if (composition) {
    set(kRefs, [&] { return refs_datum(graph.children(node), ids); });
    set(kMultiplicities, [&] { return multiplicities_datum(graph.children(node)); });
  }
  if (const auto text = graph.text(node)) {
    set(kValue, [&] { return value_datum(*text); });
  }
  set(kGeom, [&] { return geometry_datum(graph, node); });
  if ((wanted & (1U << kHilbertHigh | 1U << kHilbertLow)) != 0) {
    const auto key = core::space::stored(core::space::hilbert_key(graph.point(node)));
    set(kHilbertHigh, [&] { return Int64GetDatum(key.high); });
    set(kHilbertLow, [&] { return Int64GetDatum(key.low); });
  }
  ExecStoreVirtualTuple(slot);
}

}  // namespace hartonomous::store
