// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/byte_pair_model.hpp"

#include "core/tokenizer/pair_vocabulary.hpp"

namespace hartonomous::core::tokenizer {

Result<std::unique_ptr<TextModel>> BytePairModel::make(const Definition& definition,
                                                       Checkpoint& checkpoint) {
  const auto pattern = split::pattern_by_name(definition.vocabulary.pattern);
  if (!pattern) {
    return Status(Code::kUnsupported, "tokenizer cuts texts in a way that is not supported")
        .with_detail("It is " + quoted(definition.vocabulary.pattern, 200) + ".");
  }
  HARTONOMOUS_TRY(auto vocabulary, make_pair_vocabulary(definition.vocabulary, checkpoint));
  std::unique_ptr<BytePairModel> made(new BytePairModel(std::move(vocabulary), *pattern));
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    made->may_pass_through_ |= made->encoder_.vocabulary().of_unit(byte) >= cpe::kPassThrough;
  }
  made->unknown_ = definition.special.unknown;
  return std::unique_ptr<TextModel>(std::move(made));
}

void BytePairModel::encode(std::string_view text, std::vector<TokenId>& out,
                           Checkpoint& checkpoint) {
  const std::size_t begin = out.size();
  encoder_.encode(text, out, checkpoint);
  if (!may_pass_through_) return;
  std::size_t used = begin;
  for (std::size_t i = begin; i < out.size(); ++i) {
    if (out[i] < cpe::kPassThrough) {
      out[used++] = out[i];
    } else if (unknown_) {
      out[used++] = *unknown_;
    }
  }
  out.resize(used);
}

void BytePairModel::write(ImageWriter& image) const {
  image.text(std::string(split::pattern_name(encoder_.pattern())));
  image.value(unknown_);
  image.value(may_pass_through_);
  encoder_.vocabulary().write(image);
}

std::unique_ptr<TextModel> BytePairModel::read(ImageReader& image) {
  std::string name;
  std::optional<TokenId> unknown;
  bool may_pass_through = false;
  image.text(name);
  image.value(unknown);
  image.value(may_pass_through);
  const auto pattern = split::pattern_by_name(name);
  auto vocabulary = cpe::Vocabulary::read(image);
  if (!pattern || !vocabulary || vocabulary->unit() != cpe::Unit::kByte) return nullptr;
  std::unique_ptr<BytePairModel> made(new BytePairModel(std::move(vocabulary), *pattern));
  made->unknown_ = unknown;
  made->may_pass_through_ = may_pass_through;
  return made;
}

}  // namespace hartonomous::core::tokenizer
