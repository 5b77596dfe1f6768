// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The matrices of a model by their names in both kinds of files, for what was made for one kind and
// is used with the other.
#pragma once

#include <string>
#include <vector>

#include "core/run/families.hpp"
#include "core/run/row_order.hpp"

namespace hartonomous::core::run {

struct MatrixNames {
  std::string gguf, hugging_face;
  RowOrder rows;  // from the Hugging Face file's to GGUF's
};

// The matrices that multiply, those of stacked experts excepted, which only GGUF has. Each has two
// entries: files of one model may name it with the family's prefix or without. O(layers).
// `gguf`: the family that such a model is in GGUF files, where Mistral is Llama.
std::vector<MatrixNames> matrix_names(const ModelDescription& model, const Family& gguf,
                                      const Family& hugging_face);

}  // namespace hartonomous::core::run
