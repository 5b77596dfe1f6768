// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Which of several pairs of the same count a trainer merges first. A tie rule is part of what a
// vocabulary is: another one gives other merges. Each rule is a total order over pairs that depends
// on what the symbols are, never on where they were met.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/cpe/trainer.hpp"

namespace hartonomous::core::cpe {

struct SymbolPair {
  std::uint32_t left, right;
  bool operator==(const SymbolPair&) const = default;
};

class TieOrder {
 public:
  virtual ~TieOrder() = default;

  // A prefix of the order: key(a) < key(b) implies before(a, b). O(1).
  virtual std::uint64_t key(SymbolPair pair) const = 0;
  // The order itself; asked only when keys are equal. O(log of the text's length) or better, as a
  // rule.
  virtual bool before(SymbolPair a, SymbolPair b) const = 0;
  // Whether the pair may become a symbol at all.
  virtual bool allows(SymbolPair) const { return true; }
  // The pair becomes the symbol that follows the last.
  virtual void merged(SymbolPair pair) = 0;
};

// `base` holds the units of the base symbols, in the order of their ids.
std::unique_ptr<TieOrder> make_tie_order(TieRule rule, Unit unit,
                                         std::span<const std::uint32_t> base);

}  // namespace hartonomous::core::cpe
