// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/token_lists.hpp"

#include <algorithm>
#include <charconv>

#include "core/base/utf8.hpp"
#include "core/tokenizer/derive_merges.hpp"
#include "core/tokenizer/spelled_vocabulary.hpp"

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

int base64_digit(char c) noexcept {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

// Canonical base64 with padding (RFC 4648, section 4).
bool decode_base64(std::string_view text, std::string& out) {
  if (text.empty() || text.size() % 4 != 0) return false;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  out.clear();
  unsigned bits = 0, count = 0;
  for (const char c : text.substr(0, text.size() - padding)) {
    const int digit = base64_digit(c);
    if (digit < 0) return false;
    bits = bits << 6 | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xff);
    bits &= (1U << count) - 1;
  }
  return bits == 0;
}

struct Rank {
  std::string bytes;
  std::uint64_t rank = 0;
};

bool read_rank_line(std::string_view line, Rank& out) {
  const std::size_t space = line.find(' ');
  if (space == line.npos || !decode_base64(line.substr(0, space), out.bytes)) return false;
  const char* const end = line.data() + line.size();
  const auto read = std::from_chars(line.data() + space + 1, end, out.rank);
  return read.ec == std::errc() && read.ptr == end;
}

}  // namespace

bool looks_like_rank_list(std::string_view text) noexcept {
  constexpr std::size_t kLongestLine = 4 * cpe::kMaxTokenBytes;
  text = text.substr(0, kLongestLine);
  Rank rank;
  return read_rank_line(take_line(text), rank);
}

Result<cpe::VocabularyContent> read_rank_list(std::string_view text, Checkpoint& checkpoint) {
  SpelledVocabulary list;
  Rank rank;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = take_line(text);
    if (line.empty()) continue;
    if (!read_rank_line(line, rank)) {
      return Status(Code::kMalformed, "malformed list of ranks")
          .with_detail("Line " + std::to_string(number) + " is " + quoted(line) + ".");
    }
    HARTONOMOUS_CHECK(list.add(rank.rank, {std::move(rank.bytes), TokenType::kNormal, 0, true}));
    if (number % 4096 == 0) checkpoint.reached(0);
  }
  cpe::VocabularyContent vocabulary;
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
    TokenType type = TokenType::kNormal;
    if (line.size() > 2 && line.starts_with('[') && line.ends_with(']')) {
      type = line == "[UNK]" ? TokenType::kUnknown : TokenType::kControl;
    }
    HARTONOMOUS_CHECK(list.put(list.tokens.size(), {std::string(line), type, 0, false}));
    if (list.tokens.size() % 4096 == 0) checkpoint.reached(0);
  }
  cpe::VocabularyContent vocabulary;
  vocabulary.algorithm = cpe::Algorithm::kWordPiece;
  vocabulary.units_are_bytes = false;
  HARTONOMOUS_CHECK(read_spelling(list, Spelling::kWordPiece, vocabulary, checkpoint));
  return vocabulary;
}

}  // namespace hartonomous::core::tokenizer
