// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Methods whose result is a sum of multiples of what is merged: which multiples.
#pragma once

#include <vector>

#include "core/merge/dot_products.hpp"
#include "core/merge/recipe.hpp"

namespace hartonomous::core::merge {

// Whether the method is one of them.
bool is_combination(Method method) noexcept;
// Whether the multiples depend on the vectors and not on the recipe alone.
bool needs_products(Method method) noexcept;

// One for each vector: the models, or the base first where it is the first model, or how the models
// differ from the base. `gram` has their products; of a method that needs none it is not looked at.
// Where directions cancel or there is none, so that no mean of them is defined, the weighted
// arithmetic mean is taken. O(vectors^2), times iterations.
std::vector<double> coefficients(const Recipe& recipe, const Gram& gram);

}  // namespace hartonomous::core::merge
