// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The spellings are those of the models' own vocabularies; llama.cpp ends answers at the same.
#include "core/tokenizer/end_of_generation.hpp"

#include <algorithm>

namespace hartonomous::core::tokenizer {

namespace {

constexpr std::string_view kEnds[] = {
    "<|eot_id|>",
    "<|im_end|>",
    "<|end|>",
    "<|return|>",
    "<|call|>",
    "<|flush|>",
    "<|calls|>",
    "<end_of_turn>",
    "<|endoftext|>",
    "</s>",
    "<|eom_id|>",
    "<EOT>",
    "_<EOT>",
    "[EOT]",
    "[EOS]",
    "<|end_of_text|>",
    "<end_of_utterance>",
    "<eos>",
    "<turn|>",
    "<|tool_response>",
    "<\xef\xbd\x9c"
    "end\xe2\x96\x81"
    "of\xe2\x96\x81sentence\xef\xbd\x9c>",
    "[e~[",
};

}  // namespace

void collect_ends(Definition& definition) {
  std::vector<TokenId>& ends = definition.special.end_of_generation;
  const auto& tokens = definition.vocabulary.tokens;
  for (TokenId id = 0; id < tokens.size(); ++id) {
    if (std::ranges::find(kEnds, tokens[id].bytes) != std::end(kEnds)) ends.push_back(id);
  }
  if (definition.special.end) ends.push_back(*definition.special.end);
  std::ranges::sort(ends);
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
}

}  // namespace hartonomous::core::tokenizer
