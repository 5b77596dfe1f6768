// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/cpe/trained_vocabulary.hpp"

#include <array>

#include "core/base/utf8.hpp"

namespace hartonomous::core::cpe {

namespace {

constexpr std::array kTieRules = {"content_hash", "hugging_face", "sentencepiece"};

}  // namespace

const char* name(TieRule rule) noexcept { return kTieRules[static_cast<std::size_t>(rule)]; }

bool from_name(std::string_view text, TieRule& out) noexcept {
  for (std::size_t i = 0; i < kTieRules.size(); ++i) {
    if (text != kTieRules[i]) continue;
    out = static_cast<TieRule>(i);
    return true;
  }
  return false;
}

Result<VocabularyContent> trained_vocabulary(const TrainedMerges& trained,
                                             const TrainingOptions& options,
                                             std::string_view boundary) {
  VocabularyContent out;
  out.units_are_bytes = options.unit == Unit::kByte;
  out.pattern = boundary;
  out.tie_rule = name(options.tie_rule);
  out.tokens.reserve(trained.base.size() + trained.merges.size());
  for (const std::uint32_t unit : trained.base) {
    std::string& bytes = out.tokens.emplace_back().bytes;
    if (out.units_are_bytes) {
      bytes += static_cast<char>(unit);
    } else {
      utf8::append(bytes, unit);
    }
  }
  out.merges.reserve(trained.merges.size());
  for (const TrainedMerge& merge : trained.merges) {
    const auto token = static_cast<std::uint32_t>(out.tokens.size());
    std::string whole = out.tokens[merge.left].bytes + out.tokens[merge.right].bytes;
    if (whole.size() > kMaxTokenBytes) {
      return Status(Code::kLimitExceeded, "a token would be too long")
          .with_detail("Merge " + std::to_string(out.merges.size()) + " makes one of " +
                       std::to_string(whole.size()) + " bytes; the limit is " +
                       std::to_string(kMaxTokenBytes) + ".")
          .with_hint("Choose another boundary, or a smaller vocabulary.");
    }
    out.tokens.emplace_back().bytes = std::move(whole);
    out.merges.push_back({merge.left, merge.right, token});
  }
  return out;
}

}  // namespace hartonomous::core::cpe
