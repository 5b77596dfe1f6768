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

#include "store/edge_mixture.hpp"
#include "store/edge_words.hpp"

namespace hartonomous::store {

class Predictor {
 public:
  // Throws Failure as find_domain().
  explicit Predictor(std::optional<std::string_view> domain);
  Predictor(const Predictor&) = delete;
  Predictor& operator=(const Predictor&) = delete;

  // From now on answers are the domain's mixture, that fitted for it or a given one, and all that
  // is read is remembered. Throws Failure as find_mixture().
  void adapt() { adapt(find_mixture(domain_.domain_id)); }
  void adapt(const Mixture& mixture, bool has_weights = true);
  // adapt(), after a text that stood before. Of a long one only the end is looked at.
  void remember(std::string_view history);
  // What was read before stood in another document.
  void begin_document() noexcept;
  // A sentence that is remembered and not gone through.
  void skim(std::span<const std::int64_t> sentence) {
    if (mixture_) mixture_->read(sentence);
  }
  // Goes to where `text` ends. With `from_start`, its last line is a sentence from its beginning;
  // otherwise it begins somewhere in one.
  void read(std::string_view text, bool from_start);
  // Goes on by a word, or by the end of the sentence (an empty one) to the beginning of the next.
  void read_word(std::int64_t word);
  // The last words read, as many as can matter, and the way to others. Skips the history.
  const std::vector<std::int64_t>& context() const noexcept { return context_; }
  void go_to(std::span<const std::int64_t> words) { distribution_.go_to(words); }
  void forget_history() noexcept { mixture_.reset(); }
  // Goes to the beginning of a sentence.
  void begin_sentence();

  // The k likeliest continuations here, likeliest first.
  std::vector<Successor> top(std::size_t k);
  Successor score(std::int64_t word);
  // Whether the word is in the vocabulary that is used.
  bool knows(std::int64_t word) {
    return mixture_ ? mixture_->symbol(word) != core::graph::kUnknown : distribution_.knows(word);
  }
  // REQUIRES: adapt().
  DomainMixture& mixture() noexcept { return *mixture_; }
  const Domain& domain() const noexcept { return domain_; }

  // kUnknownWord for a word that nobody has learned; the empty spelling is the end of a sentence.
  std::int64_t word(std::string_view spelling);
  std::string_view spelling(std::int64_t word) { return words_.spelling(word); }

 private:
  void settle();
  std::size_t longest_context() const noexcept;
  void add_line(std::string_view line, std::vector<std::int64_t>& words);

  Domain domain_;
  DistributionReader distribution_;
  WordReader words_;
  core::graph::SymbolTable spellings_;
  std::vector<std::int64_t> atoms_ =
      std::vector<std::int64_t>(core::graph::kFirstWord, kUnknownWord);  // of each spelling
  std::vector<std::int64_t> context_;  // the last words, oldest first
  std::optional<DomainMixture> mixture_;
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
