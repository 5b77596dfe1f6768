// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/answer_all.hpp"

namespace hartonomous::serve {

namespace {

constexpr std::size_t kMostTogether = 32;

struct UnderWay {
  std::size_t number;  // of the prompt
  std::unique_ptr<LoggedAnswer> answer;
  std::size_t bytes() const { return answer->answer().most_bytes(); }
};

// A step of each; what has ended is taken out.
void step(std::vector<UnderWay>& under_way, std::vector<std::string>& texts) {
  std::vector<LoggedAnswer*> answers;
  for (const UnderWay& one : under_way) answers.push_back(one.answer.get());
  const auto steps = LoggedAnswer::next_of(answers);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i]) texts[under_way[i].number] += steps[i]->text;
  }
  std::erase_if(under_way, [](const UnderWay& one) { return one.answer->answer().has_ended(); });
}

}  // namespace

std::vector<std::string> answer_all(const std::shared_ptr<OpenModel>& model,
                                    std::span<const std::string_view> prompts,
                                    const AnswerOptions& options, std::string_view name) {
  std::vector<std::string> texts(prompts.size());
  std::vector<UnderWay> under_way;
  std::size_t begun = 0;
  UnderWay next{0, nullptr};
  while (begun < prompts.size() || next.answer || !under_way.empty()) {
    if (!next.answer && begun < prompts.size()) {
      Answer answer(model, prompt_tokens(*model, prompts[begun]), options);
      next = {begun, std::make_unique<LoggedAnswer>(std::move(answer), options, name, "complete")};
      ++begun;
    }
    std::size_t bytes = 0;
    for (const UnderWay& one : under_way) bytes += one.bytes();
    const bool has_room = under_way.size() < kMostTogether && next.answer &&
                          bytes + next.bytes() <= RememberedSequence::most_bytes();
    if (next.answer && (has_room || under_way.empty())) {
      under_way.push_back(std::move(next));
    } else {
      step(under_way, texts);
    }
  }
  return texts;
}

}  // namespace hartonomous::serve
