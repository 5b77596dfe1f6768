// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/wide_numeric.hpp"

#include <algorithm>

namespace hartonomous::pg {

namespace {

constexpr std::size_t kMostDigits = 38;  // 10^38 < 2^127

}  // namespace

Datum numeric_datum(__int128 value) {
  char digits[48];
  char* first = digits + sizeof digits;
  *--first = '\0';
  const bool is_negative = value < 0;
  do {
    const int digit = static_cast<int>(value % 10);
    *--first = static_cast<char>('0' + (digit < 0 ? -digit : digit));
    value /= 10;
  } while (value != 0);
  if (is_negative) *--first = '-';
  return call([&] {
    return DirectFunctionCall3(numeric_in, CStringGetDatum(first), ObjectIdGetDatum(InvalidOid),
                               Int32GetDatum(-1));
  });
}

__int128 wide_integer(Datum numeric) {
  std::string_view text =
      call([&] { return DatumGetCString(DirectFunctionCall1(numeric_out, numeric)); });
  const bool is_negative = text.starts_with('-');
  text.remove_prefix(is_negative ? 1 : 0);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.empty() || text.size() > kMostDigits || !std::ranges::all_of(text, is_digit)) {
    raise({core::Code::kOutOfRange, "number is not whole or has more than 38 digits"});
  }
  __int128 value = 0;
  for (const char c : text) value = value * 10 + (c - '0');
  return is_negative ? -value : value;
}

}  // namespace hartonomous::pg
