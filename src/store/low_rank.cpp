// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "store/low_rank.hpp"

#include <charconv>

#include "core/format/metadata.hpp"
#include "pg/spi.hpp"
#include "store/tensor_values.hpp"

namespace hartonomous::store {

namespace {

std::uint32_t natural(const pg::Rows& rows, std::size_t row, int column) {
  const std::int64_t value = rows.int8(row, column);
  if (value < 1 || value > INT32_MAX) {
    pg::raise({core::Code::kCorrupt, "an overlay's row order is no order"});
  }
  return static_cast<std::uint32_t>(value);
}

std::vector<NamedStep> steps_from(const pg::Rows& rows) {
  std::vector<NamedStep> steps;
  steps.reserve(rows.count());
  for (std::size_t i = 0; i < rows.count(); ++i) {
    steps.push_back({std::string(rows.text(i, 0)),
                     std::string(rows.text(i, 1)),
                     std::string(rows.text(i, 2)),
                     static_cast<float>(rows.float8(i, 3)),
                     {natural(rows, i, 4), natural(rows, i, 5), natural(rows, i, 6)}});
  }
  return steps;
}

}  // namespace

std::vector<NamedStep> steps_of(std::int64_t version_id) {
  static pg::Statement find(
      "SELECT name, operands[1], operands[2], (parameters ->> 'scale')::float8, "
      "coalesce((parameters -> 'row_order' ->> 0)::int8, 1), "
      "coalesce((parameters -> 'row_order' ->> 1)::int8, 1), "
      "coalesce((parameters -> 'row_order' ->> 2)::int8, 1) "
      "FROM hartonomous.version_tensor_step WHERE version_id = $1 ORDER BY name, seq");
  pg::Spi spi;
  return steps_from(spi.query(find, pg::Parameters().int8(version_id)));
}

std::vector<NamedStep> steps_of(std::int64_t version_id, std::string_view tensor) {
  static pg::Statement find(
      "SELECT name, operands[1], operands[2], (parameters ->> 'scale')::float8, "
      "coalesce((parameters -> 'row_order' ->> 0)::int8, 1), "
      "coalesce((parameters -> 'row_order' ->> 1)::int8, 1), "
      "coalesce((parameters -> 'row_order' ->> 2)::int8, 1) "
      "FROM hartonomous.version_tensor_step WHERE version_id = $1 AND name = $2 ORDER BY seq");
  pg::Spi spi;
  return steps_from(spi.query(find, pg::Parameters().int8(version_id).text(tensor)));
}

std::string steps_json(std::span<const NamedStep> steps) {
  std::string json = "[";
  for (const NamedStep& step : steps) {
    if (json.size() > 1) json += ',';
    json += "{\"operation\":\"lora\",\"operands\":[";
    core::format::append_json_string(json, step.a);
    json += ',';
    core::format::append_json_string(json, step.b);
    json += "],\"scale\":";
    char digits[32];
    json.append(digits, std::to_chars(digits, digits + sizeof digits, step.scale).ptr);
    if (step.rows != core::run::RowOrder{}) {
      json += ",\"row_order\":[" + std::to_string(step.rows.outer) + ',' +
              std::to_string(step.rows.inner) + ',' + std::to_string(step.rows.run) + ']';
    }
    json += '}';
  }
  return json += ']';
}

bool is_overlay(std::int64_t version_id) {
  static pg::Statement find(
      "SELECT EXISTS (SELECT FROM hartonomous.version_tensor WHERE version_id = $1 "
      "AND steps IS NOT NULL)");
  pg::Spi spi;
  return spi.query(find, pg::Parameters().int8(version_id)).boolean(0, 0);
}

LowRankTerms::LowRankTerms(const TensorKey& tensor)
    : inputs_(tensor.shape.empty() ? 1 : tensor.shape.back()) {
  for (const TensorStep& step : tensor.steps) {
    terms_.push_back({read_values(step.factors.front()), read_values(step.factors.back()),
                      step.factors.front().shape.front(), step.scale, step.rows.inverse()});
  }
}

void LowRankTerms::add(std::uint64_t first, std::span<float> values) const noexcept {
  for (const Term& term : terms_) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t row = term.to_b.place((first + i) / inputs_);
      const std::size_t column = (first + i) % inputs_;
      float sum = 0;
      for (std::size_t r = 0; r < term.rank; ++r) {
        sum += term.b[row * term.rank + r] * term.a[r * inputs_ + column];
      }
      values[i] += term.scale * sum;
    }
  }
}

}  // namespace hartonomous::store
