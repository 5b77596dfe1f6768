// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/datum.hpp"

namespace hartonomous::pg {

namespace {

// A one-dimensional array of `count` fixed-width elements, copied from `values`.
Datum fixed_array(const void* values, std::size_t count, Oid type, std::size_t width) {
  return call([&] {
    const Size bytes = ARR_OVERHEAD_NONULLS(1) + count * width;
    auto* array = static_cast<ArrayType*>(palloc0(bytes));
    SET_VARSIZE(array, bytes);
    array->ndim = 1;
    array->elemtype = type;
    ARR_DIMS(array)[0] = static_cast<int>(count);
    ARR_LBOUND(array)[0] = 1;
    if (count > 0) std::memcpy(ARR_DATA_PTR(array), values, count * width);
    return PointerGetDatum(count > 0 ? array : construct_empty_array(type));
  });
}

template <class View, class Make>
Datum varlena_array(std::span<const View> values, Oid type, Make make) {
  return call([&] {
    auto* elements = static_cast<Datum*>(palloc(sizeof(Datum) * (values.size() + 1)));
    for (std::size_t i = 0; i < values.size(); ++i) elements[i] = make(values[i]);
    return PointerGetDatum(
        construct_array(elements, static_cast<int>(values.size()), type, -1, false, TYPALIGN_INT));
  });
}

Datum make_varlena(const void* data, std::size_t size) {
  auto* value = static_cast<bytea*>(palloc(VARHDRSZ + size));
  SET_VARSIZE(value, VARHDRSZ + size);
  if (size > 0) std::memcpy(VARDATA(value), data, size);
  return PointerGetDatum(value);
}

}  // namespace

Datum text_datum(std::string_view value) {
  return call([&] { return make_varlena(value.data(), value.size()); });
}
Datum bytea_datum(core::Bytes value) {
  return call([&] { return make_varlena(value.data(), value.size()); });
}
Datum int8_array_datum(std::span<const std::int64_t> values) {
  return fixed_array(values.data(), values.size(), INT8OID, sizeof(std::int64_t));
}
Datum int4_array_datum(std::span<const std::int32_t> values) {
  return fixed_array(values.data(), values.size(), INT4OID, sizeof(std::int32_t));
}
Datum float4_array_datum(std::span<const float> values) {
  return fixed_array(values.data(), values.size(), FLOAT4OID, sizeof(float));
}
Datum float8_array_datum(std::span<const double> values) {
  return fixed_array(values.data(), values.size(), FLOAT8OID, sizeof(double));
}
Datum text_array_datum(std::span<const std::string_view> values) {
  return varlena_array(values, TEXTOID,
                       [](std::string_view v) { return make_varlena(v.data(), v.size()); });
}
Datum bytea_array_datum(std::span<const core::Bytes> values) {
  return varlena_array(values, BYTEAOID,
                       [](core::Bytes v) { return make_varlena(v.data(), v.size()); });
}

void free_datum(Datum value) {
  call([&] { pfree(DatumGetPointer(value)); });
}

std::string_view text_view(Datum value) { return core::as_text(bytea_view(value)); }

core::Bytes bytea_view(Datum value) {
  const auto* detoasted = call([&] { return PG_DETOAST_DATUM_PACKED(value); });
  return {reinterpret_cast<const std::byte*>(VARDATA_ANY(detoasted)),
          static_cast<std::size_t>(VARSIZE_ANY_EXHDR(detoasted))};
}

namespace {

// The elements of an array of a fixed-size type that is `type`.
template <class T>
std::vector<T> plain_array(Datum value, Oid type) {
  const ArrayType* array = call([&] { return DatumGetArrayTypeP(value); });
  if (ARR_NDIM(array) == 0) return {};
  if (ARR_NDIM(array) != 1 || ARR_ELEMTYPE(array) != type ||
      array_contains_nulls(const_cast<ArrayType*>(array))) {
    raise({core::Code::kInvalidArgument, "array must have one dimension and no null elements"});
  }
  const auto* first = reinterpret_cast<const T*>(ARR_DATA_PTR(array));
  return {first, first + ARR_DIMS(array)[0]};
}

}  // namespace

std::vector<std::int64_t> int8_array(Datum value) {
  return plain_array<std::int64_t>(value, INT8OID);
}
std::vector<std::int32_t> int4_array(Datum value) {
  return plain_array<std::int32_t>(value, INT4OID);
}

void Arguments::require(int i, const char* parameter) const {
  if (is_null(i)) {
    raise({core::Code::kInvalidArgument, std::string(parameter) + " must not be null"});
  }
}

}  // namespace hartonomous::pg
