// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/array.hpp"

#include <algorithm>

namespace hartonomous::pg {

std::vector<Datum> array_elements(Datum value, const char* parameter) {
  struct Elements {
    Datum* values;
    bool* nulls;
    int count;
  };
  const Elements e = call([&] {
    ArrayType* array = DatumGetArrayTypeP(value);
    int16 width;
    bool by_value;
    char alignment;
    get_typlenbyvalalign(ARR_ELEMTYPE(array), &width, &by_value, &alignment);
    Elements out;
    deconstruct_array(array, ARR_ELEMTYPE(array), width, by_value, alignment, &out.values,
                      &out.nulls, &out.count);
    return out;
  });
  if (std::find(e.nulls, e.nulls + e.count, true) != e.nulls + e.count) {
    raise({core::Code::kInvalidArgument, std::string(parameter) + " must not contain nulls"});
  }
  return {e.values, e.values + e.count};
}

std::span<const float> float4_array_view(Datum value) {
  struct View {
    const float* values;
    std::size_t count;
    bool is_plain;
  };
  const View view = call([value] {
    ArrayType* array = DatumGetArrayTypeP(value);
    const int count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
    return View{reinterpret_cast<const float*>(ARR_DATA_PTR(array)),
                static_cast<std::size_t>(count),
                ARR_ELEMTYPE(array) == FLOAT4OID && !array_contains_nulls(array)};
  });
  if (!view.is_plain) raise({core::Code::kInvalidArgument, "array must not contain nulls"});
  return {view.values, view.count};
}

std::vector<double> float8_array(Datum array, const char* parameter) {
  std::vector<double> values;
  for (const Datum value : array_elements(array, parameter)) values.push_back(DatumGetFloat8(value));
  return values;
}

}  // namespace hartonomous::pg
