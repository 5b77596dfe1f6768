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

FloatArray::FloatArray(Datum value) {
  call([&] {
    ArrayType* array = DatumGetArrayTypeP(value);
    dimensions_ = ARR_NDIM(array);
    count_ = static_cast<std::size_t>(ArrayGetNItems(dimensions_, ARR_DIMS(array)));
    if (dimensions_ > 0) width_ = static_cast<std::size_t>(ARR_DIMS(array)[dimensions_ - 1]);
    has_nulls_ = array_contains_nulls(array);
    is_single_ = ARR_ELEMTYPE(array) == FLOAT4OID;
    elements_ = ARR_DATA_PTR(array);
  });
}

void FloatArray::append_to(std::vector<double>& values) const {
  if (is_single_) {
    const auto* first = static_cast<const float*>(elements_);
    values.insert(values.end(), first, first + count_);
  } else {
    const auto* first = static_cast<const double*>(elements_);
    values.insert(values.end(), first, first + count_);
  }
}

std::vector<double> float8_array(Datum array, const char* parameter) {
  std::vector<double> values;
  for (const Datum value : array_elements(array, parameter))
    values.push_back(DatumGetFloat8(value));
  return values;
}

Datum float8_matrix_datum(std::span<const double> values, std::size_t columns) {
  return call([&] {
    if (values.empty()) return PointerGetDatum(construct_empty_array(FLOAT8OID));
    const std::size_t bytes = ARR_OVERHEAD_NONULLS(2) + values.size_bytes();
    auto* array = static_cast<ArrayType*>(palloc0(bytes));
    SET_VARSIZE(array, bytes);
    array->ndim = 2;
    array->elemtype = FLOAT8OID;
    ARR_DIMS(array)[0] = static_cast<int>(values.size() / columns);
    ARR_DIMS(array)[1] = static_cast<int>(columns);
    ARR_LBOUND(array)[0] = ARR_LBOUND(array)[1] = 1;
    std::memcpy(ARR_DATA_PTR(array), values.data(), values.size_bytes());
    return PointerGetDatum(array);
  });
}

}  // namespace hartonomous::pg
