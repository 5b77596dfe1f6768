// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// One walk that remembers the last two characters, extensions skipped, and looks at most one ahead.
// Each look-ahead passes the extensions of one character, so the whole stays linear.
#include "core/text/word_breaker.hpp"

#include <algorithm>

namespace hartonomous::core::text {

class WordBreaker::Walk {
 public:
  Walk(WordBreaker& rules, std::string_view text, std::vector<std::uint32_t>& ends)
      : classes_(*rules.classes_),
        ascii_(rules.ascii_),
        dictionary_(rules.dictionary_),
        text_(text),
        ends_(ends) {}

  Status run() {
    if (text_.empty()) return Status::ok();
    std::size_t ascii_from = 1;  // where the fast way is worth trying
    while (at_ < text_.size()) {
      if (at_ >= ascii_from && follows_ascii()) {
        std::size_t ascii = 0;
        const std::size_t decided = ascii_.find(text_, at_, ends_, ascii);
        if (decided > 0) {
          at_ += decided;
          resume();
          continue;
        }
        ascii_from = at_ + ascii + 1;
      }
      HARTONOMOUS_CHECK(step());
    }
    ends_.push_back(static_cast<std::uint32_t>(text_.size()));
    return Status::ok();
  }

 private:
  static bool is_ascii(char c) noexcept { return static_cast<unsigned char>(c) < 0x80; }
  bool follows_ascii() const noexcept {
    return is_ascii(text_[at_ - 1]) && (at_ < 2 || is_ascii(text_[at_ - 2]));
  }
  // Remembers what stands before `at_` after the fast way. REQUIRES: it is ASCII, and at_ > 1.
  void resume() {
    last_ = touching_ = classes_.of(static_cast<unsigned char>(text_[at_ - 1])).word;
    before_last_ = classes_.of(static_cast<unsigned char>(text_[at_ - 2])).word;
  }

  // Decides whether a word ends at `at_`, and goes over the character there.
  Status step() {
    const auto [is, end] = classes_.at(text_, at_);
    if (at_ > 0 && !joins(is, end)) ends_.push_back(static_cast<std::uint32_t>(at_));
    if (is.needs_dictionary && !is_extension(is.word)) return go_over_run(end);
    remember(is.word);
    at_ = end;
    return Status::ok();
  }

  void remember(WordClass is) noexcept {
    touching_ = is;
    if (is_extension(is) && has_last_ && !is_line_end(last_)) return;  // WB4
    is_odd_ = is == WordClass::kRegionalIndicator && !(last_ == is && is_odd_);
    before_last_ = last_;
    last_ = is;
    has_last_ = true;
  }

  bool joins(const BreakClass& is, std::size_t end) {
    if (touching_ == WordClass::kZwj && is.is_pictographic) return true;  // WB3c
    switch (kWordPairRules[static_cast<std::size_t>(last_)][static_cast<std::size_t>(is.word)]) {
      case PairRule::kBreak:
        return false;
      case PairRule::kJoin:
        return true;
      case PairRule::kJoinIfTouching:
        return touching_ == last_;
      case PairRule::kJoinIfOdd:
        return is_odd_;
      case PairRule::kJoinIfLetterNext:
        return is_letter(class_after(end));
      case PairRule::kJoinIfHebrewNext:
        return class_after(end) == WordClass::kHebrewLetter;
      case PairRule::kJoinIfNumericNext:
        return class_after(end) == WordClass::kNumeric;
      case PairRule::kJoinIfLetterBefore:
        return is_letter(before_last_);
      case PairRule::kJoinIfHebrewBefore:
        return before_last_ == WordClass::kHebrewLetter;
      case PairRule::kJoinIfNumericBefore:
        return before_last_ == WordClass::kNumeric;
    }
    return false;
  }
  WordClass class_after(std::size_t at) {
    while (at < text_.size()) {
      const auto [is, end] = classes_.at(text_, at);
      if (!is_extension(is.word)) return is.word;
      at = end;
    }
    return WordClass::kOther;
  }

  // Goes over all that needs a dictionary from `at_` on, whose first character ends at `end`.
  Status go_over_run(std::size_t end) {
    const std::size_t begin = at_;
    for (end = begin; end < text_.size();) {
      const auto [is, next] = classes_.at(text_, end);
      if (!is.needs_dictionary && !is_extension(is.word)) break;
      remember(is.word);
      end = next;
    }
    const auto first = static_cast<std::ptrdiff_t>(ends_.size());
    HARTONOMOUS_CHECK(dictionary_.split(text_.substr(begin, end - begin), begin, ends_));
    const auto cuts_off_extension = [&](std::uint32_t place) {  // WB4
      return is_extension(classes_.at(text_, place).is.word);
    };
    const auto kept = std::remove_if(ends_.begin() + first, ends_.end(), cuts_off_extension);
    ends_.erase(kept, ends_.end());
    at_ = end;
    return Status::ok();
  }

  BreakClasses& classes_;
  const AsciiWords& ascii_;
  DictionaryBreaker& dictionary_;
  std::string_view text_;
  std::vector<std::uint32_t>& ends_;
  std::size_t at_ = 0;
  WordClass last_ = WordClass::kOther, before_last_ = WordClass::kOther;  // extensions skipped
  WordClass touching_ = WordClass::kOther;                                // the very last
  bool has_last_ = false;
  bool is_odd_ = false;  // an odd number of regional indicators ends with last_
};

Status WordBreaker::find(std::string_view text, std::vector<std::uint32_t>& ends) {
  return Walk(*this, text, ends).run();
}

}  // namespace hartonomous::core::text
