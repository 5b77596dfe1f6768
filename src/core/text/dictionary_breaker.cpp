// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/dictionary_breaker.hpp"

#include <unicode/ubrk.h>
#include <unicode/uchar.h>
#include <unicode/utext.h>
#include <unicode/uversion.h>

namespace hartonomous::core::text {

namespace {

Status icu_status(UErrorCode code) {
  if (U_SUCCESS(code)) return Status::ok();
  if (code == U_MEMORY_ALLOCATION_ERROR) return {Code::kOutOfMemory, "out of memory"};
  return Status{Code::kUnsupported, "dictionaries for word boundaries are not available"}
      .with_detail(std::string("ICU reports ") + u_errorName(code) + ".");
}

std::string dotted(const UVersionInfo version) {
  char text[U_MAX_VERSION_STRING_LENGTH];
  u_versionToString(version, text);
  return text;
}

}  // namespace

struct DictionaryBreaker::Iterator {
  UBreakIterator* words = nullptr;
  ~Iterator() {
    if (words != nullptr) ubrk_close(words);
  }
};

DictionaryBreaker::DictionaryBreaker() noexcept = default;
DictionaryBreaker::~DictionaryBreaker() = default;
DictionaryBreaker::DictionaryBreaker(DictionaryBreaker&&) noexcept = default;
DictionaryBreaker& DictionaryBreaker::operator=(DictionaryBreaker&&) noexcept = default;

Status DictionaryBreaker::split(std::string_view run, std::size_t offset,
                                std::vector<std::uint32_t>& ends) {
  UErrorCode code = U_ZERO_ERROR;
  if (!iterator_) {
    auto opened = std::make_unique<Iterator>();
    opened->words = ubrk_open(UBRK_WORD, "root", nullptr, 0, &code);
    HARTONOMOUS_CHECK(icu_status(code));
    iterator_ = std::move(opened);
  }
  UText view = UTEXT_INITIALIZER;
  utext_openUTF8(&view, run.data(), static_cast<std::int64_t>(run.size()), &code);
  ubrk_setUText(iterator_->words, &view, &code);
  utext_close(&view);
  HARTONOMOUS_CHECK(icu_status(code));
  ubrk_first(iterator_->words);
  for (;;) {
    const std::int32_t at = ubrk_next(iterator_->words);
    if (at == UBRK_DONE || static_cast<std::size_t>(at) >= run.size()) return Status::ok();
    ends.push_back(static_cast<std::uint32_t>(offset + static_cast<std::size_t>(at)));
  }
}

std::string dictionary_version() {
  UVersionInfo version;
  u_getVersion(version);
  return dotted(version);
}

std::string unicode_version() {
  UVersionInfo version;
  u_getUnicodeVersion(version);
  return dotted(version);
}

}  // namespace hartonomous::core::text
