// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Sentences end only at terminators and at the ends of paragraphs, so the walk looks for those and
// judges each where it stands; everything between is skipped. A look-ahead never passes the next
// terminator (SB8 stops there), nor a look-back a character that is not an extension, so the whole
// stays linear.
#include "core/text/sentence_breaker.hpp"

namespace hartonomous::core::text {

namespace {

using Class = SentenceClass;

bool ends_paragraph(Class c) noexcept {
  return c == Class::kCr || c == Class::kLf || c == Class::kSep;
}
bool is_terminator(Class c) noexcept { return c == Class::kATerm || c == Class::kSTerm; }
// What SB8 does not look across.
bool stops_search_for_lower(Class c) noexcept {
  return c == Class::kOtherLetter || c == Class::kUpper || c == Class::kLower ||
         ends_paragraph(c) || is_terminator(c);
}

}  // namespace

class SentenceBreaker::Walk {
 public:
  Walk(const SentenceBreaker& rules, std::string_view text, std::vector<std::uint32_t>& ends)
      : classes_(*rules.classes_), stops_(rules.stops_), text_(text), ends_(ends) {}

  void run() {
    std::size_t at = 0;
    while (skip_to_stop(at), at < text_.size()) {
      const auto [is, end] = classes_.at(text_, at);
      if (ends_paragraph(is.sentence)) {
        const bool is_pair = is.sentence == Class::kCr && class_at(end) == Class::kLf;  // SB3
        at = end + is_pair;
        report(at);  // SB4
      } else if (is_terminator(is.sentence)) {
        at = after_terminator(at, end, is.sentence);
      } else {
        at = end;
      }
    }
    if (!text_.empty()) report(text_.size());
  }

 private:
  void skip_to_stop(std::size_t& at) const noexcept {
    while (at < text_.size() && !stops_[static_cast<unsigned char>(text_[at])]) ++at;
  }
  void report(std::size_t end) {
    if (ends_.size() == first_ || ends_.back() != end) {
      ends_.push_back(static_cast<std::uint32_t>(end));
    }
  }
  // The end of the text has no class.
  Class class_at(std::size_t at) {
    return at < text_.size() ? classes_.at(text_, at).is.sentence : Class::kOther;
  }
  // SB5: extensions belong to what is before them.
  std::size_t skip_extensions(std::size_t at) {
    while (at < text_.size()) {
      const auto [is, end] = classes_.at(text_, at);
      if (is.sentence != Class::kExtend) break;
      at = end;
    }
    return at;
  }
  std::size_t skip_all(Class wanted, std::size_t at) {
    while (at < text_.size()) {
      const auto [is, end] = classes_.at(text_, at);
      if (is.sentence != wanted) break;
      at = skip_extensions(end);
    }
    return at;
  }
  // The class of the character before `at`, extensions skipped.
  Class class_before(std::size_t at) {
    while (at > 0) {
      do --at;
      while (at > 0 && (text_[at] & 0xc0) == 0x80);
      const Class is = classes_.at(text_, at).is.sentence;
      if (is != Class::kExtend) return is;
    }
    return Class::kOther;
  }
  bool finds_lower(std::size_t at) {
    while (at < text_.size()) {
      const auto [is, end] = classes_.at(text_, at);
      if (stops_search_for_lower(is.sentence)) return is.sentence == Class::kLower;
      at = end;
    }
    return false;
  }

  // Judges the terminator at [begin, end) and returns where to go on.
  std::size_t after_terminator(std::size_t begin, std::size_t end, Class terminator) {
    end = skip_extensions(end);
    const bool is_full_stop = terminator == Class::kATerm;
    if (is_full_stop) {
      const Class next = class_at(end);
      if (next == Class::kNumeric) return end;  // SB6
      if (next == Class::kUpper) {              // SB7
        const Class before = class_before(begin);
        if (before == Class::kUpper || before == Class::kLower) return end;
      }
    }
    end = skip_all(Class::kSpace, skip_all(Class::kClose, end));  // SB9, SB10
    if (is_full_stop && finds_lower(end)) return end;             // SB8
    const Class next = class_at(end);
    if (next == Class::kContinue || is_terminator(next)) return end;  // SB8a
    if (!ends_paragraph(next)) report(end);  // SB11; else the walk reports the paragraph's end
    return end;
  }

  BreakClasses& classes_;
  const std::array<bool, 0x100>& stops_;
  std::string_view text_;
  std::vector<std::uint32_t>& ends_;
  const std::size_t first_ = ends_.size();
};

SentenceBreaker::SentenceBreaker(BreakClasses& classes) : classes_(&classes) {
  for (std::size_t byte = 0; byte < stops_.size(); ++byte) {
    const Class is = classes.of(static_cast<char32_t>(byte)).sentence;
    stops_[byte] = byte >= 0x80 || ends_paragraph(is) || is_terminator(is);
  }
}

void SentenceBreaker::find(std::string_view text, std::vector<std::uint32_t>& ends) {
  Walk(*this, text, ends).run();
}

}  // namespace hartonomous::core::text
