// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/tie_rule.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/base/utf8.hpp"
#include "core/hash/content_hash.hpp"

namespace hartonomous::core::cpe {

namespace {

std::uint64_t joined(SymbolPair pair) { return std::uint64_t{pair.left} << 32 | pair.right; }

class ById final : public TieOrder {
 public:
  std::uint64_t key(SymbolPair pair) const override { return joined(pair); }
  bool before(SymbolPair, SymbolPair) const override { return false; }
  void merged(SymbolPair) override {}
};

class ByContentHash final : public TieOrder {
 public:
  explicit ByContentHash(std::span<const std::uint32_t> base) {
    hashes_.reserve(base.size());
    for (const std::uint32_t codepoint : base) hashes_.push_back(hash::codepoint_hash(codepoint));
  }
  // The first eight bytes of the left hash, of which two symbols may, if ever so rarely, have the
  // same; so the right one cannot follow in the key.
  std::uint64_t key(SymbolPair pair) const override {
    return __builtin_bswap64(hashes_[pair.left].prefix());
  }
  bool before(SymbolPair a, SymbolPair b) const override {
    if (a.left != b.left) return hashes_[a.left] < hashes_[b.left];
    return hashes_[a.right] < hashes_[b.right];
  }
  // Two equal neighbours are a run: one child that repeats.
  void merged(SymbolPair pair) override {
    const hash::Child children[] = {{hashes_[pair.left], pair.left == pair.right ? 2U : 1U},
                                    {hashes_[pair.right], 1}};
    hashes_.push_back(
        hash::composition_hash(std::span(children).first(pair.left == pair.right ? 1 : 2)));
  }

 private:
  std::vector<hash::ContentHash> hashes_;
};

// A symbol's text is kept once, as part of the longest-lived copy in an arena.
class ByText final : public TieOrder {
 public:
  ByText(Unit unit, std::span<const std::uint32_t> base) {
    for (const std::uint32_t value : base) {
      const std::size_t begin = arena_.size();
      if (unit == Unit::kByte) {
        arena_ += static_cast<char>(value);
      } else {
        utf8::append(arena_, static_cast<char32_t>(value));
      }
      texts_.push_back({begin, arena_.size() - begin, 1});
    }
  }
  std::uint64_t key(SymbolPair pair) const override {
    return texts_[pair.left].units + texts_[pair.right].units;
  }
  bool before(SymbolPair a, SymbolPair b) const override {
    const std::string first = text(a), second = text(b);
    if (first != second) return first < second;
    return joined(a) < joined(b);
  }
  bool allows(SymbolPair pair) const override { return !made_.contains(text(pair)); }
  void merged(SymbolPair pair) override {
    const std::string whole = text(pair);
    texts_.push_back(
        {arena_.size(), whole.size(), texts_[pair.left].units + texts_[pair.right].units});
    arena_ += whole;
    made_.insert(whole);
  }

 private:
  struct Text {
    std::size_t offset, length;
    std::uint64_t units;
  };
  std::string text(SymbolPair pair) const {
    std::string whole(arena_, texts_[pair.left].offset, texts_[pair.left].length);
    return whole.append(arena_, texts_[pair.right].offset, texts_[pair.right].length);
  }

  std::string arena_;
  std::vector<Text> texts_;
  std::unordered_set<std::string> made_;
};

}  // namespace

std::unique_ptr<TieOrder> make_tie_order(TieRule rule, Unit unit,
                                         std::span<const std::uint32_t> base) {
  switch (rule) {
    case TieRule::kContentHash:
      return std::make_unique<ByContentHash>(base);
    case TieRule::kHuggingFace:
      return std::make_unique<ById>();
    case TieRule::kSentencePiece:
      return std::make_unique<ByText>(unit, base);
  }
  return nullptr;
}

}  // namespace hartonomous::core::cpe
