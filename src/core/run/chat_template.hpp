// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A conversation written the way a model was trained on. Models carry their way as a program (in
// Jinja), which is never run: it is only looked at, to tell which of a fixed set of formats it
// writes. What users wrote is kept apart from what the format adds, so that no message can spell a
// control token.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/checkpoint.hpp"
#include "core/base/result.hpp"
#include "core/tokenizer/tokenizer.hpp"

namespace hartonomous::core::run {

enum class ChatRole : std::uint8_t { kSystem, kUser, kAssistant };

struct ChatMessage {
  ChatRole role;
  std::string content;
};

// A stretch of a prompt: text, or a marker that is one token where the vocabulary has it.
struct PromptPiece {
  enum class Kind : std::uint8_t { kText, kMarker, kBegin, kEnd };  // kBegin: <s>, kEnd: </s>
  Kind kind;
  std::string text;  // of kText and kMarker
};

struct ChatFormat;

// The formats' names, in the order in which they are listed to users.
std::vector<std::string_view> chat_format_names();
// kInvalidArgument with the names as its hint.
Result<const ChatFormat*> chat_format_named(std::string_view name);
// The format that a model's own template writes. kUnsupported, with a hint to name the format, for
// an unknown one. O(template's length).
Result<const ChatFormat*> recognise_chat_format(std::string_view model_template);
std::string_view name(const ChatFormat& format) noexcept;
// Strings that end an answer in this format where the model has no token for it.
std::vector<std::string> stop_strings(const ChatFormat& format);

// The prompt that asks for the assistant's next message. Neighbouring texts are one piece. A system
// message may only be the first, and users and assistants take turns, a user's being last:
// kInvalidArgument else.
Result<std::vector<PromptPiece>> write_prompt(const ChatFormat& format,
                                              std::span<const ChatMessage> messages);

// The prompt's tokens, after the token that the model expects before a text, if any. Text is never
// read as control tokens; a marker that the vocabulary lacks is text.
Status encode_prompt(std::span<const PromptPiece> prompt, tokenizer::Tokenizer& tokenizer,
                     std::vector<tokenizer::TokenId>& out, Checkpoint& checkpoint);

}  // namespace hartonomous::core::run
