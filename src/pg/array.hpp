// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Array arguments of any element type.
#pragma once

#include <span>
#include <vector>

#include "pg/boundary.hpp"

namespace hartonomous::pg {

// The elements of an array, in storage order; the Datums borrow the current memory context.
// Throws Failure (kInvalidArgument), naming `parameter`, if one of them is NULL.
std::vector<Datum> array_elements(Datum array, const char* parameter);

// The elements of a real[] without NULLs, of any number of dimensions, in storage order; borrowed
// like them. kInvalidArgument otherwise.
std::span<const float> float4_array_view(Datum array);

// A real[] or double precision[] as it lies, borrowed likewise.
class FloatArray {
 public:
  explicit FloatArray(Datum array);
  int dimensions() const noexcept { return dimensions_; }  // 0: it is empty
  std::size_t count() const noexcept { return count_; }
  std::size_t width() const noexcept { return width_; }  // of its last dimension
  bool has_nulls() const noexcept { return has_nulls_; }
  // In storage order. REQUIRES: !has_nulls().
  void append_to(std::vector<double>& values) const;

 private:
  const void* elements_ = nullptr;
  std::size_t count_ = 0, width_ = 0;
  int dimensions_ = 0;
  bool has_nulls_ = false, is_single_ = false;
};

// The elements of a double precision[]; kInvalidArgument, naming `parameter`, if one is NULL.
std::vector<double> float8_array(Datum array, const char* parameter);

// A two-dimensional double precision[], row after row. REQUIRES: columns > 0, which divides the
// number of values.
Datum float8_matrix_datum(std::span<const double> values, std::size_t columns);

}  // namespace hartonomous::pg
