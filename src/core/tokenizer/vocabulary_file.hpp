// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One door to all files that hold a model's vocabulary. Content decides the format; a name never
// does. Everything declared is checked against the bytes that are there before it is believed.
#pragma once

#include <string>

#include "core/base/byte_source.hpp"
#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/cpe/vocabulary_content.hpp"
#include "core/format/parse.hpp"

namespace hartonomous::core::tokenizer {

enum class VocabularyFormat : std::uint8_t {
  kGguf,
  kTokenizerJson,
  kVocabJson,  // needs merges.txt beside it
  kSentencePiece,
  kTiktoken,
  kWordPiece,
};
const char* name(VocabularyFormat format) noexcept;  // "gguf", "tokenizer.json", ...

// kMalformed if it is nothing known.
Result<VocabularyFormat> detect_vocabulary(ByteSource& source, Checkpoint& checkpoint);

struct VocabularyFile {
  VocabularyFormat format;
  cpe::VocabularyContent content;
};

// `merges` is the text of merges.txt, needed by kVocabJson only and empty otherwise. All but GGUF,
// of which only the header is read, are read whole: kLimitExceeded above limits.max_header_bytes.
// kMalformed, kBadEncoding, kUnsupported, kNotFound (a GGUF file without a vocabulary),
// kOutOfMemory, kIoError.
Result<VocabularyFile> read_vocabulary(ByteSource& source, std::string_view merges,
                                       const format::Limits& limits, Checkpoint& checkpoint);

// The whole of a source; kLimitExceeded above `limit` bytes.
Result<std::string> read_all(ByteSource& source, std::uint64_t limit, Checkpoint& checkpoint);

}  // namespace hartonomous::core::tokenizer
