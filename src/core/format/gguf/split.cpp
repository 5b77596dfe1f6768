// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/gguf/split.hpp"

#include "core/base/padded_number.hpp"

namespace hartonomous::core::format::gguf {

namespace {

constexpr std::uint64_t kMostNamed = 99'999;  // what five digits can say

// "-00002-of-00003.gguf" of part 1 of 3.
std::string suffix(std::uint64_t number, std::uint64_t count) {
  std::string text = "-";
  text.append(padded_number(number + 1, 5)).append("-of-").append(padded_number(count, 5));
  return text.append(".gguf");
}

}  // namespace

std::optional<SplitPart> split_part(const FileLayout& layout) {
  if (layout.format != Format::kGguf) return std::nullopt;
  const auto count = layout.metadata.find_uint64("split.count");
  const auto number = layout.metadata.find_uint64("split.no");
  if (!count || !number || *count < 2 || *number >= *count) return std::nullopt;
  return SplitPart{*number, *count, layout.metadata.find_uint64("split.tensors.count").value_or(0)};
}

std::vector<std::string> other_part_names(std::string_view name, const SplitPart& part) {
  if (part.count > kMostNamed) return {};
  const std::string own = suffix(part.number, part.count);
  if (!name.ends_with(own)) return {};
  const std::string stem(name.substr(0, name.size() - own.size()));
  std::vector<std::string> names;
  for (std::uint64_t i = 0; i < part.count; ++i) {
    if (i != part.number) names.push_back(stem + suffix(i, part.count));
  }
  return names;
}

}  // namespace hartonomous::core::format::gguf
