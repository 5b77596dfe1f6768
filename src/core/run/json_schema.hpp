// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// JSON Schema as a grammar, so that an answer is a value of a shape. Source: JSON Schema 2020-12.
#pragma once

#include <string>
#include <string_view>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"

namespace hartonomous::core::run {

// GBNF (grammar.hpp) of values of the schema. Understood are type, enum and const of scalars, anyOf
// and oneOf (as anyOf); properties, required and additionalProperties: false (which is also what
// its absence is taken for); items, minItems, maxItems; minLength, maxLength. Members come in the
// order in which `schema` has them, once each. Words that only describe are passed over.
//
// kUnsupported for any other word, naming it; kMalformed for text that is no such schema;
// kLimitExceeded below 32 levels. The text may exceed what Grammar::compile() accepts. O(text).
Result<std::string> json_schema_grammar(std::string_view schema, Checkpoint& checkpoint);

}  // namespace hartonomous::core::run
