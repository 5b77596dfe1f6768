// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/base/utf8.hpp"
#include "core/hash/content_hash.hpp"
#include "core/space/hypersphere.hpp"
#include "pg/datum.hpp"
#include "pg/postgis.hpp"
#include "pg/result_set.hpp"
#include "store/document_store.hpp"
#include "store/texts_store.hpp"

using namespace hartonomous;

namespace {

std::optional<std::string_view> optional_text(const pg::Arguments& arguments, int i) {
  if (arguments.is_null(i)) return std::nullopt;
  return arguments.text(i);
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_atomize_text) {
  std::string_view content = pg::Arguments(fcinfo).text(0);
  pg::ResultSet out(fcinfo);
  std::int64_t ordinality = 0;
  while (!content.empty()) {
    const core::utf8::Decoded first = core::utf8::decode(content);
    if (first.length == 0) pg::raise({core::Code::kBadEncoding, "text is not valid UTF-8"});
    const std::string_view encoded = content.substr(0, first.length);
    std::int32_t multiplicity = 0;
    while (content.starts_with(encoded)) {
      content.remove_prefix(first.length);
      ++multiplicity;
    }
    const core::hash::ContentHash hash = core::hash::codepoint_hash(first.codepoint);
    const core::space::Point4 point = core::space::character_point(first.codepoint);
    out.row(Int64GetDatum(++ordinality), Int32GetDatum(static_cast<std::int32_t>(first.codepoint)),
            Int32GetDatum(multiplicity), pg::bytea_datum(hash.bytes),
            pg::make_point_zm(core::space::coordinates({&point, 1})));
    pg::poll();
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_ingest_text) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "content");
  arguments.require(1, "title");
  PG_RETURN_INT64(
      store::ingest_text({arguments.text(0), arguments.text(1), optional_text(arguments, 3),
                          arguments.text(1), optional_text(arguments, 2)}));
}

HARTONOMOUS_FUNCTION(hartonomous_ingest_text_file) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "path");
  PG_RETURN_INT64(store::ingest_text_file(
      std::string(arguments.text(0)), optional_text(arguments, 1), optional_text(arguments, 2)));
}

HARTONOMOUS_FUNCTION(hartonomous_ingest_texts) {
  const pg::Arguments arguments(fcinfo);
  arguments.require(0, "query");
  const store::TextsStored stored =
      store::ingest_texts({arguments.text(0), optional_text(arguments, 1)});
  const std::optional<Datum> row[] = {Int64GetDatum(stored.documents), Int64GetDatum(stored.known),
                                      Int64GetDatum(stored.atoms), Int64GetDatum(stored.bytes)};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_reconstruct_text) {
  return store::document_text(pg::Arguments(fcinfo).int8(0));
}

HARTONOMOUS_FUNCTION(hartonomous_reconstruct_atom) {
  return store::atom_text(pg::Arguments(fcinfo).int8(0));
}

HARTONOMOUS_FUNCTION(hartonomous_delete_document) {
  store::delete_document(pg::Arguments(fcinfo).int8(0));
  PG_RETURN_VOID();
}
