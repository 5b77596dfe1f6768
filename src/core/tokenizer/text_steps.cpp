// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/text_steps.hpp"

#include <unicode/brkiter.h>
#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uniset.h>
#include <unicode/utext.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/base/utf8.hpp"
#include "core/split/letter_class.hpp"
#include "core/tokenizer/bert_classes.hpp"

namespace hartonomous::core::tokenizer {

namespace {

// Calls visit(codepoint, its bytes) for each character beyond ASCII; runs of ASCII go to
// ascii(run), and bytes that are not UTF-8 are appended.
template <class Ascii, class Visit>
void for_characters(std::string_view text, std::string& out, Ascii&& ascii, Visit&& visit) {
  while (!text.empty()) {
    std::size_t run = 0;
    while (run < text.size() && static_cast<unsigned char>(text[run]) < 0x80) ++run;
    if (run != 0) ascii(text.substr(0, run));
    text.remove_prefix(run);
    if (text.empty()) return;
    const utf8::Decoded decoded = utf8::decode(text);
    const std::size_t length = std::max<std::size_t>(decoded.length, 1);
    if (decoded.length == 0) {
      out += text[0];
    } else {
      visit(decoded.codepoint, text.substr(0, length));
    }
    text.remove_prefix(length);
  }
}

const icu::Normalizer2* newest_normalizer_of(StepKind form, UErrorCode& status) {
  switch (form) {
    case StepKind::kNfc:
      return icu::Normalizer2::getNFCInstance(status);
    case StepKind::kNfd:
      return icu::Normalizer2::getNFDInstance(status);
    case StepKind::kNfkc:
      return icu::Normalizer2::getNFKCInstance(status);
    default:
      return icu::Normalizer2::getNFKDInstance(status);
  }
}

// Hugging Face's normalization is that of Unicode 9.0: characters that came later are starters and
// stay as they are. Null if ICU has no data.
const icu::UnicodeSet* characters_normalized() {
  static const std::unique_ptr<icu::UnicodeSet> set = [] {
    UErrorCode status = U_ZERO_ERROR;
    auto made = std::make_unique<icu::UnicodeSet>(u"[:age=9.0:]", status);
    made->freeze();
    return U_SUCCESS(status) ? std::move(made) : nullptr;
  }();
  return set.get();
}

// Upper case that Unicode has had since version 15, which ICU may not know: from, to, count.
struct CasedRange {
  char32_t from, to, count;
};
constexpr CasedRange kNewerCased[] = {
    {0x1c89, 0x1c8a, 1},    {0xa7cb, 0x264, 1},     {0xa7cc, 0xa7cd, 1}, {0xa7ce, 0xa7cf, 1},
    {0xa7d2, 0xa7d3, 1},    {0xa7d4, 0xa7d5, 1},    {0xa7da, 0xa7db, 1}, {0xa7dc, 0x19b, 1},
    {0x10d50, 0x10d70, 22}, {0x16ea0, 0x16ebb, 25},
};

char32_t lower_of(char32_t c) noexcept {
  for (const CasedRange& range : kNewerCased) {
    if (c - range.from < range.count) return range.to + (c - range.from);
  }
  return static_cast<char32_t>(u_tolower(static_cast<UChar32>(c)));
}

// Where the graphemes of a text end.
class Graphemes {
 public:
  explicit Graphemes(std::string_view text) : size_(text.size()) {
    UErrorCode status = U_ZERO_ERROR;
    breaks_.reset(icu::BreakIterator::createCharacterInstance(icu::Locale::getRoot(), status));
    UText* const opened =
        utext_openUTF8(nullptr, text.data(), static_cast<std::int64_t>(text.size()), &status);
    if (breaks_ != nullptr && U_SUCCESS(status)) breaks_->setText(opened, status);
    utext_close(opened);
    if (U_FAILURE(status)) breaks_.reset();
  }
  // The end of the grapheme that begins at `at`, or of nothing if graphemes cannot be had.
  std::size_t end_after(std::size_t at) {
    if (breaks_ == nullptr) return at;
    const std::int32_t end = breaks_->following(static_cast<std::int32_t>(at));
    return end == icu::BreakIterator::DONE ? size_ : static_cast<std::size_t>(end);
  }

 private:
  std::unique_ptr<icu::BreakIterator> breaks_;
  std::size_t size_;
};

void map_characters(const CharacterMap& map, std::string_view text, std::string& out) {
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8::decode(text).length, 1);
    const CharacterMap::Match found = map.shortest(text.substr(0, length));
    out += found.length != 0 ? found.replacement : text.substr(0, length);
    text.remove_prefix(length);
  }
}

}  // namespace

bool is_ascii(std::string_view text) noexcept {
  std::uint64_t any = 0;
  std::size_t at = 0;
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t word;
    std::memcpy(&word, text.data() + at, 8);
    any |= word;
  }
  for (; at < text.size(); ++at) any |= static_cast<unsigned char>(text[at]);
  return (any & 0x8080808080808080U) == 0;
}

void clean_text(std::string_view text, std::string& out) {
  const auto is_control = [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n' && c != '\r') ||
           c == 0x7f;
  };
  const auto ascii = [&](std::string_view run) {
    for (const char c : run) {
      if (!is_control(c)) out += c < ' ' ? ' ' : c;
    }
  };
  for_characters(text, out, ascii, [&](char32_t c, std::string_view bytes) {
    const BertClass one = BertClasses::instance().of(c);
    if (one == BertClass::kSpace && c != 0x85) {
      out += ' ';
    } else if (one != BertClass::kControl && c != 0x85) {
      out += bytes;
    }
  });
}

void space_ideographs(std::string_view text, std::string& out) {
  for_characters(
      text, out, [&](std::string_view run) { out += run; },
      [&](char32_t c, std::string_view bytes) {
        const bool is_alone = is_bert_ideograph(c);
        if (is_alone) out += ' ';
        out += bytes;
        if (is_alone) out += ' ';
      });
}

void strip_marks(std::string_view text, std::string& out) {
  for_characters(
      text, out, [&](std::string_view run) { out += run; },
      [&](char32_t c, std::string_view bytes) {
        if (BertClasses::instance().of(c) != BertClass::kMark) out += bytes;
      });
}

void lowercase(std::string_view text, std::string& out) {
  const auto ascii = [&](std::string_view run) {
    const std::size_t begin = out.size();
    out += run;
    for (std::size_t i = begin; i < out.size(); ++i) {
      const auto c = static_cast<unsigned char>(out[i]);
      out[i] = static_cast<char>(c | (static_cast<unsigned char>(c - 'A') < 26 ? 0x20 : 0));
    }
  };
  for_characters(text, out, ascii, [&](char32_t c, std::string_view) {
    constexpr char32_t kDottedI = 0x130, kDot = 0x307;  // the one character that becomes two
    utf8::append(out, c == kDottedI ? U'i' : lower_of(c));
    if (c == kDottedI) utf8::append(out, kDot);
  });
}

void normalize_unicode(StepKind form, std::string_view text, std::string& out) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* const newest = newest_normalizer_of(form, status);
  const icu::UnicodeSet* const characters = characters_normalized();
  const bool is_utf8 = utf8::first_invalid(text) == text.size();
  if (is_ascii(text) || newest == nullptr || characters == nullptr || !is_utf8) {
    out += text;
    return;
  }
  const icu::FilteredNormalizer2 normalizer(*newest, *characters);
  const std::size_t before = out.size();
  icu::StringByteSink<std::string> sink(&out);
  const icu::StringPiece piece(text.data(), static_cast<std::int32_t>(text.size()));
  normalizer.normalizeUTF8(0, piece, sink, nullptr, status);
  if (U_SUCCESS(status)) return;
  out.resize(before);
  out += text;
}

void join_runs(std::string_view text, std::string_view from, std::string_view to,
               std::string& out) {
  while (!text.empty()) {
    const std::size_t at = text.find(from);
    out += text.substr(0, at);
    if (at == text.npos) return;
    text.remove_prefix(at);
    std::size_t count = 0;
    for (; text.starts_with(from); ++count) text.remove_prefix(from.size());
    out += count > 1 ? to : from;
  }
}

void join_white_space(std::string_view text, std::string_view to, std::string& out) {
  const split::LetterClasses& classes = split::LetterClasses::instance();
  bool was_space = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto one = classes.at(text, at);
    const bool is_space = one.letter_class == split::LetterClass::kSpace;
    if (!is_space) {
      out += text.substr(at, one.length);
    } else if (!was_space) {
      out += to;
    }
    was_space = is_space;
    at += one.length;
  }
}

void strip_space(std::string_view text, bool left, bool right, std::string& out) {
  const split::LetterClasses& classes = split::LetterClasses::instance();
  while (left && !text.empty()) {
    const auto first = classes.at(text, 0);
    if (first.letter_class != split::LetterClass::kSpace) break;
    text.remove_prefix(first.length);
  }
  while (right && !text.empty()) {
    std::size_t begin = text.size() - 1;
    while (begin > 0 && text.size() - begin < 4 && (text[begin] & 0xc0) == 0x80) --begin;
    const auto last = classes.at(text, begin);
    const bool is_space = last.letter_class == split::LetterClass::kSpace;
    if (!is_space || begin + last.length != text.size()) break;
    text.remove_suffix(last.length);
  }
  out += text;
}

void map_graphemes(const CharacterMap& map, std::string_view text, std::string& out) {
  constexpr std::size_t kLongestMapped = 5;
  std::unique_ptr<Graphemes> graphemes;
  for (std::size_t at = 0; at < text.size();) {
    const auto is_plain = [&](std::size_t i) {
      return i < text.size() && static_cast<unsigned char>(text[i]) < 0x80 && text[i] != '\r';
    };
    std::size_t end = at + 1;
    if (is_plain(at) && map.keeps(static_cast<unsigned char>(text[at])) &&
        (end == text.size() || is_plain(end))) {
      out += text[at];
      at = end;
      continue;
    }
    if (!is_plain(at) || (end < text.size() && !is_plain(end))) {
      if (graphemes == nullptr) graphemes = std::make_unique<Graphemes>(text);
      end = graphemes->end_after(at);
      if (end <= at) end = at + std::max<std::size_t>(utf8::decode(text.substr(at)).length, 1);
    }
    const std::string_view grapheme = text.substr(at, end - at);
    const CharacterMap::Match found =
        grapheme.size() <= kLongestMapped ? map.shortest(grapheme) : CharacterMap::Match();
    if (found.length != 0) {
      out += found.replacement;
    } else {
      map_characters(map, grapheme, out);
    }
    at = end;
  }
}

}  // namespace hartonomous::core::tokenizer
