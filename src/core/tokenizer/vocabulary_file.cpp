// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/vocabulary_file.hpp"

#include <algorithm>
#include <array>

#include "core/tokenizer/gguf_vocabulary.hpp"
#include "core/tokenizer/sentencepiece_model.hpp"
#include "core/tokenizer/token_lists.hpp"
#include "core/tokenizer/tokenizer_json.hpp"

namespace hartonomous::core::tokenizer {

namespace {

constexpr std::array kNames = {"gguf",          "tokenizer.json", "vocab.json",
                               "sentencepiece", "tiktoken",       "wordpiece"};
constexpr std::size_t kGlance = 64 * 1024;  // what detection looks at
constexpr std::size_t kPiece = 1 << 20;

bool is_plain_text(std::string_view text) noexcept {
  return std::ranges::none_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 && c != '\n' && c != '\r' && c != '\t';
  });
}

Result<VocabularyFormat> detect_start(std::string_view start, Checkpoint& checkpoint) {
  if (start.starts_with("GGUF")) return VocabularyFormat::kGguf;
  if (looks_like_sentencepiece(as_bytes(start))) return VocabularyFormat::kSentencePiece;
  const std::size_t first = start.find_first_not_of(" \t\r\n");
  if (first != start.npos && start[first] == '{') {
    return looks_like_vocab_json(start, checkpoint) ? VocabularyFormat::kVocabJson
                                                    : VocabularyFormat::kTokenizerJson;
  }
  if (looks_like_rank_list(start, checkpoint)) return VocabularyFormat::kTiktoken;
  if (!start.empty() && is_plain_text(start)) return VocabularyFormat::kWordPiece;
  return Status(Code::kMalformed, "file is no vocabulary")
      .with_detail("It begins with " + quoted(start, 8) + ".")
      .with_hint(
          "GGUF, tokenizer.json, vocab.json with merges.txt, SentencePiece models, "
          "tiktoken ranks and vocab.txt are read.");
}

Result<cpe::VocabularyContent> read_gguf(ByteSource& source, const format::Limits& limits,
                                         Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const format::FileLayout layout, format::parse(source, limits, checkpoint));
  return read_gguf_vocabulary(layout.metadata, checkpoint);
}

Result<cpe::VocabularyContent> read_text(VocabularyFormat format, std::string_view text,
                                         std::string_view merges, Checkpoint& checkpoint) {
  switch (format) {
    case VocabularyFormat::kTokenizerJson:
      return read_tokenizer_json(text, checkpoint);
    case VocabularyFormat::kVocabJson:
      return read_vocab_json(text, merges, checkpoint);
    case VocabularyFormat::kSentencePiece:
      return read_sentencepiece(as_bytes(text), checkpoint);
    case VocabularyFormat::kTiktoken:
      return read_rank_list(text, checkpoint);
    case VocabularyFormat::kWordPiece:
    case VocabularyFormat::kGguf:
      break;
  }
  return read_wordpiece_list(text, checkpoint);
}

}  // namespace

const char* name(VocabularyFormat format) noexcept {
  return kNames[static_cast<std::size_t>(format)];
}

Result<VocabularyFormat> detect_vocabulary(ByteSource& source, Checkpoint& checkpoint) {
  std::string start(std::min<std::uint64_t>(source.size(), kGlance), '\0');
  HARTONOMOUS_CHECK(source.read(0, std::as_writable_bytes(std::span(start))));
  return detect_start(start, checkpoint);
}

Result<std::string> read_all(ByteSource& source, std::uint64_t limit, Checkpoint& checkpoint) {
  if (source.size() > limit) {
    return Status(Code::kLimitExceeded, "vocabulary file is too large")
        .with_detail("It has " + std::to_string(source.size()) + " bytes; the limit is " +
                     std::to_string(limit) + ".");
  }
  std::string text(source.size(), '\0');
  for (std::size_t at = 0; at < text.size(); at += kPiece) {
    const std::size_t count = std::min(kPiece, text.size() - at);
    HARTONOMOUS_CHECK(source.read(at, std::as_writable_bytes(std::span(text).subspan(at, count))));
    checkpoint.reached(count);
  }
  return text;
}

Result<VocabularyFile> read_vocabulary(ByteSource& source, std::string_view merges,
                                       const format::Limits& limits, Checkpoint& checkpoint) {
  HARTONOMOUS_TRY(const VocabularyFormat format, detect_vocabulary(source, checkpoint));
  if (format == VocabularyFormat::kGguf) {
    HARTONOMOUS_TRY(cpe::VocabularyContent content, read_gguf(source, limits, checkpoint));
    return VocabularyFile{format, std::move(content)};
  }
  HARTONOMOUS_TRY(const std::string text, read_all(source, limits.max_header_bytes, checkpoint));
  HARTONOMOUS_TRY(cpe::VocabularyContent content, read_text(format, text, merges, checkpoint));
  return VocabularyFile{format, std::move(content)};
}

}  // namespace hartonomous::core::tokenizer
