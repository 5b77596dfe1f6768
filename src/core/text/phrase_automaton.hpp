// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// A phrase as an automaton over bytes: its state is how many bytes of the phrase the text read so
// far ends with. Occurrences may overlap: "aa" occurs three times in "aaaa".
//
// Source: Knuth, Morris, Pratt, "Fast pattern matching in strings", SIAM J. Comput. 6, 1977; the
// links are their optimized ones, so that one step follows O(log n) of them even after a jump in
// the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hartonomous::core::text {

class PhraseAutomaton {
 public:
  using State = std::uint32_t;

  // REQUIRES: 1 <= phrase.size() < 2^32 - 1. O(n) time, 4 bytes of memory a byte.
  explicit PhraseAutomaton(std::string_view phrase);

  const std::string& phrase() const noexcept { return phrase_; }

  // The state after `byte`; whether an occurrence ends with it. REQUIRES: state < phrase().size().
  struct Step {
    State state;
    bool matched;
  };
  Step step(State state, char byte) const noexcept {
    while (phrase_[state] != byte) {
      if (links_[state] == kNone) return {0, false};
      state = links_[state];
    }
    if (++state < phrase_.size()) return {state, false};
    return {border_, true};
  }

 private:
  static constexpr State kNone = 0xffffffff;

  std::string phrase_;
  std::vector<State> links_;  // where to go on from when the byte at this place does not fit
  State border_ = 0;          // after the whole phrase: its longest proper prefix that is a suffix
};

}  // namespace hartonomous::core::text
