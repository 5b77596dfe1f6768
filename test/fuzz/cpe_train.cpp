// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Any bytes as a corpus to train on: refused exactly if the unit is the codepoint and they are not
// UTF-8; else every merge is of symbols made before it and of no higher count than the one before,
// and the counts are no more than the text has places. The first byte chooses pattern, unit and
// tie rule.
#include <cstdint>
#include <string_view>

#include "core/base/utf8.hpp"
#include "core/cpe/trainer.hpp"

using namespace hartonomous::core;

namespace {

void require(bool holds) {
  if (!holds) __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text{reinterpret_cast<const char*>(data) + 1, size - 1};
  const auto pattern = static_cast<split::Pattern>(data[0] % 7);
  const bool is_byte = data[0] / 7 % 2 == 1;
  const cpe::TrainingOptions options{
      .unit = is_byte ? cpe::Unit::kByte : cpe::Unit::kCodepoint,
      .tie_rule = static_cast<cpe::TieRule>(is_byte ? 1 + data[0] / 14 % 2 : data[0] / 14 % 3),
      .vocabulary_size = 4096,
      .min_frequency = 1};
  NoCheckpoint checkpoint;
  cpe::WordCounts words;
  words.add_text(text, pattern, checkpoint);
  words.add_text(text, pattern, checkpoint);
  const auto trained = cpe::train(words, options, checkpoint);
  if (!is_byte && utf8::first_invalid(text) != text.size()) {
    require(trained.status().code() == Code::kBadEncoding);
    return 0;
  }
  if (!trained.is_ok()) {
    require(trained.status().code() == Code::kInvalidArgument &&
            text.size() > options.vocabulary_size);
    return 0;
  }
  const cpe::TrainedMerges& result = trained.value();
  std::uint64_t highest = 2 * text.size();
  for (std::size_t i = 0; i < result.merges.size(); ++i) {
    const cpe::TrainedMerge& merge = result.merges[i];
    require(merge.left < result.base.size() + i && merge.right < result.base.size() + i);
    require(merge.count >= 2 && merge.count <= highest);
    highest = merge.count;
  }
  return 0;
}
