// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Asking a domain: which word follows a text, and how likely a text is.
//
// Text is cut into words as learning cuts it (core/text/word_tokens.hpp). Where a text has several
// lines, each is a sentence, and no context crosses its ends. The domain is looked up as the
// caller, under row security; its distributions are then read as the system.
#pragma once

#include <optional>
#include <string_view>

#include "store/edge_cache.hpp"
#include "store/edge_distribution.hpp"
#include "store/edge_sources.hpp"
#include "store/edge_words.hpp"

namespace hartonomous::store {

class Predictor {
 public:
  // Throws Failure as find_domain().
  explicit Predictor(std::optional<std::string_view> domain);

  // Remembers a text that stood before, and from now on all that is read: its last words are mixed
  // into every answer. Of a long text only the end is looked at.
  void remember(std::string_view history);
  // Goes to where `text` ends. With `from_start`, its last line is a sentence from its beginning;
  // otherwise it begins somewhere in one.
  void read(std::string_view text, bool from_start);
  // Goes on by a word, or by the end of the sentence (an empty one) to the beginning of the next.
  void read_word(std::int64_t word);
  // The last words read, as many as can matter, and the way to others. Skips the history.
  const std::vector<std::int64_t>& context() const noexcept { return context_; }
  void go_to(std::span<const std::int64_t> words) { distribution_.go_to(words); }
  void forget_history() noexcept { cache_.reset(); }
  // Goes to the beginning of a sentence.
  void begin_sentence();

  // The k likeliest continuations here, likeliest first.
  std::vector<Successor> top(std::size_t k);
  Successor score(std::int64_t word);

  // kUnknownWord for a word that nobody has learned; the empty spelling is the end of a sentence.
  std::int64_t word(std::string_view spelling);
  std::string_view spelling(std::int64_t word) { return words_.spelling(word); }

 private:
  std::vector<Successor> top_with_cache(std::size_t k);
  void remember_line(std::string_view line);

  Domain domain_;
  DistributionReader distribution_;
  WordReader words_;
  std::unordered_map<std::string, std::int64_t> known_;
  std::vector<std::int64_t> context_;  // the last words, oldest first
  std::optional<TextCache> cache_;
};

// Calls visit(position, token, Successor) for each word of `content`, counted from 1, and with an
// empty token for each end of a sentence. Lines without words are passed over.
template <class Visit>
void score_text(Predictor& predictor, std::string_view content, core::Checkpoint& checkpoint,
                Visit&& visit);

// 2 to the mean number of bits that a word or a sentence's end takes; nothing for a text without
// words. Unknown words count with the probability of being unknown.
std::optional<double> perplexity(Predictor& predictor, std::string_view content,
                                 core::Checkpoint& checkpoint);

}  // namespace hartonomous::store

#include "core/text/word_tokens.hpp"

namespace hartonomous::store {

template <class Visit>
void score_text(Predictor& predictor, std::string_view content, core::Checkpoint& checkpoint,
                Visit&& visit) {
  std::int64_t position = 0;
  const auto score = [&](std::string_view token) {
    const std::int64_t word = predictor.word(token);
    visit(++position, token, predictor.score(word));
    predictor.read_word(word);
  };
  while (!content.empty()) {
    const std::string_view line = content.substr(0, content.find('\n'));
    content.remove_prefix(std::min(content.size(), line.size() + 1));
    core::text::WordTokens tokens(line);
    std::string_view token = tokens.next();
    checkpoint.reached(line.size());
    if (token.empty()) continue;
    predictor.begin_sentence();
    for (; !token.empty(); token = tokens.next()) score(token);
    score({});
  }
}

}  // namespace hartonomous::store
