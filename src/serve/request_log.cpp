// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/request_log.hpp"

#include <chrono>

#include "core/format/metadata.hpp"
#include "pg/before_commit.hpp"
#include "pg/identity.hpp"
#include "pg/session.hpp"
#include "pg/settings.hpp"
#include "pg/spi.hpp"

namespace hartonomous::serve {

namespace {

constexpr std::size_t kMostWaiting = 1000;

std::vector<RequestRecord>& waiting() {
  static std::vector<RequestRecord> records;
  return records;
}

const char* name(Answer::End end) {
  switch (end) {
    case Answer::End::kModel:
      return "end";
    case Answer::End::kStop:
      return "stop";
    case Answer::End::kLength:
      return "length";
    case Answer::End::kCaller:
      break;
  }
  return "caller";
}

std::vector<std::int32_t> shown(std::span<const TokenId> tokens) {
  return {tokens.begin(), tokens.end()};
}

void insert(const RequestRecord& record) {
  static pg::Statement statement(
      "INSERT INTO hartonomous.inference_request (tenant_id, model, version_id, manifest_hash, "
      "kind, parameters, prompt_tokens, answer_tokens, reused_tokens, ended_by, prompt_ms, "
      "answer_ms, requested_by, requested_at) VALUES ($1, $2, $3, $4, $5, $6::jsonb, $7, $8, $9, "
      "$10, $11, $12, $13::name, $14)");
  pg::Spi().execute(statement, pg::Parameters()
                                   .int8(record.tenant_id)
                                   .text(record.model)
                                   .int8(record.version_id)
                                   .bytea(record.manifest_hash.bytes)
                                   .text(record.kind)
                                   .text(record.parameters)
                                   .int4s(shown(record.prompt))
                                   .int4s(shown(record.answer))
                                   .int4(static_cast<std::int32_t>(record.reused))
                                   .text(name(record.end))
                                   .float8(record.prompt_ms)
                                   .float8(record.answer_ms)
                                   .text(record.requested_by)
                                   .timestamptz(record.requested_at));
}

void write_waiting() {
  if (waiting().empty()) return;
  const std::vector<RequestRecord> records = std::exchange(waiting(), {});
  const pg::OwnerRights rights;
  for (const RequestRecord& record : records) insert(record);
}

void forget_waiting() noexcept { waiting().clear(); }

std::string parameters_of(const AnswerOptions& options) {
  core::format::Metadata shown_options;
  const core::run::SamplingOptions& sampling = options.sampling;
  shown_options.append("max_tokens", std::uint64_t{options.max_tokens});
  shown_options.append("temperature", sampling.temperature);
  shown_options.append("top_k", std::uint64_t{sampling.top_k});
  shown_options.append("top_p", sampling.top_p);
  shown_options.append("min_p", sampling.min_p);
  shown_options.append("repetition_penalty", sampling.repetition_penalty);
  shown_options.append("seed", static_cast<std::int64_t>(sampling.seed));
  core::format::MetadataArray stops(core::format::ElementType::kString);
  for (const std::string& stop : options.stop) stops.append(std::string_view(stop));
  shown_options.append("stop", std::move(stops));
  if (!options.grammar_source.empty()) {
    shown_options.append("grammar", options.grammar_source);
  }
  return core::format::to_json(shown_options);
}

double now_ms() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

}  // namespace

LoggedAnswer::LoggedAnswer(Answer answer, const AnswerOptions& options, std::string_view model,
                           const char* kind)
    : answer_(std::move(answer)) {
  if (!pg::settings.log_requests) return;
  static const bool hooked = (pg::before_commit(write_waiting, forget_waiting), true);
  static_cast<void>(hooked);
  if (waiting().size() >= kMostWaiting) write_waiting();
  const OpenModel& opened = answer_.model();
  record_.reset(new RequestRecord{opened.tenant_id(),
                                  opened.version().version_id,
                                  opened.manifest_hash(),
                                  std::string(model),
                                  kind,
                                  parameters_of(options),
                                  {},
                                  {},
                                  answer_.reused(),
                                  Answer::End::kCaller,
                                  0,
                                  0,
                                  pg::current_user_name(),
                                  pg::now()});
}

LoggedAnswer::LoggedAnswer(LoggedAnswer&&) noexcept = default;

LoggedAnswer::~LoggedAnswer() {
  if (!record_) return;
  try {
    record_->prompt.assign(answer_.prompt().begin(), answer_.prompt().end());
    record_->answer.assign(answer_.tokens().begin(), answer_.tokens().end());
    record_->end = answer_.end();
    waiting().push_back(std::move(*record_));
  } catch (const std::bad_alloc&) {  // then there is no record
  }
}

void LoggedAnswer::spent(bool is_first, double milliseconds) noexcept {
  if (record_) (is_first ? record_->prompt_ms : record_->answer_ms) += milliseconds;
}

std::optional<Answer::Step> LoggedAnswer::next() {
  const bool is_first = answer_.tokens().empty();
  const double began = now_ms();
  auto step = answer_.next();
  spent(is_first, now_ms() - began);
  return step;
}

std::vector<std::optional<Answer::Step>> LoggedAnswer::next_of(
    std::span<LoggedAnswer* const> answers) {
  std::vector<Answer*> inner;
  std::vector<bool> is_first;
  for (LoggedAnswer* logged : answers) {
    inner.push_back(&logged->answer_);
    is_first.push_back(logged->answer_.tokens().empty());
  }
  const double began = now_ms();
  auto steps = Answer::next_of(inner);
  const double took = now_ms() - began;
  for (std::size_t i = 0; i < answers.size(); ++i) answers[i]->spent(is_first[i], took);
  return steps;
}

}  // namespace hartonomous::serve
