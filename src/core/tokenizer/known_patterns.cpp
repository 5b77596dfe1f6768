// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The expressions are those of the tokenizer.json files of the models named, and of tiktoken. Two
// spellings of one rule have one name. The pretokenizer says what each name means.
#include "core/tokenizer/known_patterns.hpp"

#include <array>

namespace hartonomous::core::tokenizer {

namespace {

struct Known {
  std::string_view stated, name;
};

constexpr std::array kExpressions = {
    Known{R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", "gpt2"},
    Known{R"('(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)", "gpt2"},
    Known{R"('(?:[sdmt]|ll|ve|re)| ?\p{L}++| ?\p{N}++| ?[^\s\p{L}\p{N}]++|\s++$|\s+(?!\S)|\s)",
          "gpt2"},
    Known{R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}|)"
          R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
          "llama3"},
    Known{R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}|)"
          R"( ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+)",
          "llama3"},
    Known{R"('(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+|)"
          R"( ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s)",
          "cl100k"},
    Known{R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|)"
          R"( ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
          "qwen2"},
    Known{R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+)"
          R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?|)"
          R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*)"
          R"((?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|)"
          R"(\s*[\r\n]+|\s+(?!\S)|\s+)",
          "o200k"},
};

constexpr std::array kGgufNames = {
    Known{"gpt-2", "gpt2"},    Known{"llama-bpe", "llama3"},
    Known{"llama3", "llama3"}, Known{"llama-v3", "llama3"},
    Known{"dbrx", "llama3"},   Known{"smaug-bpe", "llama3"},
    Known{"qwen2", "qwen2"},   Known{"deepseek-r1-qwen", "qwen2"},
    Known{"gpt-4o", "o200k"},
};

template <std::size_t N>
std::string_view find(const std::array<Known, N>& all, std::string_view stated) noexcept {
  for (const Known& known : all) {
    if (known.stated == stated) return known.name;
  }
  return {};
}

}  // namespace

std::string_view pattern_of_expression(std::string_view expression) noexcept {
  return find(kExpressions, expression);
}
std::string_view pattern_of_sequence(std::string_view names) noexcept { return names; }
std::string_view pattern_of_gguf_name(std::string_view pre) noexcept {
  return find(kGgufNames, pre);
}

}  // namespace hartonomous::core::tokenizer
