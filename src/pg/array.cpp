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

}  // namespace hartonomous::pg
