// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "serve/conversation.hpp"

namespace hartonomous::serve {

namespace {

const core::run::ChatFormat& format_of(const OpenModel& model, std::string_view format) {
  if (!format.empty()) return *pg::check(core::run::chat_format_named(format));
  if (model.chat_template().empty()) {
    pg::raise(
        core::Status(core::Code::kNotFound, "model says nothing of how it writes conversations")
            .with_hint("Name a format, such as format => 'chatml'."));
  }
  return *pg::check(core::run::recognise_chat_format(model.chat_template()));
}

}  // namespace

std::vector<TokenId> chat_prompt(OpenModel& model, std::span<const core::run::ChatMessage> messages,
                                 std::string_view format, std::vector<std::string>& stop) {
  const core::run::ChatFormat& chosen = format_of(model, format);
  const auto pieces = pg::check(core::run::write_prompt(chosen, messages));
  for (std::string& text : core::run::stop_strings(chosen)) stop.push_back(std::move(text));
  pg::PollCheckpoint checkpoint;
  std::vector<TokenId> tokens;
  pg::check(core::run::encode_prompt(pieces, model.tokenizer(), tokens, checkpoint));
  return tokens;
}

}  // namespace hartonomous::serve
