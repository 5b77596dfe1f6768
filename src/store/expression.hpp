// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tensors that are expressions: a stored tensor, and steps that each make a new value x of the one
// before, with operands that are tensors of the same version and may be expressions themselves.
// docs/internals/versions.md, "Expressions", has their form in the catalogue.
//
//   lora    A, B      x + scale * B * A
//   svd     U, S, V   keep * x + U * diag(S) * V
//   linear  T...      keep * x + the sum of weight * T
//   slice   T         the part of T, of x's shape, that begins at `starts`
//   cast              x rounded to the values of a type
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/run/row_order.hpp"
#include "core/tensor/dtype.hpp"

namespace hartonomous::store {

// What the names of an expression's operands and of their files begin with; a number and a colon,
// one for what came together, and the name in their own model follow.
inline constexpr std::string_view kOperandPrefix = "operand:";

enum class Operation : std::uint8_t { kLora, kSvd, kLinear, kSlice, kCast };

struct StepParameters {
  Operation operation = Operation::kLora;
  float scale = 1;                                         // lora
  core::run::RowOrder rows = {};                           // lora: from B's to the tensor's
  double keep = 1;                                         // svd, linear
  std::vector<double> weights = {};                        // linear: one for each operand
  std::vector<std::int64_t> starts = {};                   // slice: one for each dimension
  std::optional<core::tensor::DType> type = std::nullopt;  // cast
};

// One step, by the names of tensors in the version.
struct NamedStep {
  std::string tensor;  // whose value it is a step of
  std::vector<std::string> operands;
  StepParameters parameters;
};
// Of all tensors of a version; those of a tensor in the order in which they apply. kCorrupt for
// what is none. REQUIRES: owner's rights.
std::vector<NamedStep> steps_of(std::int64_t version_id);
// Of one tensor. Runs as the caller.
std::vector<NamedStep> steps_of(std::int64_t version_id, std::string_view tensor);
// As manifest_tensor.steps has them.
std::string steps_json(std::span<const NamedStep> steps);

// What stands before the names of the operands to come: "operand:1:", ...; `names` are the
// version's.
std::string next_operand_prefix(std::span<const std::string> names);

}  // namespace hartonomous::store
