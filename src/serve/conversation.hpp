// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#pragma once

#include "core/run/chat_template.hpp"
#include "serve/answer.hpp"

namespace hartonomous::serve {

// A conversation as tokens that ask for the assistant's next message, in the format of that name,
// or, if it is empty, in the one that the model's own template writes; appends to `stop` what ends
// an answer in it. Errors: as write_prompt() and recognise_chat_format(), and kNotFound for a model
// without a template.
std::vector<TokenId> chat_prompt(OpenModel& model, std::span<const core::run::ChatMessage> messages,
                                 std::string_view format, std::vector<std::string>& stop);

}  // namespace hartonomous::serve
