// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Real vocabularies and the ids that the reference tokenizers gave, where the machine has them.
#pragma once

#include <simdjson.h>

#include <memory>
#include <string>
#include <vector>

#include "core/cpe/vocabulary.hpp"
#include "core/tokenizer/tiktoken_file.hpp"
#include "../shared_data.hpp"

namespace hartonomous::test {

inline std::filesystem::path tokenizer_data() { return shared_data() / "tokenizers"; }

using VocabularyPointer = std::shared_ptr<const core::cpe::Vocabulary>;

inline core::Result<VocabularyPointer> tiktoken_vocabulary(const std::filesystem::path& path) {
  core::NoCheckpoint checkpoint;
  HARTONOMOUS_TRY(const auto file, core::tokenizer::read_tiktoken(file_contents(path), checkpoint));
  return core::cpe::Vocabulary::from_ranks(core::cpe::Unit::kByte, file.tokens,
                                           core::cpe::WholePiece::kFirst, checkpoint);
}

struct GoldenCase {
  std::string text;
  std::vector<core::cpe::TokenId> ids;
};

// Lines {"text": ..., "ids": [...]}.
inline std::vector<GoldenCase> golden_cases(const std::filesystem::path& path) {
  std::vector<GoldenCase> cases;
  simdjson::dom::parser parser;
  for (const auto line : parser.load_many(path.string())) {
    GoldenCase& one = cases.emplace_back();
    one.text = std::string_view(line["text"]);
    for (const std::uint64_t id : line["ids"]) {
      one.ids.push_back(static_cast<core::cpe::TokenId>(id));
    }
  }
  return cases;
}

}  // namespace hartonomous::test
