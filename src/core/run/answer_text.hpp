// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The text of an answer as its tokens' bytes arrive: ended by stop strings, in whole characters.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/run/stop_strings.hpp"
#include "core/run/whole_characters.hpp"

namespace hartonomous::core::run {

class AnswerText {
 public:
  explicit AnswerText(StopStrings stops) : stops_(std::move(stops)) {}

  // Appends to `out` the text that is certain after these bytes. True once a stop string ended the
  // answer; finish() is still due.
  bool feed(std::string_view bytes, std::string& out) {
    answer_.clear();
    const bool has_stopped = stops_.feed(bytes, answer_);
    characters_.feed(answer_, out);
    return has_stopped;
  }
  // Appends what was held back. Once, at the end.
  void finish(std::string& out) {
    answer_.clear();
    stops_.finish(answer_);
    characters_.feed(answer_, out);
    characters_.finish(out);
  }

 private:
  StopStrings stops_;
  WholeCharacters characters_;
  std::string answer_;  // bytes on their way from one to the other
};

}  // namespace hartonomous::core::run
