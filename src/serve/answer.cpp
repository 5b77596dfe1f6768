// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/answer.hpp"

#include <algorithm>

#include "core/run/log_probability.hpp"

namespace hartonomous::serve {

std::vector<TokenId> prompt_tokens(OpenModel& model, std::string_view prompt) {
  pg::PollCheckpoint checkpoint;
  std::vector<TokenId> tokens;
  pg::check(model.tokenizer().encode(prompt, {}, tokens, checkpoint));
  return tokens;
}

Answer::Answer(std::shared_ptr<OpenModel> model, std::vector<TokenId> prompt,
               const AnswerOptions& options)
    : sequence_(std::move(model), prompt),
      history_(std::move(prompt)),
      prompt_length_(history_.size()),
      reused_(sequence_.length()),
      max_tokens_(options.max_tokens),
      sampler_(options.sampling),
      text_(pg::check(core::run::StopStrings::create(options.stop))) {
  if (!options.grammar_source.empty()) {
    if (options.grammar_source != "json") {
      grammar_ = std::make_unique<const core::run::Grammar>(
          pg::check(core::run::Grammar::compile(options.grammar_source)));
    }
    state_ = pg::check(
        core::run::GrammarState::create(grammar_ ? *grammar_ : core::run::Grammar::json()));
    allowed_.emplace(sequence_.model().token_trie().vocabulary());
  }
  history_.reserve(prompt_length_ + std::min<std::size_t>(max_tokens_, 1024));
}

std::size_t Answer::most_bytes() const noexcept {
  const std::size_t room =
      sequence_.context_length() - std::min(sequence_.context_length(), prompt_length_);
  return sequence_.bytes_for(prompt_length_ + std::min(room, max_tokens_));
}

bool Answer::may_go_on() {
  if (!has_ended_ && max_tokens_ == 0) {
    has_ended_ = true;
    end_ = End::kLength;
  }
  return !has_ended_;
}

std::optional<Answer::Step> Answer::next() {
  if (!may_go_on()) return std::nullopt;
  return take(sequence_.logits_after(std::span(history_).subspan(sequence_.length())));
}

std::vector<std::optional<Answer::Step>> Answer::next_of(std::span<Answer* const> answers) {
  std::vector<std::optional<Step>> steps(answers.size());
  std::vector<std::size_t> numbers;
  std::vector<RememberedSequence::Continuation> together;
  for (std::size_t i = 0; i < answers.size(); ++i) {
    Answer& answer = *answers[i];
    if (!answer.may_go_on()) continue;
    numbers.push_back(i);
    together.push_back(
        {&answer.sequence_, std::span(answer.history_).subspan(answer.sequence_.length())});
  }
  std::vector<std::vector<float>> logits(numbers.size());
  const auto keep = [&](std::size_t i, std::span<const float> values) {
    logits[i].assign(values.begin(), values.end());
    return core::Status::ok();
  };
  RememberedSequence::append_together(together, keep);
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    steps[numbers[i]] = answers[numbers[i]]->take(logits[i]);
  }
  return steps;
}

std::optional<Answer::Step> Answer::take(std::span<const float> logits) {
  const std::optional<TokenId> chosen = choose(logits);
  if (!chosen) {  // the grammar is complete, and the model has no token that ends an answer
    has_ended_ = true;
    end_ = End::kModel;
    return std::nullopt;
  }
  const TokenId token = *chosen;
  const double probability = logits[token] - pg::check(core::run::log_sum_exp(logits));
  history_.push_back(token);
  return Step{token, probability, text_of(token)};
}

// The next token, among those that the grammar allows; nothing if it allows none.
std::optional<TokenId> Answer::choose(std::span<const float> logits) {
  if (!state_) return pg::check(sampler_.choose(logits, history_, tokens().size()));
  const core::run::TokenTrie& trie = sequence_.model().token_trie();
  pg::PollCheckpoint checkpoint;
  allowed_->clear();
  pg::check(state_->allowed(trie, *allowed_, checkpoint));
  if (state_->is_complete() && allowed_->count() == 0) return std::nullopt;
  if (logits.size() < trie.vocabulary()) {
    pg::raise({core::Code::kMalformed, "model has more tokens than logits"});
  }
  return pg::check(
      sampler_.choose(logits.first(trie.vocabulary()), history_, tokens().size(), &*allowed_));
}

bool Answer::is_end(TokenId token) const {
  const auto& ends = sequence_.model().tokenizer().special().end_of_generation;
  return std::ranges::find(ends, token) != ends.end();
}

// What is certain of the answer's text after `token`; decides whether it is the last.
std::string Answer::text_of(TokenId token) {
  std::string bytes, text;
  if (is_end(token)) {
    end_ = End::kModel;
    has_ended_ = true;
  } else {
    pg::check(sequence_.model().tokenizer().append(token, false, bytes));
    if (state_) pg::check(state_->accept(bytes));
    if (text_.feed(bytes, text)) {
      end_ = End::kStop;
      has_ended_ = true;
    } else if (tokens().size() == max_tokens_ || sequence_.length() == sequence_.context_length()) {
      end_ = End::kLength;
      has_ended_ = true;
    }
  }
  if (has_ended_) text_.finish(text);
  return text;
}

}  // namespace hartonomous::serve
