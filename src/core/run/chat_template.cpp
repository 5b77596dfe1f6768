// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/run/chat_template.hpp"

#include <algorithm>
#include <optional>

#include "core/run/chat_formats.hpp"

namespace hartonomous::core::run {

namespace {

const ChatFormat* find(std::string_view name) {
  const auto found = std::ranges::find(kFormats, name, &ChatFormat::name);
  return found == std::end(kFormats) ? nullptr : found;
}

std::string names_as_sentence() {
  std::string sentence = "The formats are ";
  for (const ChatFormat& format : kFormats) {
    sentence += format.name;
    sentence += &format == std::end(kFormats) - 1 ? "." : ", ";
  }
  return sentence;
}

std::string_view stripped(std::string_view content) {
  constexpr std::string_view kBlanks = " \t\r\n\v\f";
  const std::size_t begin = content.find_first_not_of(kBlanks);
  if (begin == std::string_view::npos) return {};
  return content.substr(begin, content.find_last_not_of(kBlanks) - begin + 1);
}

class PromptWriter {
 public:
  explicit PromptWriter(const ChatFormat& format) : format_(format) {}

  // Text that is not looked into.
  void content(std::string_view text) {
    if (format_.strips) text = stripped(text);
    append(text);
  }
  // Text of the format, divided at its markers.
  void fixed(std::string_view text) {
    while (!text.empty()) {
      std::size_t at = text.size(), length = 0;
      auto kind = PromptPiece::Kind::kMarker;
      const auto look_for = [&](std::string_view marker, PromptPiece::Kind marker_kind) {
        if (const std::size_t found = text.find(marker); !marker.empty() && found < at) {
          at = found, length = marker.size(), kind = marker_kind;
        }
      };
      look_for("{begin}", PromptPiece::Kind::kBegin);
      look_for("{end}", PromptPiece::Kind::kEnd);
      for (const std::string_view marker : format_.markers) {
        look_for(marker, PromptPiece::Kind::kMarker);
      }
      append(text.substr(0, at));
      if (length != 0) {
        const bool is_marker = kind == PromptPiece::Kind::kMarker;
        pieces_.push_back({kind, is_marker ? std::string(text.substr(at, length)) : std::string()});
      }
      text.remove_prefix(at + length);
    }
  }
  std::vector<PromptPiece> take() && { return std::move(pieces_); }

 private:
  void append(std::string_view text) {
    if (text.empty()) return;
    if (pieces_.empty() || pieces_.back().kind != PromptPiece::Kind::kText) {
      pieces_.push_back({PromptPiece::Kind::kText, {}});
    }
    pieces_.back().text += text;
  }
  const ChatFormat& format_;
  std::vector<PromptPiece> pieces_;
};

Status check_turns(std::span<const ChatMessage> messages) {
  ChatRole expected = ChatRole::kUser;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].role == ChatRole::kSystem) {
      if (i == 0) continue;
      return {Code::kInvalidArgument, "a system message is not the first message"};
    }
    if (messages[i].role != expected) {
      return {Code::kInvalidArgument, std::string("message ") + std::to_string(i + 1) +
                                          " is not of the one whose turn it is"};
    }
    expected = expected == ChatRole::kUser ? ChatRole::kAssistant : ChatRole::kUser;
  }
  if (expected == ChatRole::kUser) {
    return {Code::kInvalidArgument, "the last message is not a user's"};
  }
  return Status::ok();
}

}  // namespace

std::vector<std::string_view> chat_format_names() {
  std::vector<std::string_view> names;
  for (const ChatFormat& format : kFormats) names.push_back(format.name);
  return names;
}

Result<const ChatFormat*> chat_format_named(std::string_view name) {
  if (const ChatFormat* format = find(name)) return format;
  return Status(Code::kInvalidArgument, "no chat format " + quoted(name))
      .with_hint(names_as_sentence());
}

Result<const ChatFormat*> recognise_chat_format(std::string_view model_template) {
  for (const Sign& sign : kSigns) {
    if (std::ranges::all_of(sign.strings, [&](std::string_view s) {
          return model_template.find(s) != std::string_view::npos;
        })) {
      return find(sign.format);
    }
  }
  return Status(Code::kUnsupported, "the model's chat template is not of a known format")
      .with_detail("It begins with " + quoted(model_template) + ".")
      .with_hint("Name the format. " + names_as_sentence());
}

std::string_view name(const ChatFormat& format) noexcept { return format.name; }

std::vector<std::string> stop_strings(const ChatFormat& format) {
  if (format.stop.empty()) return {};
  return {std::string(format.stop)};
}

Result<std::vector<PromptPiece>> write_prompt(const ChatFormat& format,
                                              std::span<const ChatMessage> messages) {
  HARTONOMOUS_CHECK(check_turns(messages));
  PromptWriter writer(format);
  const auto system = [&](const ChatMessage& message) {
    writer.fixed(format.system.before);
    writer.content(message.content);
    writer.fixed(format.system.after);
  };
  const bool has_system = messages[0].role == ChatRole::kSystem;
  if (has_system && format.system_place == SystemPlace::kOwnTurn) system(messages[0]);
  for (std::size_t i = has_system; i < messages.size(); ++i) {
    const bool is_user = messages[i].role == ChatRole::kUser;
    const bool is_first = i == (has_system ? 1u : 0u);
    const Turn& turn = is_user ? format.user : format.assistant;
    const bool is_later = is_user && !is_first && !format.later_user.empty();
    writer.fixed(is_later ? format.later_user : turn.before);
    if (is_first && has_system && format.system_place == SystemPlace::kFirstUser) {
      system(messages[0]);
    }
    writer.content(messages[i].content);
    writer.fixed(turn.after);
  }
  writer.fixed(format.answer);
  return std::move(writer).take();
}

Status encode_prompt(std::span<const PromptPiece> prompt, tokenizer::Tokenizer& tokenizer,
                     std::vector<tokenizer::TokenId>& out, Checkpoint& checkpoint) {
  using Kind = PromptPiece::Kind;
  const tokenizer::SpecialTokens& special = tokenizer.special();
  std::vector<tokenizer::TokenId> around_nothing;
  HARTONOMOUS_CHECK(tokenizer.encode({}, {}, around_nothing, checkpoint));
  if (!around_nothing.empty() && around_nothing[0] == special.begin) out.push_back(*special.begin);
  std::string text;
  const auto flush = [&]() -> Status {
    if (text.empty()) return Status::ok();
    HARTONOMOUS_CHECK(
        tokenizer.encode(text, {.add_special = false, .parse_special = false}, out, checkpoint));
    text.clear();
    return Status::ok();
  };
  for (const PromptPiece& piece : prompt) {
    std::optional<tokenizer::TokenId> token;
    if (piece.kind == Kind::kBegin) token = special.begin;
    if (piece.kind == Kind::kEnd) token = special.end;
    if (piece.kind == Kind::kMarker) {
      std::vector<tokenizer::TokenId> ids;
      HARTONOMOUS_CHECK(tokenizer.encode(piece.text, {.add_special = false, .parse_special = true},
                                         ids, checkpoint));
      if (ids.size() == 1) token = ids[0];
    }
    if (token) {
      HARTONOMOUS_CHECK(flush());
      out.push_back(*token);
    } else {
      text += piece.text;
    }
  }
  return flush();
}

}  // namespace hartonomous::core::run
