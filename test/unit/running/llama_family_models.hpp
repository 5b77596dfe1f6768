// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "family_models.hpp"

namespace hartonomous::test {

std::vector<FamilyModel> llama_family_models();

// A table of numbers in centre ± spread.
void fill(Tables& tables, Dice& dice, const std::string& name, std::vector<std::uint64_t> shape,
          double centre, double spread);
// "name.weight" so large that outputs are about `gain` times the inputs.
void fill_matrix(Tables& tables, Dice& dice, const std::string& name, std::size_t outputs,
                 std::size_t inputs, double gain = 1);
// base^(-2i/dimensions), for each pair.
reference::Vector frequencies(std::size_t dimensions, double base);

}  // namespace hartonomous::test
