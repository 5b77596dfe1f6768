// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/model_tokenizer.hpp"

#include <algorithm>
#include <array>

#include "core/tokenizer/byte_pair_model.hpp"
#include "core/tokenizer/piece_model.hpp"
#include "core/tokenizer/unigram_model.hpp"
#include "core/tokenizer/word_piece_model.hpp"

namespace hartonomous::core::tokenizer {

namespace {

using cpe::Algorithm;
using cpe::TokenType;

// Changes whenever what an image holds does.
constexpr std::array<char, 16> kHeader = {'h', 'a', 'r', 't', 'o', 'n', 'o', 'm',
                                          ' ', 't', 'o', 'k', 'e', 'n', ' ', '1'};

std::vector<AddedToken> select(const Definition& definition, bool is_normalized) {
  std::vector<AddedToken> chosen;
  for (const AddedToken& token : definition.added) {
    if (token.is_normalized == is_normalized) chosen.push_back(token);
  }
  return chosen;
}

std::vector<AddedToken> inner_tokens(const Definition& definition) {
  std::vector<AddedToken> chosen;
  if (!definition.matches_user_defined_inside) return chosen;
  const auto& tokens = definition.vocabulary.tokens;
  for (TokenId id = 0; id < tokens.size(); ++id) {
    if (tokens[id].type != TokenType::kUserDefined) continue;
    AddedToken& token = chosen.emplace_back();
    token.id = id;
    token.text = tokens[id].bytes;
  }
  return chosen;
}

// Whether a word is written without the space before it. Source: the clean-up of huggingface/
// tokenizers' WordPiece decoder, which goes token by token.
bool joins_left(std::string_view word) noexcept {
  constexpr std::string_view kBegins[] = {".", "?", "!", ",", "n't", "'m", "'s", "'ve", "'re"};
  return std::ranges::any_of(kBegins, [&](std::string_view one) { return word.starts_with(one); });
}

}  // namespace

ModelTokenizer::ModelKind ModelTokenizer::kind_of(
    const cpe::VocabularyContent& vocabulary) noexcept {
  switch (vocabulary.algorithm) {
    case Algorithm::kPairs:
      return vocabulary.units_are_bytes ? ModelKind::kBytePairs : ModelKind::kPieces;
    case Algorithm::kSentencePiece:
      return ModelKind::kPieces;
    case Algorithm::kUnigram:
      return ModelKind::kUnigram;
    case Algorithm::kWordPiece:
      break;
  }
  return ModelKind::kWordPiece;
}

Result<std::unique_ptr<TextModel>> ModelTokenizer::make_model(const Definition& definition,
                                                              Checkpoint& checkpoint) {
  switch (kind_of(definition.vocabulary)) {
    case ModelKind::kBytePairs:
      return BytePairModel::make(definition, checkpoint);
    case ModelKind::kPieces:
      return PieceModel::make(definition, checkpoint);
    case ModelKind::kUnigram:
      return UnigramModel::make(definition, checkpoint);
    case ModelKind::kWordPiece:
      break;
  }
  return WordPieceModel::make(definition, checkpoint);
}

Result<std::unique_ptr<Tokenizer>> ModelTokenizer::make(const Definition& definition,
                                                        Checkpoint& checkpoint) {
  for (const auto& ids : {definition.before, definition.after}) {
    for (const TokenId id : ids) {
      const auto& tokens = definition.vocabulary.tokens;
      if (id >= tokens.size() ||
          (tokens[id].type == TokenType::kUnused && tokens[id].bytes.empty())) {
        return Status(Code::kMalformed,
                      "special token " + std::to_string(id) + " is not in the vocabulary");
      }
    }
  }
  HARTONOMOUS_TRY(Normalizer normalizer, Normalizer::make(definition, checkpoint));
  HARTONOMOUS_TRY(std::unique_ptr<TextModel> model, make_model(definition, checkpoint));
  return std::unique_ptr<Tokenizer>(
      new ModelTokenizer(definition, std::move(normalizer), std::move(model), checkpoint));
}

ModelTokenizer::ModelTokenizer(const Definition& definition, Normalizer normalizer,
                               std::unique_ptr<TextModel> model, Checkpoint& checkpoint)
    : table_(definition.vocabulary),
      special_(definition.special),
      before_(definition.before),
      after_(definition.after),
      finder_(select(definition, false), checkpoint),
      normalized_finder_(select(definition, true), checkpoint),
      inner_finder_(inner_tokens(definition), checkpoint),
      normalizer_(std::move(normalizer)),
      model_(std::move(model)),
      kind_(kind_of(definition.vocabulary)),
      strips_first_space_(definition.strips_first_space),
      cleans_up_(definition.cleans_up) {}

template <class Self, class Image>
void ModelTokenizer::pass(Self& self, Image& image) {
  TokenTable::pass(self.table_, image);
  auto& special = self.special_;
  for (auto* one : {&special.begin, &special.end, &special.unknown, &special.separator,
                    &special.classify, &special.padding, &special.mask}) {
    image.value(*one);
  }
  image.list(special.end_of_generation);
  image.list(self.before_);
  image.list(self.after_);
  AddedTokenFinder::pass(self.finder_, image);
  AddedTokenFinder::pass(self.normalized_finder_, image);
  AddedTokenFinder::pass(self.inner_finder_, image);
  image.choice(self.kind_, ModelKind::kWordPiece);
  image.value(self.strips_first_space_);
  image.value(self.cleans_up_);
}

std::vector<std::byte> ModelTokenizer::image() const {
  ImageWriter image;
  image.value(kHeader);
  pass(*this, image);
  normalizer_.write(image);
  model_->write(image);
  return std::move(image).bytes();
}

std::unique_ptr<Tokenizer> ModelTokenizer::read(Bytes bytes, std::shared_ptr<const void> keeper) {
  ImageReader image(bytes);
  std::array<char, kHeader.size()> header{};
  image.value(header);
  if (header != kHeader) return nullptr;
  std::unique_ptr<ModelTokenizer> made(new ModelTokenizer);
  pass(*made, image);
  made->normalizer_.read(image);
  if (image.is_intact()) made->read_model(image);
  if (made->model_ == nullptr || !image.is_intact() || !image.is_at_end()) return nullptr;
  made->keeper_ = std::move(keeper);
  return made;
}

void ModelTokenizer::read_model(ImageReader& image) {
  switch (kind_) {
    case ModelKind::kBytePairs:
      model_ = BytePairModel::read(image);
      break;
    case ModelKind::kPieces:
      model_ = PieceModel::read(image);
      break;
    case ModelKind::kUnigram:
      model_ = UnigramModel::read(image);
      break;
    case ModelKind::kWordPiece:
      model_ = WordPieceModel::read(image);
      break;
  }
}

Status ModelTokenizer::encode(std::string_view text, const EncodeOptions& options,
                              std::vector<TokenId>& out, Checkpoint& checkpoint) {
  if (options.add_special) out.insert(out.end(), before_.begin(), before_.end());
  bool is_first = true;
  for (std::size_t at = 0; at < text.size(); is_first = false) {
    const auto match = finder_.find(text, at, options.parse_special);
    if (match.begin > at) {
      encode_stretch(text.substr(at, match.begin - at), is_first, options, out, checkpoint);
    }
    if (match.begin < match.end) out.push_back(match.id);
    at = match.end;
  }
  if (options.add_special) out.insert(out.end(), after_.begin(), after_.end());
  return Status::ok();
}

void ModelTokenizer::encode_stretch(std::string_view stretch, bool is_first,
                                    const EncodeOptions& options, std::vector<TokenId>& out,
                                    Checkpoint& checkpoint) {
  const std::string_view text = normalizer_.apply(stretch, is_first, scratch_, checkpoint);
  for (std::size_t at = 0; at < text.size();) {
    const auto match = normalized_finder_.find(text, at, options.parse_special);
    if (match.begin > at) encode_normalized(text.substr(at, match.begin - at), out, checkpoint);
    if (match.begin < match.end) out.push_back(match.id);
    at = match.end;
  }
}

void ModelTokenizer::encode_normalized(std::string_view text, std::vector<TokenId>& out,
                                       Checkpoint& checkpoint) {
  for (std::size_t at = 0; at < text.size();) {
    const auto match = inner_finder_.find(text, at, true);
    if (match.begin > at) model_->encode(text.substr(at, match.begin - at), out, checkpoint);
    if (match.begin < match.end) out.push_back(match.id);
    at = match.end;
  }
}

Status ModelTokenizer::append(TokenId token, bool show_special, std::string& out) const {
  if (token >= table_.size() || !table_.is_token(token)) {
    return Status(Code::kInvalidArgument, std::to_string(token) + " is no token")
        .with_detail("Tokens of this model are numbered from 0 to " +
                     std::to_string(table_.size() - 1) + ".");
  }
  const TokenType type = table_.type(token);
  const bool is_special = type == TokenType::kControl || type == TokenType::kUnknown;
  if (is_special && !show_special) return Status::ok();
  const std::string_view bytes = table_.bytes(token);
  if (kind_ == ModelKind::kWordPiece && !table_.continues_word(token) && !(cleans_up_ && joins_left(bytes))) {
    out += ' ';
  }
  out += bytes;
  return Status::ok();
}

Status ModelTokenizer::decode(std::span<const TokenId> tokens, bool show_special,
                              std::string& out) const {
  std::string text;
  for (const TokenId token : tokens) HARTONOMOUS_CHECK(append(token, show_special, text));
  const bool strips = (strips_first_space_ || kind_ == ModelKind::kWordPiece) && text.starts_with(' ');
  out += std::string_view(text).substr(strips ? 1 : 0);
  return Status::ok();
}

}  // namespace hartonomous::core::tokenizer
