// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/62_comparison: how models differ, and what they share.
#include "pg/result_set.hpp"
#include "store/tensor_comparison.hpp"
#include "store/tensor_values.hpp"
#include "store/version_size.hpp"

using namespace hartonomous;

namespace {

std::optional<Datum> dtype_datum(const std::optional<store::TensorKey>& tensor) {
  if (!tensor) return std::nullopt;
  return pg::text_datum(core::tensor::info(tensor->dtype).name);
}

Datum count_datum(std::uint64_t n) { return Int64GetDatum(static_cast<std::int64_t>(n)); }

std::string_view change_of(const store::TensorPair& pair) {
  if (!pair.a) return "added";
  if (!pair.b) return "removed";
  if (pair.a->shape != pair.b->shape) return "reshaped";
  return pair.a->dtype == pair.b->dtype ? "changed" : "retyped";
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_model_diff) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  const store::VersionKey a = store::find_version(arguments.text(0));
  for (const store::TensorPair& pair :
       store::compare_versions(a, store::find_version(arguments.text(1)))) {
    const auto& d = pair.difference;
    const auto number = [&](double value) {
      return d ? std::optional(Float8GetDatum(value)) : std::nullopt;
    };
    out.row(pg::text_datum(pair.name), pg::text_datum(change_of(pair)), dtype_datum(pair.a),
            dtype_datum(pair.b), d ? std::optional(count_datum(d->count)) : std::nullopt,
            d ? std::optional(count_datum(d->changed)) : std::nullopt, number(d ? d->l2 : 0),
            number(d ? d->max : 0),
            pair.cosine ? std::optional(Float8GetDatum(*pair.cosine)) : std::nullopt,
            d ? std::optional(count_datum(d->nonfinite)) : std::nullopt);
  }
  return out.done();
}

HARTONOMOUS_FUNCTION(hartonomous_summarize_tensors) {
  const pg::Arguments arguments(fcinfo);
  return Int64GetDatum(store::summarize_tensors(store::find_version(arguments.text(0))));
}

HARTONOMOUS_FUNCTION(hartonomous_marginal_bytes) {
  const pg::Arguments arguments(fcinfo);
  return Int64GetDatum(store::marginal_bytes(store::find_version(arguments.text(0))));
}

HARTONOMOUS_FUNCTION(hartonomous_read_slice_bytes) {
  const pg::Arguments arguments(fcinfo);
  return pg::bytea_datum(store::read_slice_bytes(
      store::find_tensor(store::find_version(arguments.text(0)), arguments.text(1)),
      pg::int8_array(arguments.datum(2)), pg::int8_array(arguments.datum(3))));
}
