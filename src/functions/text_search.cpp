// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/text_search.hpp"

#include "pg/datum.hpp"
#include "pg/result_set.hpp"
#include "store/nearest_atoms.hpp"
#include "store/text_index.hpp"

using namespace hartonomous;

namespace {

store::SearchScope scope_of(const pg::Arguments& arguments, int i) {
  if (arguments.is_null(i)) return std::nullopt;
  return arguments.int8(i);
}

// The argument "max_results": how many rows at most; no limit if NULL.
std::uint64_t most_rows(const pg::Arguments& arguments, int i) {
  if (arguments.is_null(i)) return ~std::uint64_t{0};
  if (arguments.int8(i) < 0) {
    pg::raise({core::Code::kInvalidArgument, "max_results must not be negative"});
  }
  return static_cast<std::uint64_t>(arguments.int8(i));
}

// A title as a text value that lives as long as the call.
class TitleDatum {
 public:
  Datum of(const store::SearchedDocument& document) {
    if (document.document_id != document_id_) {
      if (datum_ != 0) pg::free_datum(datum_);
      datum_ = pg::text_datum(document.title);
      document_id_ = document.document_id;
    }
    return datum_;
  }

 private:
  std::int64_t document_id_ = 0;
  Datum datum_ = 0;
};

void put_neighbours(pg::ResultSet& out, std::span<const store::Neighbour> neighbours) {
  for (const store::Neighbour& neighbour : neighbours) {
    out.row(Int64GetDatum(neighbour.atom_id), pg::text_datum(neighbour.text),
            Float8GetDatum(neighbour.distance));
  }
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_find_text) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  std::uint64_t left = most_rows(arguments, 1);
  if (arguments.is_null(0)) return out.done();
  TitleDatum title;
  store::find_text(arguments.text(0), scope_of(arguments, 2),
                   [&](const store::SearchedDocument& document, std::uint64_t offset) {
                     if (left == 0) return false;
                     out.row(Int64GetDatum(document.document_id), title.of(document),
                             Int64GetDatum(static_cast<std::int64_t>(offset)));
                     pg::poll();
                     return --left > 0;
                   });
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_documents_containing) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  std::uint64_t left = most_rows(arguments, 1);
  if (arguments.is_null(0)) return out.done();
  TitleDatum title;
  store::count_by_document(arguments.text(0), std::nullopt,
                           [&](const store::SearchedDocument& document, std::uint64_t count) {
                             if (left == 0) return false;
                             out.row(Int64GetDatum(document.document_id), title.of(document),
                                     Int64GetDatum(static_cast<std::int64_t>(count)));
                             return --left > 0;
                           });
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_count_text) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0)) PG_RETURN_NULL();
  std::uint64_t total = 0;
  store::count_by_document(arguments.text(0), scope_of(arguments, 1),
                           [&](const store::SearchedDocument&, std::uint64_t count) {
                             total += count;
                             return true;
                           });
  PG_RETURN_INT64(static_cast<std::int64_t>(total));
}

HARTONOMOUS_FUNCTION(hartonomous_update_text_index) {
  const pg::Arguments arguments(fcinfo);
  std::optional<std::int64_t> max_bytes;
  if (!arguments.is_null(0)) max_bytes = arguments.int8(0);
  PG_RETURN_INT64(store::update_text_index(max_bytes));
}

HARTONOMOUS_FUNCTION(hartonomous_drop_text_index) {
  store::drop_text_index();
  PG_RETURN_VOID();
}

HARTONOMOUS_FUNCTION(hartonomous_nearest_words) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  put_neighbours(out, store::nearest_words(arguments.text(0), arguments.int4(1)));
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_nearest_compositions) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  put_neighbours(out, store::nearest_compositions(arguments.int8(0), arguments.int4(1)));
  return out.done();
}
