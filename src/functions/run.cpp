// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// sql/modules/75_run: answers of stored models.
#include <algorithm>

#include "core/run/log_probability.hpp"
#include "pg/array.hpp"
#include "pg/datum.hpp"
#include "pg/json.hpp"
#include "pg/result_set.hpp"
#include "pg/row_stream.hpp"
#include "serve/answer_all.hpp"
#include "serve/conversation.hpp"
#include "serve/request_log.hpp"

using namespace hartonomous;

namespace {

using core::Code;
using core::Status;
using core::run::TokenId;

// An integer argument that counts something; `fallback` if it is NULL.
std::uint32_t count_argument(const pg::Arguments& arguments, int i, const char* name,
                             std::uint32_t fallback) {
  if (arguments.is_null(i)) return fallback;
  if (arguments.int4(i) < 0) {
    pg::raise({Code::kInvalidArgument, std::string(name) + " must not be negative"});
  }
  return static_cast<std::uint32_t>(arguments.int4(i));
}

core::run::ChatRole role_named(std::string_view name) {
  using core::run::ChatRole;
  if (name == "system") return ChatRole::kSystem;
  if (name == "user") return ChatRole::kUser;
  if (name == "assistant") return ChatRole::kAssistant;
  pg::raise(Status(Code::kInvalidArgument, "unknown role " + core::quoted(name))
                .with_hint("Use system, user or assistant."));
}

double real_argument(const pg::Arguments& arguments, int i, double fallback) {
  return arguments.is_null(i) ? fallback : static_cast<double>(arguments.float4(i));
}

// Arguments 2...: max_tokens, temperature, top_k, top_p, min_p, repetition_penalty, seed, stop,
// grammar.
serve::AnswerOptions options_from(const pg::Arguments& arguments) {
  serve::AnswerOptions options;
  options.max_tokens = count_argument(arguments, 2, "max_tokens", 64);
  options.sampling.temperature = real_argument(arguments, 3, 0);
  options.sampling.top_k = count_argument(arguments, 4, "top_k", 0);
  options.sampling.top_p = real_argument(arguments, 5, 1);
  options.sampling.min_p = real_argument(arguments, 6, 0);
  options.sampling.repetition_penalty = real_argument(arguments, 7, 1);
  options.sampling.seed = arguments.is_null(8) ? 0 : static_cast<std::uint64_t>(arguments.int8(8));
  pg::check(core::run::check(options.sampling));
  if (!arguments.is_null(9)) {
    for (const Datum string : pg::array_elements(arguments.datum(9), "stop")) {
      options.stop.emplace_back(pg::text_view(string));
    }
  }
  if (!arguments.is_null(10)) options.grammar_source = arguments.text(10);
  return options;
}

// The answer to prompt $2 of model $1.
serve::LoggedAnswer answer_from(const pg::Arguments& arguments, const char* kind) {
  const serve::AnswerOptions options = options_from(arguments);
  auto model = serve::open_model(arguments.text(0));
  auto prompt = serve::prompt_tokens(*model, arguments.text(1));
  return {serve::Answer(std::move(model), std::move(prompt), options), options, arguments.text(0),
          kind};
}

// The answer to the conversation $2, in format $12.
serve::LoggedAnswer answer_to_messages(const pg::Arguments& arguments) {
  constexpr std::string_view kMembers[] = {"role", "content"};
  serve::AnswerOptions options = options_from(arguments);
  std::vector<core::run::ChatMessage> messages;
  for (const Datum object : pg::array_members(arguments.datum(1), "messages")) {
    core::run::ChatMessage message{core::run::ChatRole::kUser, {}};
    for (auto& [key, value] : pg::string_members(object, "message", kMembers)) {
      if (key == "content") {
        message.content = std::move(value);
      } else {
        message.role = role_named(value);
      }
    }
    messages.push_back(std::move(message));
  }
  auto model = serve::open_model(arguments.text(0));
  auto prompt = serve::chat_prompt(*model, messages, arguments.text_or(11, ""), options.stop);
  return {serve::Answer(std::move(model), std::move(prompt), options), options, arguments.text(0),
          "chat"};
}

std::string whole(serve::LoggedAnswer answer) {
  std::string out;
  while (const auto step = answer.next()) out += step->text;
  return out;
}

std::vector<TokenId> tokens_from(Datum array) {
  std::vector<TokenId> tokens;
  for (const std::int32_t token : pg::int4_array(array)) {
    if (token < 0) {
      pg::raise({Code::kInvalidArgument, "token " + std::to_string(token) + " is negative"});
    }
    tokens.push_back(static_cast<TokenId>(token));
  }
  return tokens;
}

// The logits after the tokens of $2.
class NextLogits {
 public:
  explicit NextLogits(const pg::Arguments& arguments)
      : NextLogits(serve::open_model(arguments.text(0)), tokens_from(arguments.datum(1))) {}

  std::span<const float> values() const noexcept { return values_; }
  serve::OpenModel& model() const noexcept { return sequence_.model(); }

 private:
  NextLogits(std::shared_ptr<serve::OpenModel> model, std::span<const TokenId> tokens)
      : sequence_(std::move(model), tokens),
        values_(sequence_.logits_after(tokens.subspan(sequence_.length()))) {
    pg::check(core::run::check_logits(values_));
  }

  serve::RememberedSequence sequence_;
  std::span<const float> values_;
};

// A token alone as text: bytes that are no whole character become U+FFFD.
std::string shown_token(core::tokenizer::Tokenizer& tokenizer, TokenId token) {
  std::string bytes, shown;
  pg::check(tokenizer.append(token, true, bytes));
  core::run::WholeCharacters characters;
  characters.feed(bytes, shown);
  characters.finish(shown);
  return shown;
}

}  // namespace

HARTONOMOUS_FUNCTION(hartonomous_generate_rows) {
  const pg::Arguments arguments(fcinfo);
  struct Stream {
    std::optional<serve::LoggedAnswer> answer;
    std::int32_t step = 0;
  };
  return pg::stream_rows<Stream>(
      fcinfo,
      [&] {
        Stream stream;
        if (!arguments.is_null(0) && !arguments.is_null(1)) {
          stream.answer.emplace(answer_from(arguments, "generate"));
        }
        return stream;
      },
      [](Stream& stream) -> std::optional<pg::RowValues<4>> {
        if (!stream.answer) return std::nullopt;
        const auto step = stream.answer->next();
        if (!step) return std::nullopt;
        return pg::RowValues<4>{Int32GetDatum(++stream.step),
                                Int32GetDatum(static_cast<std::int32_t>(step->token)),
                                pg::text_datum(step->text), Float8GetDatum(step->log_probability)};
      });
}

HARTONOMOUS_FUNCTION(hartonomous_complete) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) PG_RETURN_NULL();
  return pg::text_datum(whole(answer_from(arguments, "complete")));
}

HARTONOMOUS_FUNCTION(hartonomous_complete_all) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) PG_RETURN_NULL();
  const serve::AnswerOptions options = options_from(arguments);
  std::vector<std::string_view> prompts;
  for (const Datum prompt : pg::array_elements(arguments.datum(1), "prompts")) {
    prompts.push_back(pg::text_view(prompt));
  }
  const auto answers =
      serve::answer_all(serve::open_model(arguments.text(0)), prompts, options, arguments.text(0));
  const std::vector<std::string_view> views(answers.begin(), answers.end());
  return pg::text_array_datum(views);
}

HARTONOMOUS_FUNCTION(hartonomous_chat) {
  const pg::Arguments arguments(fcinfo);
  if (arguments.is_null(0) || arguments.is_null(1)) PG_RETURN_NULL();
  return pg::text_datum(whole(answer_to_messages(arguments)));
}

HARTONOMOUS_FUNCTION(hartonomous_logits) {
  return pg::float4_array_datum(NextLogits(pg::Arguments(fcinfo)).values());
}

HARTONOMOUS_FUNCTION(hartonomous_next_token) {
  const pg::Arguments arguments(fcinfo);
  const std::uint32_t count = count_argument(arguments, 2, "k", 10);
  pg::ResultSet out(fcinfo);
  const NextLogits logits(arguments);
  const double total = pg::check(core::run::log_sum_exp(logits.values()));
  for (const TokenId token : core::run::likeliest_tokens(logits.values(), count)) {
    const std::string shown = shown_token(logits.model().tokenizer(), token);
    out.row(Int32GetDatum(static_cast<std::int32_t>(token)), pg::text_datum(shown),
            Float8GetDatum(logits.values()[token] - total));
  }
  return out.done();
}
