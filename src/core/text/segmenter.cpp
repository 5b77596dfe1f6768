// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/segmenter.hpp"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/uversion.h>

namespace hartonomous::core::text {

namespace {

struct CloseIterator {
  void operator()(UBreakIterator* iterator) const noexcept { ubrk_close(iterator); }
};
using Iterator = std::unique_ptr<UBreakIterator, CloseIterator>;

Status icu_status(UErrorCode code) {
  if (U_SUCCESS(code)) return Status::ok();
  if (code == U_MEMORY_ALLOCATION_ERROR) return {Code::kOutOfMemory, "out of memory"};
  return Status{Code::kUnsupported, "Unicode segmentation is not available"}.with_detail(
      std::string("ICU reports ") + u_errorName(code) + ".");
}

Result<Iterator> open_iterator(UBreakIteratorType type) {
  UErrorCode code = U_ZERO_ERROR;
  Iterator iterator(ubrk_open(type, "root", nullptr, 0, &code));
  HARTONOMOUS_CHECK(icu_status(code));
  return iterator;
}

}  // namespace

struct Segmenter::State {
  Iterator words, sentences;
  std::size_t size = 0;
  std::size_t word = 0, sentence = 0;  // the boundaries last reported by the iterators

  static std::size_t advance(UBreakIterator* iterator, std::size_t size) noexcept {
    const std::int32_t boundary = ubrk_next(iterator);
    return boundary == UBRK_DONE ? size : static_cast<std::size_t>(boundary);
  }
};

Segmenter::Segmenter(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Segmenter::~Segmenter() = default;
Segmenter::Segmenter(Segmenter&&) noexcept = default;
Segmenter& Segmenter::operator=(Segmenter&&) noexcept = default;

Result<Segmenter> Segmenter::open() {
  auto state = std::make_unique<State>();
  HARTONOMOUS_TRY(state->words, open_iterator(UBRK_WORD));
  HARTONOMOUS_TRY(state->sentences, open_iterator(UBRK_SENTENCE));
  return Segmenter(std::move(state));
}

Status Segmenter::start(std::string_view text) {
  UErrorCode code = U_ZERO_ERROR;
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, text.data(), static_cast<std::int64_t>(text.size()), &code);
  for (const Iterator* iterator : {&state_->words, &state_->sentences}) {
    ubrk_setUText(iterator->get(), &view, &code);
    if (U_SUCCESS(code)) ubrk_first(iterator->get());
  }
  utext_close(&view);
  HARTONOMOUS_CHECK(icu_status(code));
  state_->size = text.size();
  state_->word = state_->sentence = 0;
  if (!text.empty()) {
    state_->word = State::advance(state_->words.get(), text.size());
    state_->sentence = State::advance(state_->sentences.get(), text.size());
  }
  return Status::ok();
}

Segmenter::Word Segmenter::next() noexcept {
  State& s = *state_;
  const Word found{std::min(s.word, s.sentence), s.sentence <= s.word};
  if (s.word == found.end) s.word = State::advance(s.words.get(), s.size);
  if (s.sentence == found.end) s.sentence = State::advance(s.sentences.get(), s.size);
  return found;
}

std::string segmentation() {
  char icu[U_MAX_VERSION_STRING_LENGTH], unicode[U_MAX_VERSION_STRING_LENGTH];
  UVersionInfo version;
  u_getVersion(version);
  u_versionToString(version, icu);
  u_getUnicodeVersion(version);
  u_versionToString(version, unicode);
  return std::string("ICU ") + icu + ", Unicode " + unicode;
}

}  // namespace hartonomous::core::text
