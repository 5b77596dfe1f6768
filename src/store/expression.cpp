// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/expression.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>

#include "core/format/metadata.hpp"
#include "pg/array.hpp"
#include "pg/spi.hpp"

namespace hartonomous::store {

namespace {

constexpr std::string_view kNames[] = {"lora", "svd", "linear", "slice", "cast"};

[[noreturn]] void corrupt(std::string_view what) {
  pg::raise({core::Code::kCorrupt, "an expression has " + std::string(what)});
}

std::uint32_t natural(const pg::Rows& rows, std::size_t row, int column) {
  const std::int64_t value = rows.int8(row, column);
  if (value < 1 || value > INT32_MAX) corrupt("a row order that is none");
  return static_cast<std::uint32_t>(value);
}

Operation operation_at(const pg::Rows& rows, std::size_t row, int column) {
  const auto* found = std::ranges::find(kNames, rows.text(row, column));
  if (found == std::end(kNames)) corrupt("an unknown operation");
  return static_cast<Operation>(found - kNames);
}

// Columns as kColumns has them.
NamedStep step_at(const pg::Rows& rows, std::size_t i) {
  NamedStep step;
  step.tensor = rows.text(i, 0);
  for (const Datum name : pg::array_elements(rows.datum(i, 2), "operands")) {
    step.operands.emplace_back(pg::text_view(name));
  }
  StepParameters& own = step.parameters;
  own.operation = operation_at(rows, i, 1);
  own.scale = static_cast<float>(rows.float8(i, 3));
  own.rows = {natural(rows, i, 4), natural(rows, i, 5), natural(rows, i, 6)};
  own.keep = rows.float8(i, 7);
  own.weights = pg::float8_array(rows.datum(i, 8), "weights");
  own.starts = pg::int8_array(rows.datum(i, 9));
  own.type = core::tensor::dtype_by_name(rows.text(i, 10));
  return step;
}

#define HARTONOMOUS_STEP_COLUMNS                                                      \
  "SELECT name, operation, operands, coalesce((parameters ->> 'scale')::float8, 1), " \
  "coalesce((parameters -> 'row_order' ->> 0)::int8, 1), "                            \
  "coalesce((parameters -> 'row_order' ->> 1)::int8, 1), "                            \
  "coalesce((parameters -> 'row_order' ->> 2)::int8, 1), "                            \
  "coalesce((parameters ->> 'keep')::float8, 1), "                                    \
  "ARRAY(SELECT jsonb_array_elements_text(parameters -> 'weights')::float8), "        \
  "ARRAY(SELECT jsonb_array_elements_text(parameters -> 'starts')::int8), "           \
  "coalesce(parameters ->> 'type', '') FROM hartonomous.version_tensor_step "

std::vector<NamedStep> steps_from(const pg::Rows& rows) {
  std::vector<NamedStep> steps;
  steps.reserve(rows.count());
  for (std::size_t i = 0; i < rows.count(); ++i) steps.push_back(step_at(rows, i));
  return steps;
}

template <class T>
std::string digits_of(T value) {
  char digits[40];
  return {digits, std::to_chars(digits, digits + sizeof digits, value).ptr};
}

template <class T, class Spell>
void append_array(std::string& json, const std::vector<T>& values, Spell spell) {
  json += '[';
  for (const T& value : values) {
    if (json.back() != '[') json += ',';
    spell(value);
  }
  json += ']';
}

void append_step(std::string& json, const NamedStep& step) {
  const StepParameters& own = step.parameters;
  json += "{\"operation\":\"";
  json += kNames[static_cast<std::size_t>(own.operation)];
  json += "\",\"operands\":";
  append_array(json, step.operands,
               [&](const std::string& name) { core::format::append_json_string(json, name); });
  const auto number = [&](auto value) { json += digits_of(value); };
  if (own.operation == Operation::kLora) json += ",\"scale\":" + digits_of(own.scale);
  if (own.rows != core::run::RowOrder{}) {
    json += ",\"row_order\":";
    append_array(json, std::vector{own.rows.outer, own.rows.inner, own.rows.run}, number);
  }
  if (own.keep != 1) json += ",\"keep\":" + digits_of(own.keep);
  if (!own.weights.empty()) {
    json += ",\"weights\":";
    append_array(json, own.weights, number);
  }
  if (!own.starts.empty()) {
    json += ",\"starts\":";
    append_array(json, own.starts, number);
  }
  if (own.type) json += ",\"type\":\"" + std::string(core::tensor::info(*own.type).name) + '"';
  json += '}';
}

}  // namespace

std::vector<NamedStep> steps_of(std::int64_t version_id) {
  static pg::Statement find(HARTONOMOUS_STEP_COLUMNS "WHERE version_id = $1 ORDER BY name, seq");
  pg::Spi spi;
  return steps_from(spi.query(find, pg::Parameters().int8(version_id)));
}

std::vector<NamedStep> steps_of(std::int64_t version_id, std::string_view tensor) {
  static pg::Statement find(HARTONOMOUS_STEP_COLUMNS
                            "WHERE version_id = $1 AND name = $2 ORDER BY seq");
  pg::Spi spi;
  return steps_from(spi.query(find, pg::Parameters().int8(version_id).text(tensor)));
}

std::string steps_json(std::span<const NamedStep> steps) {
  std::string json = "[";
  for (const NamedStep& step : steps) {
    if (json.size() > 1) json += ',';
    append_step(json, step);
  }
  return json += ']';
}

std::string next_operand_prefix(std::span<const std::string> names) {
  for (std::size_t number = 1;; ++number) {
    std::string prefix = std::string(kOperandPrefix) + std::to_string(number) + ":";
    const auto has = [&](const std::string& name) { return name.starts_with(prefix); };
    if (std::ranges::none_of(names, has)) return prefix;
  }
}

}  // namespace hartonomous::store
