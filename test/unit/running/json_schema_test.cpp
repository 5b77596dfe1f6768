// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/json_schema.hpp"

#include <catch2/catch.hpp>

#include "core/run/grammar_state.hpp"

namespace core = hartonomous::core;
namespace run = hartonomous::core::run;
using core::Code;

namespace {

Code code_of(std::string_view schema) {
  core::NoCheckpoint checkpoint;
  const auto text = run::json_schema_grammar(schema, checkpoint);
  return text.is_ok() ? Code::kOk : text.status().code();
}

// Whether the schema's grammar matches all of `text`.
bool matches(std::string_view schema, std::string_view text) {
  core::NoCheckpoint checkpoint;
  auto source = run::json_schema_grammar(schema, checkpoint);
  if (!source.is_ok()) FAIL(source.status().message());
  auto grammar = run::Grammar::compile(source.value());
  if (!grammar.is_ok()) FAIL(grammar.status().message() + source.value());
  auto state = run::GrammarState::create(grammar.value()).value();
  return state.accept(text).is_ok() && state.is_complete();
}

}  // namespace

TEST_CASE("a schema's scalars", "[run][json_schema]") {
  CHECK(matches("{}", R"([1, {"a": null}])"));
  CHECK(matches("true", "3.5"));
  CHECK(matches(R"({"type": "integer"})", "-12"));
  CHECK_FALSE(matches(R"({"type": "integer"})", "1.5"));
  CHECK(matches(R"({"type": "number", "title": "n"})", "1.5e3"));
  CHECK(matches(R"({"type": ["boolean", "null"]})", "null"));
  CHECK_FALSE(matches(R"({"type": ["boolean", "null"]})", "0"));
  constexpr std::string_view kShort = R"({"type": "string", "minLength": 1, "maxLength": 3})";
  CHECK(matches(kShort, R"("a\né")"));
  CHECK_FALSE(matches(kShort, R"("")"));
  CHECK_FALSE(matches(kShort, R"("abcd")"));
  constexpr std::string_view kChoice = R"({"enum": ["a\"b\\", 7, null], "type": "string"})";
  CHECK(matches(kChoice, R"("a\"b\\")"));
  CHECK(matches(kChoice, "7"));
  CHECK_FALSE(matches(kChoice, "8"));
  CHECK(matches(R"({"const": -1.50})", "-1.50"));
}

TEST_CASE("a schema's arrays and alternatives", "[run][json_schema]") {
  constexpr std::string_view kFew =
      R"({"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 3})";
  CHECK(matches(kFew, "[1,2]"));
  CHECK(matches(kFew, "[1, 2, 3]"));
  CHECK_FALSE(matches(kFew, "[1]"));
  CHECK_FALSE(matches(kFew, "[1,2,3,4]"));
  CHECK(matches(R"({"items": {"type": "null"}})", "[]"));
  CHECK(matches(R"({"items": {"type": "null"}})", "[null,null,null,null]"));
  CHECK(matches(R"({"type": "array", "maxItems": 0})", "[]"));
  CHECK_FALSE(matches(R"({"type": "array", "maxItems": 0})", "[1]"));
  constexpr std::string_view kEither =
      R"({"anyOf": [{"type": "boolean"}, {"type": "array", "items": {"const": 1}}]})";
  CHECK(matches(kEither, "true"));
  CHECK(matches(kEither, "[1,1]"));
  CHECK_FALSE(matches(kEither, "1"));
}

TEST_CASE("a schema's objects", "[run][json_schema]") {
  constexpr std::string_view kObject = R"({"type": "object",
    "properties": {"a": {"type": "integer"}, "b": {"type": "null"}, "c \"": {"type": "boolean"}},
    "required": ["b"], "additionalProperties": false})";
  CHECK(matches(kObject, R"({"a": 1, "b": null, "c \"": true})"));
  CHECK(matches(kObject, R"({"b":null})"));
  CHECK(matches(kObject, R"({"a": 1, "b": null})"));
  CHECK(matches(kObject, R"({"b": null, "c \"": false})"));
  for (const char* wrong :
       {"{}", R"({"a": 1})", R"({"b": null, "a": 1})", R"({"a": 1,})", R"({, "b": null})",
        R"({"b": null, "b": null})", R"({"b": null, "d": 1})"}) {
    CHECK_FALSE(matches(kObject, wrong));
  }
  constexpr std::string_view kOptional =
      R"({"properties": {"a": {"const": 1}, "b": {"const": 2}, "c": {"const": 3}}})";
  for (const char* right : {"{}", R"({"a":1})", R"({"b":2})", R"({"c":3})", R"({"a":1,"c":3})",
                            R"({"b":2,"c":3})", R"({"a":1,"b":2,"c":3})"}) {
    CHECK(matches(kOptional, right));
  }
  CHECK_FALSE(matches(kOptional, R"({"c":3,"a":1})"));
  CHECK(matches(R"({"type": "object"})", R"({"x": {"y": [1]}})"));
}

TEST_CASE("what a schema may not say", "[run][json_schema]") {
  CHECK(code_of(R"({"$ref": "#/x"})") == Code::kUnsupported);
  CHECK(code_of(R"({"type": "string", "pattern": "a"})") == Code::kUnsupported);
  CHECK(code_of(R"({"enum": [[1]]})") == Code::kUnsupported);
  CHECK(code_of(R"({"additionalProperties": true})") == Code::kUnsupported);
  CHECK(code_of(R"({"enum": [1], "items": {}})") == Code::kUnsupported);
  CHECK(code_of(R"({"type": "thing"})") == Code::kMalformed);
  CHECK(code_of(R"({"enum": []})") == Code::kMalformed);
  CHECK(code_of(R"({"type": "object", "required": ["a"]})") == Code::kMalformed);
  CHECK(code_of("[1]") == Code::kMalformed);
  CHECK(code_of("{} {}") == Code::kMalformed);
  std::string deep;
  for (int i = 0; i < 40; ++i) deep += R"({"items": )";
  CHECK(code_of(deep) == Code::kLimitExceeded);
}
