// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/segmenter.hpp"

#include <algorithm>

#include "core/text/sentence_breaker.hpp"
#include "core/text/word_breaker.hpp"

namespace hartonomous::core::text {

struct Segmenter::State {
  BreakClasses classes;
  WordBreaker word_breaker{classes};
  SentenceBreaker sentence_breaker{classes};
  std::vector<std::uint32_t> words, sentences;  // ends of the started text
  std::size_t next_word = 0, next_sentence = 0;
};

Segmenter::Segmenter(std::unique_ptr<State> state) noexcept : state_(std::move(state)) {}
Segmenter::~Segmenter() = default;
Segmenter::Segmenter(Segmenter&&) noexcept = default;
Segmenter& Segmenter::operator=(Segmenter&&) noexcept = default;

Result<Segmenter> Segmenter::open() { return Segmenter(std::make_unique<State>()); }

Status Segmenter::start(std::string_view text) {
  State& s = *state_;
  s.words.clear();
  s.sentences.clear();
  s.next_word = s.next_sentence = 0;
  s.sentence_breaker.find(text, s.sentences);
  return s.word_breaker.find(text, s.words);
}

Segmenter::Word Segmenter::next() noexcept {
  State& s = *state_;
  const std::size_t word = s.words[s.next_word], sentence = s.sentences[s.next_sentence];
  s.next_word += word <= sentence;
  s.next_sentence += sentence <= word;
  return {std::min(word, sentence), sentence <= word};
}

std::string segmentation() {
  return "UAX #29, Unicode " + unicode_version() + ", ICU " + dictionary_version() +
         " dictionaries";
}

}  // namespace hartonomous::core::text
