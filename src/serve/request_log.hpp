// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Rows of hartonomous.inference_request. An answer ends where nothing may be written: when the
// executor wants no more rows. So records wait in memory, and are written before the transaction
// commits; those of one that is rolled back are forgotten.
#pragma once

#include <string>
#include <vector>

#include "serve/answer.hpp"

namespace hartonomous::serve {

struct RequestRecord {
  std::int64_t tenant_id, version_id;
  store::ContentHash manifest_hash;
  std::string model, kind, parameters;  // parameters: JSON
  std::vector<TokenId> prompt, answer;
  std::size_t reused;
  Answer::End end;
  double prompt_ms, answer_ms;
  std::string requested_by;
  std::int64_t requested_at;  // timestamptz
};

// An answer that may be on record. What it was asked is noted at the start, what came of it when
// this ends; the destructor does not call PostgreSQL.
class LoggedAnswer {
 public:
  // `model` is what the caller wrote; `kind` the function's name. With hartonomous.log_requests off
  // this is the answer and nothing else.
  LoggedAnswer(Answer answer, const AnswerOptions& options, std::string_view model,
               const char* kind);
  LoggedAnswer(LoggedAnswer&&) noexcept;
  LoggedAnswer& operator=(LoggedAnswer&&) = delete;
  ~LoggedAnswer();

  std::optional<Answer::Step> next();
  // Answer::next_of(); the time it takes counts for each.
  static std::vector<std::optional<Answer::Step>> next_of(std::span<LoggedAnswer* const> answers);

  const Answer& answer() const noexcept { return answer_; }

 private:
  void spent(bool is_first, double milliseconds) noexcept;

  Answer answer_;
  std::unique_ptr<RequestRecord> record_;  // none: not on record
};

}  // namespace hartonomous::serve
