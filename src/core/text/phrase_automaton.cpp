// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/text/phrase_automaton.hpp"

namespace hartonomous::core::text {

PhraseAutomaton::PhraseAutomaton(std::string_view phrase)
    : phrase_(phrase), links_(phrase.size(), kNone) {
  // `border` is the length of the longest proper border of the first i bytes.
  State border = 0;
  for (std::size_t i = 1; i < phrase_.size(); ++i) {
    const bool fits = phrase_[i] == phrase_[border];
    links_[i] = fits ? links_[border] : border;
    while (phrase_[i] != phrase_[border] && links_[border] != kNone) border = links_[border];
    border = phrase_[i] == phrase_[border] ? border + 1 : 0;
  }
  border_ = border;
}

}  // namespace hartonomous::core::text
