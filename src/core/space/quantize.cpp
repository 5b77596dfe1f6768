// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/space/quantize.hpp"

#include <charconv>

namespace hartonomous::core::space {

namespace {

void append_number(std::string& out, double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  out.append(digits, end);
}

}  // namespace

Result<Cell4> quantize(const Point4& p) {
  if (in_unit_cube(p)) return cell_of(p);
  std::string shown = "point (";
  append_number(shown, p.x);
  for (const double c : {p.y, p.z, p.m}) append_number(shown += ", ", c);
  return Status(Code::kOutOfRange, shown + ") lies outside the cube from -1 to 1");
}

}  // namespace hartonomous::core::space
