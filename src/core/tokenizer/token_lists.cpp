// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/token_lists.hpp"

#include <algorithm>
#include <array>

#include "core/base/utf8.hpp"
#include "core/tokenizer/derive_merges.hpp"
#include "core/tokenizer/spelled_vocabulary.hpp"
#include "core/tokenizer/tiktoken_file.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::TokenType;

// The next line without its end; `text` goes on after it.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

TokenType type_of_word(std::string_view word) noexcept {
  constexpr std::array<std::string_view, 4> kControl = {"[CLS]", "[SEP]", "[PAD]", "[MASK]"};
  if (word == "[UNK]") return TokenType::kUnknown;
  return std::ranges::find(kControl, word) == kControl.end() ? TokenType::kNormal
                                                             : TokenType::kControl;
}

}  // namespace

bool looks_like_rank_list(std::string_view text, Checkpoint& checkpoint) {
  constexpr std::size_t kLongestLine = 2 * cpe::kMaxTokenBytes;
  text = text.substr(0, kLongestLine);
  const auto first = read_tiktoken(take_line(text), checkpoint);
  return first.is_ok() && first.value().tokens.size() == 1;
}

Result<cpe::VocabularyContent> read_rank_list(std::string_view text, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const TiktokenFile file, read_tiktoken(text, checkpoint));
  SpelledVocabulary list;
  for (const cpe::RankedToken& token : file.tokens) {
    HARTONOMOUS_CHECK(list.add(token.id, {std::string(token.bytes), TokenType::kNormal, 0, true}));
  }
  cpe::VocabularyContent vocabulary;
  vocabulary.pattern = "unknown";
  vocabulary.merges_by_bytes = true;
  vocabulary.ignore_merges = true;
  HARTONOMOUS_CHECK(read_spelling(list, Spelling::kByteLevel, vocabulary, checkpoint));
  derive_merges(vocabulary, checkpoint);
  return vocabulary;
}

Result<cpe::VocabularyContent> read_wordpiece_list(std::string_view text, Checkpoint& checkpoint) {
  SpelledVocabulary list;
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.empty() || utf8::first_invalid(line) != line.size()) {
      return Status(line.empty() ? Code::kMalformed : Code::kBadEncoding,
                    line.empty() ? "empty line in a list of tokens" : "token is not UTF-8")
          .with_detail("It is line " + std::to_string(list.tokens.size() + 1) + ".");
    }
    HARTONOMOUS_CHECK(
        list.put(list.tokens.size(), {std::string(line), type_of_word(line), 0, false}));
    if (list.tokens.size() % 4096 == 0) checkpoint.reached(0);
  }
  cpe::VocabularyContent vocabulary;
  vocabulary.algorithm = cpe::Algorithm::kWordPiece;
  vocabulary.units_are_bytes = false;
  HARTONOMOUS_CHECK(read_spelling(list, Spelling::kWordPiece, vocabulary, checkpoint));
  return vocabulary;
}

}  // namespace hartonomous::core::tokenizer
