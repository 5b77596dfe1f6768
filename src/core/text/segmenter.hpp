// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Word and sentence boundaries by Unicode Standard Annex #29, untailored but for words of scripts
// that do not show where they end (see word_breaker.hpp). Every sentence boundary also counts as a
// word boundary. The classes of characters are those of ICU's Unicode version: see segmentation().
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace hartonomous::core::text {

class Segmenter {
 public:
  static Result<Segmenter> open();
  ~Segmenter();
  Segmenter(Segmenter&&) noexcept;
  Segmenter& operator=(Segmenter&&) noexcept;

  // Starts on `text`, which must be valid UTF-8 of less than 4 GiB. Does all the work, in O(text).
  Status start(std::string_view text);

  struct Word {
    std::size_t end;     // byte offset just after the word; words follow one another without gaps
    bool ends_sentence;  // a sentence ends here too
  };
  // The next word. REQUIRES: started, and the last word's end was before the end of the text.
  Word next() noexcept;

 private:
  struct State;
  explicit Segmenter(std::unique_ptr<State> state) noexcept;
  std::unique_ptr<State> state_;
};

// Which rules cut the text, such as 'UAX #29, Unicode 15.0, ICU 72.1 dictionaries'.
std::string segmentation();

}  // namespace hartonomous::core::text
