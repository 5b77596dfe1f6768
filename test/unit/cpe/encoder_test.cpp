// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The encoder against the definition of BPE, carried out naively, on random vocabularies and texts
// that are hard on it.
#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <set>

#include "core/base/utf8.hpp"
#include "core/cpe/encoder.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::cpe;
using split::Pattern;

namespace {

NoCheckpoint checkpoint;

using Pairs = std::map<std::pair<TokenId, TokenId>, Merged>;

struct Built {
  Unit unit;
  std::vector<std::string> alphabet;
  std::vector<std::string> spelled;  // what texts are made of
  std::map<std::string, TokenId> ids;
  std::vector<Merge> merges;
  Pairs pairs;
  std::shared_ptr<const Vocabulary> vocabulary;
};

std::vector<std::string> units_of(Unit unit, std::string_view text) {
  std::vector<std::string> units;
  while (!text.empty()) {
    std::size_t length = unit == Unit::kByte ? 1 : utf8::decode(text).length;
    if (length == 0) length = 1;
    units.emplace_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return units;
}

TokenId passed_through(Unit unit, const std::string& bytes) {
  if (unit == Unit::kByte) return kPassThrough | static_cast<unsigned char>(bytes[0]);
  const auto decoded = utf8::decode(bytes);
  return kPassThrough | (decoded.length == 0 ? kRawByte + static_cast<unsigned char>(bytes[0])
                                             : static_cast<std::uint32_t>(decoded.codepoint));
}

std::vector<TokenId> naive(const Built& built, std::string_view text) {
  std::vector<TokenId> tokens;
  for (const std::string& unit : units_of(built.unit, text)) {
    const auto it = built.ids.find(unit);
    tokens.push_back(it != built.ids.end() ? it->second : passed_through(built.unit, unit));
  }
  while (true) {
    Merged best;
    std::size_t where = 0;
    for (std::size_t i = 0; i + 1 < tokens.size(); ++i) {
      const auto it = built.pairs.find({tokens[i], tokens[i + 1]});
      if (it != built.pairs.end() && it->second.rank < best.rank) {
        best = it->second;
        where = i;
      }
    }
    if (best.rank == kNoRank) return tokens;
    tokens[where] = best.result;
    tokens.erase(tokens.begin() + static_cast<std::ptrdiff_t>(where) + 1);
  }
}

std::vector<Token> tokens_of(const Built& built) {
  std::vector<Token> tokens;
  for (const auto& [bytes, id] : built.ids) tokens.push_back({id, bytes});
  return tokens;
}

std::string random_text(std::mt19937& random, const std::vector<std::string>& alphabet,
                        std::size_t units) {
  std::string text;
  while (units > 0) {
    const std::string& unit = alphabet[random() % alphabet.size()];
    std::size_t run = random() % 8 == 0 ? 1 + random() % 20 : 1;
    for (run = std::min(run, units); run > 0; --run, --units) text += unit;
  }
  return text;
}

Built random_alphabet(std::mt19937& random) {
  Built built;
  built.unit = random() % 2 == 0 ? Unit::kByte : Unit::kCodepoint;
  built.alphabet = {"a", "b", "c", "d"};
  if (built.unit == Unit::kCodepoint) built.alphabet = {"a", "\u00e9", "\u4e16", "\U0001f600"};
  const bool has_characters = built.unit == Unit::kByte && random() % 2 == 0;
  if (has_characters) built.alphabet = {"\xe4", "\xb8", "\xe5", "\x81"};
  built.alphabet.resize(1 + random() % 4);
  built.spelled = built.alphabet;
  if (has_characters && built.alphabet.size() > 1) {
    built.spelled = {"\xe4\xb8\xb8", "\xe4\xb8\x81", "\xe5\xb8\xb8", "\xe5\x81\xb8"};
    built.spelled.resize(1 + random() % 4);
    if (random() % 4 == 0) built.spelled.push_back(built.alphabet[0]);
  }
  for (const std::string& unit : built.alphabet) {
    const auto id = static_cast<TokenId>(built.ids.size());
    if (random() % 16 != 0) built.ids[unit] = id;
  }
  return built;
}

// Merges that a trainer could have made: those of pairs that the text so far really has.
void trained_merges(std::mt19937& random, Built& built) {
  const std::string text = random_text(random, built.spelled, 300);
  const std::size_t count = random() % 60;
  while (built.merges.size() < count) {
    const auto tokens = naive(built, text);
    if (tokens.size() < 2) break;
    const std::size_t at = random() % (tokens.size() - 1);
    if (tokens[at] >= kPassThrough || tokens[at + 1] >= kPassThrough) break;
    std::map<TokenId, std::string> bytes;
    for (const auto& [b, id] : built.ids) bytes[id] = b;
    const auto result = built.ids.try_emplace(bytes[tokens[at]] + bytes[tokens[at + 1]],
                                              static_cast<TokenId>(100 + built.ids.size()));
    const Merge merge{tokens[at], tokens[at + 1], result.first->second};
    const auto rank = static_cast<std::uint32_t>(built.merges.size());
    built.pairs[{merge.left, merge.right}] = {rank, merge.result};
    built.merges.push_back(merge);
  }
}

// Any merges at all, in any order.
void wild_merges(std::mt19937& random, Built& built) {
  for (std::size_t count = random() % 40; count > 0; --count) {
    if (built.ids.empty()) return;
    auto left = built.ids.begin(), right = built.ids.begin();
    std::advance(left, random() % built.ids.size());
    std::advance(right, random() % built.ids.size());
    const std::string joined = left->first + right->first;
    if (joined.size() > 24) continue;
    const Merge merge{left->second, right->second, 0};
    const auto id = static_cast<TokenId>(100 + built.ids.size());
    built.merges.push_back(
        {merge.left, merge.right, built.ids.try_emplace(joined, id).first->second});
  }
  std::shuffle(built.merges.begin(), built.merges.end(), random);
  for (std::size_t rank = 0; rank < built.merges.size(); ++rank) {
    const Merge& merge = built.merges[rank];
    built.pairs.try_emplace({merge.left, merge.right},
                            Merged{static_cast<std::uint32_t>(rank), merge.result});
  }
}

void compare(std::mt19937& random, const Built& built, std::size_t texts) {
  Encoder encoder(built.vocabulary, Pattern::kNone);
  auto alphabet = built.spelled;
  alphabet.insert(alphabet.end(), {"x", "\xff"});
  for (std::size_t i = 0; i < texts; ++i) {
    const bool is_known = random() % 4 != 0;
    const std::string text = random_text(random, is_known ? built.spelled : alphabet,
                                         random() % (i % 4 == 0 ? 400 : 30));
    std::vector<TokenId> ids;
    encoder.encode(text, ids, checkpoint);
    INFO(quoted(text, 2000));
    REQUIRE(ids == naive(built, text));
    if (built.vocabulary->compact_pairs() != nullptr && !text.empty()) {
      const std::size_t width = 4 + random() % 12;
      std::vector<TokenId> by_windows;
      WindowMerger(*built.vocabulary, width).merge(text, by_windows, checkpoint);
      INFO("windows of " << width);
      REQUIRE(by_windows == ids);
    }
    std::string decoded;
    REQUIRE(built.vocabulary->decode(ids, decoded).is_ok());
    REQUIRE(decoded == text);
  }
}

}  // namespace

TEST_CASE("encoding with merges is the definition carried out") {
  std::mt19937 random(1);
  std::size_t ordered = 0, wild = 0;
  for (int round = 0; round < 600; ++round) {
    Built built = random_alphabet(random);
    const bool is_trained = round % 2 == 0;
    is_trained ? trained_merges(random, built) : wild_merges(random, built);
    auto made = Vocabulary::from_merges(built.unit, tokens_of(built), built.merges,
                                        WholePiece::kMerge, checkpoint);
    REQUIRE(made.is_ok());
    built.vocabulary = made.value();
    if (is_trained) REQUIRE(built.vocabulary->is_ordered());
    ++(built.vocabulary->is_ordered() ? ordered : wild);
    compare(random, built, 12);
  }
  CHECK(ordered > 300);
  CHECK(wild > 20);
}

TEST_CASE("encoding with ranks is the definition carried out over every split") {
  std::mt19937 random(2);
  for (int round = 0; round < 400; ++round) {
    Built built = random_alphabet(random);
    round % 2 == 0 ? trained_merges(random, built) : wild_merges(random, built);
    std::vector<std::string> by_rank;
    for (const auto& [bytes, id] : built.ids) by_rank.push_back(bytes);
    std::shuffle(by_rank.begin(), by_rank.end(), random);
    if (round % 4 < 2) {
      std::stable_sort(by_rank.begin(), by_rank.end(),
                       [](const auto& a, const auto& b) { return a.size() < b.size(); });
    }
    std::vector<RankedToken> tokens;
    built.pairs.clear();
    const bool has_ties = round % 8 == 7;
    for (std::uint32_t rank = 0; rank < by_rank.size(); ++rank) {
      tokens.push_back({built.ids[by_rank[rank]], by_rank[rank], has_ties ? rank / 2 : rank});
    }
    for (const RankedToken& token : tokens) {
      for (std::size_t cut = 1; cut < token.bytes.size(); ++cut) {
        const auto left = built.ids.find(std::string(token.bytes.substr(0, cut)));
        const auto right = built.ids.find(std::string(token.bytes.substr(cut)));
        if (left == built.ids.end() || right == built.ids.end()) continue;
        built.pairs[{left->second, right->second}] = {token.rank, token.id};
      }
    }
    auto made = Vocabulary::from_ranks(built.unit, tokens, WholePiece::kMerge, checkpoint);
    REQUIRE(made.is_ok());
    built.vocabulary = made.value();
    compare(random, built, 12);
  }
}

TEST_CASE("a whole piece comes first only where it is asked for") {
  const std::vector<Token> tokens{{0, "a"}, {1, "b"}, {2, "ab"}, {3, "bab"}};
  const std::vector<Merge> merges{{0, 1, 2}};
  for (const WholePiece rule : {WholePiece::kMerge, WholePiece::kFirst}) {
    const auto vocabulary =
        Vocabulary::from_merges(Unit::kByte, tokens, merges, rule, checkpoint).value();
    Encoder encoder(vocabulary, Pattern::kNone);
    std::vector<TokenId> ids;
    encoder.encode("bab", ids, checkpoint);
    CHECK(ids ==
          (rule == WholePiece::kFirst ? std::vector<TokenId>{3} : std::vector<TokenId>{1, 2}));
  }
}

TEST_CASE("vocabularies that contradict themselves are refused") {
  const auto code = [](std::vector<Token> tokens, std::vector<Merge> merges) {
    return Vocabulary::from_merges(Unit::kByte, tokens, merges, WholePiece::kMerge, checkpoint)
        .status()
        .code();
  };
  CHECK(code({{0, "a"}, {0, "b"}}, {}) == Code::kMalformed);
  CHECK(code({{0, "a"}, {1, "a"}}, {}) == Code::kMalformed);
  CHECK(code({{0, ""}}, {}) == Code::kMalformed);
  CHECK(code({{kMaxTokenId + 1, "a"}}, {}) == Code::kLimitExceeded);
  CHECK(code({{0, "a"}, {1, "b"}, {2, "ba"}}, {{0, 1, 2}}) == Code::kMalformed);
  CHECK(code({{0, "a"}, {1, "b"}}, {{0, 1, 7}}) == Code::kMalformed);
  CHECK(code({{0, "a"}, {1, "b"}}, {{0, kNoToken, 1}}) == Code::kMalformed);
}

TEST_CASE("ids that are no tokens are not decoded") {
  const std::vector<Token> tokens{{0, "a"}, {5, "b"}};
  const auto bytes =
      Vocabulary::from_merges(Unit::kByte, tokens, {}, WholePiece::kMerge, checkpoint);
  const auto codepoints =
      Vocabulary::from_merges(Unit::kCodepoint, tokens, {}, WholePiece::kMerge, checkpoint);
  std::string out;
  for (const TokenId id : {TokenId{1}, TokenId{6}, kNoToken, kPassThrough | 0x100}) {
    CHECK(bytes.value()->decode(std::vector<TokenId>{0, id}, out).code() == Code::kInvalidArgument);
  }
  for (const std::uint32_t unit : {0xd800U, 0xdfffU, kRawByte, kRawByte + 0x7f, kRawByte + 0x100}) {
    CHECK(!codepoints.value()->has(kPassThrough | unit));
  }
  out.clear();
  CHECK(
      codepoints.value()
          ->decode(std::vector<TokenId>{5, kPassThrough | 0x20ac, kPassThrough | (kRawByte + 0xff)},
                   out)
          .is_ok());
  CHECK(out == "b\u20ac\xff");
}
