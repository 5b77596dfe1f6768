// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/entry_names.hpp"

#include <unicode/unorm2.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <string>
#include <vector>

#include "core/base/utf8.hpp"
#include "core/format/sorted_order.hpp"

namespace hartonomous::core::format {

namespace {

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
}

// `name` in Unicode's composed form. REQUIRES: valid UTF-8.
std::string composed(std::string_view name) {
  std::u16string wide(name.size(), u'\0');
  std::int32_t length = 0;
  UErrorCode error = U_ZERO_ERROR;
  u_strFromUTF8(wide.data(), static_cast<std::int32_t>(wide.size()), &length, name.data(),
                static_cast<std::int32_t>(name.size()), &error);
  std::u16string out(static_cast<std::size_t>(length) * 3 + 1, u'\0');
  const UNormalizer2* form = unorm2_getNFCInstance(&error);
  const std::int32_t count = unorm2_normalize(form, wide.data(), length, out.data(),
                                              static_cast<std::int32_t>(out.size()), &error);
  if (U_FAILURE(error)) return std::string(name);
  return {reinterpret_cast<const char*>(out.data()), static_cast<std::size_t>(count) * 2};
}

}  // namespace

Status check_entry_name(std::string_view name, std::string_view archive) {
  if (utf8::first_invalid(name) != name.size()) {
    return {Code::kBadEncoding,
            "name " + quoted(name) + " in the " + std::string(archive) + " is not UTF-8"};
  }
  const bool has_odd = std::ranges::any_of(name, [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '\x7f' || c == '\\' || c == ':';
  });
  bool climbs = false;
  for (std::string_view rest = name; !rest.empty();) {
    const std::size_t slash = rest.find('/');
    const std::string_view part = rest.substr(0, slash);
    climbs |= part.empty() || part == "." || part == "..";
    rest = slash == rest.npos ? std::string_view{} : rest.substr(slash + 1);
  }
  if (name.empty() || has_odd || climbs) {
    return {Code::kMalformed, "unusual name " + quoted(name) + " in the " + std::string(archive)};
  }
  return Status::ok();
}

Status check_distinct_names(std::span<const std::string_view> names, std::string_view archive,
                            ParseBudget& budget, Checkpoint& checkpoint) {
  HARTONOMOUS_CHECK(budget.charge(names.size() * sizeof(std::uint32_t)));
  if (const auto twice = first_duplicate(names, checkpoint, std::identity())) {
    return {Code::kMalformed,
            "name " + quoted(names[*twice]) + " is twice in the " + std::string(archive)};
  }
  std::vector<std::string> forms;
  for (const std::string_view name : names) {
    if (is_ascii(name)) continue;
    HARTONOMOUS_CHECK(budget.charge(sizeof(std::string) + 6 * name.size()));
    forms.push_back(composed(name));
    if (forms.size() % 1024 == 0) checkpoint.reached(0);
  }
  if (first_duplicate(forms, checkpoint, std::identity())) {
    return {Code::kMalformed,
            "two names in the " + std::string(archive) + " differ only in their Unicode form"};
  }
  return Status::ok();
}

}  // namespace hartonomous::core::format
