// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/unigram_model.hpp"

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "core/base/utf8.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::TokenType;

constexpr float kUnknownPenalty = 10.0F;
constexpr std::size_t kChunk = 1 << 14;       // words
constexpr std::size_t kMostWords = 1 << 18;   // that are remembered
constexpr std::size_t kMostScores = 1 << 21;  // of them

std::vector<PieceTrie::Piece> pieces_of(const Definition& definition) {
  std::vector<PieceTrie::Piece> pieces;
  const auto& tokens = definition.vocabulary.tokens;
  for (TokenId id = 0; id < tokens.size(); ++id) {
    const TokenType type = tokens[id].type;
    if (type != TokenType::kNormal && type != TokenType::kUserDefined) continue;
    pieces.push_back({tokens[id].bytes, id});
  }
  return pieces;
}

// Ends found already, as a reader of pieces.
class KnownEnds {
 public:
  explicit KnownEnds(std::span<const std::size_t> ends) : ends_(ends) {}
  std::size_t read(std::span<std::size_t> out) noexcept {
    const std::size_t count = std::min(out.size(), ends_.size());
    std::copy_n(ends_.begin(), count, out.begin());
    ends_ = ends_.subspan(count);
    return count;
  }

 private:
  std::span<const std::size_t> ends_;
};

}  // namespace

Result<std::unique_ptr<TextModel>> UnigramModel::make(const Definition& definition,
                                                      Checkpoint& checkpoint) {
  const auto& scores = definition.scores;
  const bool is_finite =
      std::ranges::all_of(scores, [](double one) { return std::isfinite(one); }) &&
      std::ranges::all_of(definition.vocabulary.tokens,
                          [](const auto& token) { return std::isfinite(token.score); });
  if (!is_finite) return Status(Code::kMalformed, "score of a token is not a number");
  return std::unique_ptr<TextModel>(new UnigramModel(definition, checkpoint));
}

UnigramModel::UnigramModel(const Definition& definition, Checkpoint& checkpoint)
    : trie_(pieces_of(definition), checkpoint),
      unknown_(definition),
      user_defined_per_byte_(definition.user_defined_per_byte),
      user_defined_score_(definition.user_defined_score),
      is_single_(definition.sums_in_single),
      begins_anew_(definition.words == WordRule::kSpace) {
  for (const PieceTrie::Piece& piece : pieces_of(definition)) cutter_.add(piece.bytes);
  if (begins_anew_) cutter_.cut_before_spaces();
  set_scores(definition);
}

void UnigramModel::set_scores(const Definition& definition) {
  const auto& tokens = definition.vocabulary.tokens;
  const bool has_doubles = definition.scores.size() >= tokens.size();
  std::vector<double> scores;
  double lowest = has_doubles ? DBL_MAX : static_cast<double>(FLT_MAX);
  for (TokenId id = 0; id < tokens.size(); ++id) {
    const double score = id < definition.scores.size() ? definition.scores[id]
                                                       : static_cast<double>(tokens[id].score);
    const bool is_normal = tokens[id].type == TokenType::kNormal;
    if (is_normal || !definition.scores.empty()) lowest = std::min(lowest, score);
    scores.push_back(tokens[id].type == TokenType::kUserDefined ? NAN : score);
  }
  scores_ = FlatArray<double>(std::move(scores));
  unknown_score_ = definition.scores.empty()
                       ? static_cast<double>(static_cast<float>(lowest) - kUnknownPenalty)
                       : lowest - static_cast<double>(kUnknownPenalty);
}

double UnigramModel::score_of(TokenId id, std::size_t length) const noexcept {
  const double score = scores_.value_or(id, unknown_score_);
  if (!std::isnan(score)) [[likely]] {
    return score;
  }
  const float per_byte = static_cast<float>(user_defined_per_byte_);
  return static_cast<double>(static_cast<float>(length) * per_byte) + user_defined_score_;
}

template <class Arc>
void UnigramModel::for_arcs(std::string_view word, Arc&& arc) const {
  for (std::size_t begin = 0; begin < word.size();) {
    const std::size_t character = std::max<std::size_t>(utf8::decode(word.substr(begin)).length, 1);
    bool has_character = false;
    trie_.visit(word.substr(begin), [&](std::size_t length, TokenId id) {
      has_character |= length == character;
      arc(begin, begin + length, id, score_of(id, length));
    });
    if (!has_character) arc(begin, begin + character, kNoPiece, unknown_score_);
    begin += character;
  }
}

void UnigramModel::trace(std::string_view word, std::vector<TokenId>& ids,
                         std::vector<double>& scores) {
  ids.clear();
  scores.clear();
  for (std::size_t end = word.size(); end > 0;) {
    const Node& node = nodes_[end];
    if (node.begin >= end) return;  // scores that are no numbers, in a damaged image
    const std::string_view piece = word.substr(node.begin, end - node.begin);
    scores.push_back(node.id == kNoPiece ? unknown_score_ : score_of(node.id, piece.size()));
    if (node.id != kNoPiece) {
      ids.push_back(node.id);
    } else {
      const std::size_t before = ids.size();
      unknown_.append(piece, ids);
      std::reverse(ids.begin() + static_cast<std::ptrdiff_t>(before), ids.end());
    }
    end = node.begin;
  }
  std::ranges::reverse(ids);
  std::ranges::reverse(scores);
}

// Splits a new word with nothing before it and finds the best two ways.
std::span<const TokenId> UnigramModel::remember(std::string_view word) {
  nodes_.assign(word.size() + 1, {-INFINITY, -INFINITY, kNowhere, kNoPiece});
  nodes_[0].best = 0;
  double highest = 0;
  for_arcs(word, [&](std::size_t begin, std::size_t end, TokenId id, double score) {
    const Node& from = nodes_[begin];
    Node& to = nodes_[end];
    highest = std::max(highest, std::abs(score));
    const double sum = from.best + score;
    if (sum > to.best) {
      to.second = std::max(to.best, from.second + score);
      to.best = sum;
      to.begin = static_cast<std::uint32_t>(begin);
      to.id = id;
    } else {
      to.second = std::max(to.second, sum);
    }
  });
  trace(word, ids_, step_scores_);
  Word made{};
  made.ids_begin = static_cast<std::uint32_t>(word_ids_.size());
  made.ids_count = static_cast<std::uint32_t>(ids_.size());
  made.scores_begin = static_cast<std::uint32_t>(word_scores_.size());
  made.scores_count = static_cast<std::uint32_t>(step_scores_.size());
  made.margin = nodes_[word.size()].best - nodes_[word.size()].second;
  made.roundings = static_cast<double>(word.size());
  made.magnitude = made.roundings * highest;
  word_ids_.insert(word_ids_.end(), ids_.begin(), ids_.end());
  word_scores_.insert(word_scores_.end(), step_scores_.begin(), step_scores_.end());
  words_.push_back(made);
  number_ = static_cast<TokenId>(words_.size() - 1);
  return {&number_, 1};
}

void UnigramModel::append_word(const Word& word, std::string_view text, std::vector<TokenId>& out) {
  // Each addition is off by half a unit in the last place at most; twice that is allowed for.
  const double unit = is_single_ ? 0x1p-23 : 0x1p-52;
  const double error = 2 * word.roundings * (std::abs(sum_) + word.magnitude) * unit;
  if (word.margin > error) [[likely]] {
    const TokenId* const ids = word_ids_.data() + word.ids_begin;
    out.insert(out.end(), ids, ids + word.ids_count);
    const double* const scores = word_scores_.data() + word.scores_begin;
    for (std::uint32_t i = 0; i < word.scores_count; ++i) sum_ = rounded(sum_ + scores[i]);
    return;
  }
  nodes_.assign(text.size() + 1, {0, 0, kNowhere, kNoPiece});
  nodes_[0].best = sum_;
  for_arcs(text, [&](std::size_t begin, std::size_t end, TokenId id, double score) {
    Node& to = nodes_[end];
    // A sum is compared before it is rounded, but for that of an unknown character.
    double sum = nodes_[begin].best + score;
    if (id == kNoPiece) sum = rounded(sum);
    if (to.begin != kNowhere && !(sum > to.best)) return;
    to = {rounded(sum), 0, static_cast<std::uint32_t>(begin), id};
  });
  sum_ = nodes_[text.size()].best;
  trace(text, ids_, step_scores_);
  out.insert(out.end(), ids_.begin(), ids_.end());
}

void UnigramModel::encode(std::string_view text, std::vector<TokenId>& out,
                          Checkpoint& checkpoint) {
  const std::size_t before = out.size();
  sum_ = 0;
  WordReader words(cutter_, text);
  std::size_t begin = 0;
  for (ends_.resize(kChunk); const std::size_t count = words.read(ends_); ends_.resize(kChunk)) {
    ends_.resize(count);
    const std::size_t end = ends_.back();
    for (std::size_t& one : ends_) one -= begin;
    encode_words(text.substr(begin, end - begin), out, checkpoint);
    begin = end;
  }
  unknown_.fuse(out, before);
}

void UnigramModel::encode_words(std::string_view text, std::vector<TokenId>& out,
                                Checkpoint& checkpoint) {
  if (words_.size() > kMostWords || word_scores_.size() > kMostScores) {
    cached_ = {};
    words_.clear();
    word_ids_.clear();
    word_scores_.clear();
  }
  KnownEnds ends(ends_);
  numbers_.clear();
  cached_.encode(
      text, ends, [&](std::string_view word) { return remember(word); }, numbers_, checkpoint);
  std::size_t begin = 0;
  for (std::size_t i = 0; i < ends_.size(); begin = ends_[i++]) {
    if (begins_anew_ && text[begin] == ' ') sum_ = 0;
    append_word(words_[numbers_[i]], text.substr(begin, ends_[i] - begin), out);
  }
}

void UnigramModel::write(ImageWriter& image) const { pass(*this, image); }

std::unique_ptr<TextModel> UnigramModel::read(ImageReader& image) {
  std::unique_ptr<UnigramModel> made(new UnigramModel);
  pass(*made, image);
  return made;
}

}  // namespace hartonomous::core::tokenizer
