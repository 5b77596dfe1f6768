// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/60_tensor: the numbers inside stored tensors.
#include "pg/result_set.hpp"
#include "store/base_search.hpp"
#include "store/tensor_values.hpp"

using namespace hartonomous;

namespace {

store::TensorKey tensor_from(const pg::Arguments& arguments) {
  return store::find_tensor(store::find_version(arguments.text(0)), arguments.text(1));
}

// NULL for a statistic of a tensor without finite values.
std::optional<Datum> finite(bool any, double value) {
  return any ? std::optional(Float8GetDatum(value)) : std::nullopt;
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_read_tensor) {
  const pg::Arguments arguments(fcinfo);
  return pg::float4_array_datum(store::read_values(tensor_from(arguments)));
}

HARTONOMOUS_FUNCTION(hartonomous_read_slice) {
  const pg::Arguments arguments(fcinfo);
  return pg::float4_array_datum(store::read_slice(tensor_from(arguments),
                                                  pg::int8_array(arguments.datum(2)),
                                                  pg::int8_array(arguments.datum(3))));
}

HARTONOMOUS_FUNCTION(hartonomous_tensor_statistics) {
  const pg::Arguments arguments(fcinfo);
  const auto s = store::statistics_of(tensor_from(arguments));
  const bool any = s.count > s.nonfinite();
  const auto count = [](std::uint64_t n) { return Int64GetDatum(static_cast<std::int64_t>(n)); };
  const std::optional<Datum> row[] = {
      count(s.count),        finite(any, s.min), finite(any, s.max),   finite(any, s.mean),
      finite(any, s.stddev), finite(any, s.l2),  count(s.nonfinite()), count(s.zeros)};
  return pg::record_datum(fcinfo, row);
}

HARTONOMOUS_FUNCTION(hartonomous_base_of) {
  const pg::Arguments arguments(fcinfo);
  const std::int32_t count = arguments.int4(1);
  if (count < 1 || count > 1000) {
    pg::raise({core::Code::kInvalidArgument, "k must be between 1 and 1000"});
  }
  pg::ResultSet out(fcinfo);
  const store::VersionKey version = store::find_version(arguments.text(0));
  for (const auto& base : store::find_bases(version, static_cast<std::size_t>(count))) {
    out.row(pg::text_datum(base.model), Int64GetDatum(base.version_id),
            Float8GetDatum(base.distance), Int64GetDatum(base.tensors));
  }
  return out.done();
}
