// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/64_merge: models made of several.
#include "pg/array.hpp"
#include "pg/json.hpp"
#include "pg/result_set.hpp"
#include "store/layer_stack.hpp"

using namespace hartonomous;

namespace {

// Arguments `first`...: method, models, weights, base, parameters.
store::MergeRequest request_from(const pg::Arguments& arguments, int first) {
  store::MergeRequest request;
  request.method = arguments.text(first);
  for (const Datum model : pg::array_elements(arguments.datum(first + 1), "models")) {
    request.models.push_back(pg::text_view(model));
  }
  if (!arguments.is_null(first + 2)) {
    request.weights = pg::float8_array(arguments.datum(first + 2), "weights");
  }
  request.base = arguments.text_or(first + 3, "");
  request.parameters =
      arguments.is_null(first + 4) ? std::string("{}") : pg::jsonb_text(arguments.datum(first + 4));
  return request;
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_merge_models) {
  const pg::Arguments arguments(fcinfo);
  for (int i = 0; i < 3; ++i) {
    if (arguments.is_null(i)) PG_RETURN_NULL();
  }
  const store::MergeRequest request = request_from(arguments, 1);
  const std::string message = "merged by " + std::string(request.method);
  const store::MergeTarget target{.model = arguments.text(0),
                                  .message = arguments.text_or(6, message),
                                  .is_overlay = !arguments.is_null(7) && arguments.boolean(7)};
  return Int64GetDatum(request.method == "passthrough"
                           ? store::stack_layers(target, request.parameters, request.base)
                           : store::merge_models(target, request));
}

HARTONOMOUS_FUNCTION(hartonomous_plan_merge) {
  const pg::Arguments arguments(fcinfo);
  pg::ResultSet out(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) return out.done();
  for (const store::TensorPlan& tensor : store::plan_merge(request_from(arguments, 0)).tensors) {
    const auto bytes = tensor.shared ? 0 : static_cast<std::int64_t>(tensor.frame.key.byte_length);
    out.row(pg::text_datum(tensor.frame.name), pg::text_datum(tensor.shared ? "share" : "merge"),
            Int64GetDatum(bytes),
            tensor.distance ? std::optional(Float8GetDatum(*tensor.distance)) : std::nullopt);
  }
  return out.done();
}
