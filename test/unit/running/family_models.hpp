// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A small random model of each family, named as Hugging Face files name it, with its config.json
// and the reference's settings; and, where GGUF files of the family exist, its twin as the
// converter of llama.cpp would write it.
#pragma once

#include <optional>

#include "core/format/metadata.hpp"
#include "reference.hpp"
#include "table_weights.hpp"

namespace hartonomous::test {

using Tokens = std::vector<unsigned>;
using Oracle = std::function<reference::Rows(const Tables&, const Tokens&)>;

struct GgufTwin {
  core::format::Metadata metadata;
  Tables tables;
  Oracle oracle;  // over the original's tables
};

struct FamilyModel {
  std::string name;
  std::string config;
  Tables tables;
  Oracle oracle;  // logits, or an encoder's hidden states
  std::optional<GgufTwin> twin;
};

inline constexpr std::size_t kVocabulary = 61;

// All of them.
std::vector<FamilyModel> family_models();

}  // namespace hartonomous::test
