// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "pg/json.hpp"

#include <algorithm>

namespace hartonomous::pg {

namespace {

using core::Code;

std::string_view text_of(const JsonbValue& value) {
  return {value.val.string.val, static_cast<std::size_t>(value.val.string.len)};
}

}  // namespace

Datum jsonb_datum(const std::string& text) {
  return call([&] { return DirectFunctionCall1(jsonb_in, CStringGetDatum(text.c_str())); });
}

std::string jsonb_text(Datum value) {
  return call([&] {
    Jsonb* json = DatumGetJsonbP(value);
    return JsonbToCString(nullptr, &json->root, static_cast<int>(VARSIZE(json)));
  });
}

std::vector<std::pair<std::string, std::string>> string_members(
    Datum object, const char* parameter, std::span<const std::string_view> allowed) {
  Jsonb* json = call([&] { return DatumGetJsonbP(object); });
  if (!JB_ROOT_IS_OBJECT(json)) {
    raise({Code::kInvalidArgument, std::string(parameter) + " must be a JSON object"});
  }
  std::vector<std::pair<std::string, std::string>> members;
  JsonbIterator* iterator = call([&] { return JsonbIteratorInit(&json->root); });
  JsonbValue value;
  const auto next = [&] {
    return call([&] { return JsonbIteratorNext(&iterator, &value, true); });
  };
  for (JsonbIteratorToken token = next(); token != WJB_DONE; token = next()) {
    if (token == WJB_KEY) {
      const std::string_view key = text_of(value);
      if (std::ranges::find(allowed, key) == allowed.end()) {
        raise({Code::kInvalidArgument,
               std::string(parameter) + " has no member " + core::quoted(key)});
      }
      members.emplace_back(key, "");
    } else if (token == WJB_VALUE) {
      if (value.type != jbvString) {
        raise({Code::kInvalidArgument, std::string(parameter) + " member " +
                                           core::quoted(members.back().first) +
                                           " must be a string"});
      }
      members.back().second = text_of(value);
    }
  }
  return members;
}

std::vector<Datum> array_members(Datum array, const char* parameter) {
  Jsonb* json = call([&] { return DatumGetJsonbP(array); });
  if (!JB_ROOT_IS_ARRAY(json) || JB_ROOT_IS_SCALAR(json)) {
    raise({Code::kInvalidArgument, std::string(parameter) + " must be a JSON array"});
  }
  std::vector<Datum> members(JB_ROOT_COUNT(json));
  call([&] {
    for (std::size_t i = 0; i < members.size(); ++i) {
      JsonbValue* value = getIthJsonbValueFromContainer(&json->root, static_cast<uint32>(i));
      members[i] = JsonbPGetDatum(JsonbValueToJsonb(value));
    }
  });
  return members;
}

}  // namespace hartonomous::pg
