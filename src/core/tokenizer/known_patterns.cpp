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
    Known{R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|)"
          R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}|)"
          R"( ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
          "tekken"},
    Known{R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}|)"
          R"( ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
          "qwen35"},
    Known{R"( ?[^(\s|.,!?…。，、।۔،)]+)", "bloom"},
    Known{R"([0-9][0-9][0-9])", "ascii-triples"},
    Known{R"(\p{N}{1,3})", "three-digits"},
    Known{R"([一-龥぀-ゟ゠-ヿ]+)", "ideographs-kana"},
    Known{R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+|)"
          R"( ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
          "deepseek-v3-words"},
    Known{R"([\r\n])", "line-ends"},
    Known{R"(\s?\p{L}+)", "letters"},
    Known{R"(\s?\p{P}+)", "signs"},
    Known{R"([一-龥ࠀ-一가-퟿]+)", "ideographs"},
};

constexpr std::array kGgufNames = {
    Known{"gpt-2", "gpt2"},
    Known{"phi-2", "gpt2"},
    Known{"jina-es", "gpt2"},
    Known{"jina-de", "gpt2"},
    Known{"gigachat", "gpt2"},
    Known{"jina-v2-es", "gpt2"},
    Known{"jina-v2-de", "gpt2"},
    Known{"a.x-4.0", "gpt2"},
    Known{"mellum", "gpt2"},
    Known{"modern-bert", "gpt2"},
    Known{"mpt", "gpt2"},
    Known{"olmo", "gpt2"},
    Known{"jais", "gpt2"},
    Known{"trillion", "gpt2"},
    Known{"granite-docling", "gpt2"},
    Known{"exaone4", "gpt2"},
    Known{"jina-v1-en", "gpt2"},
    Known{"jina-v2-code", "gpt2"},
    Known{"roberta-bpe", "gpt2"},
    Known{"llama-bpe", "llama3"},
    Known{"llama3", "llama3"},
    Known{"llama-v3", "llama3"},
    Known{"falcon3", "llama3"},
    Known{"falcon-h1", "llama3"},
    Known{"pixtral", "llama3"},
    Known{"midm-2.0", "llama3"},
    Known{"lfm2", "llama3"},
    Known{"jina-v5-nano", "llama3"},
    Known{"dbrx", "llama3"},
    Known{"smaug-bpe", "llama3"},
    Known{"chatglm-bpe", "llama3"},
    Known{"glm4", "llama3"},
    Known{"glm5", "llama3"},
    Known{"qwen2", "qwen2"},
    Known{"deepseek-r1-qwen", "qwen2"},
    Known{"kormo", "qwen2"},
    Known{"f2llmv2", "qwen2"},
    Known{"stablelm2", "qwen2"},
    Known{"megrez", "qwen2"},
    Known{"hunyuan", "qwen2"},
    Known{"solar-open", "qwen2"},
    Known{"grok-2", "qwen2"},
    Known{"qwen35", "qwen35"},
    Known{"gpt-4o", "o200k"},
    Known{"llama4", "o200k"},
    Known{"kanana2", "o200k"},
    Known{"talkie", "o200k"},
    Known{"minimax-m2", "o200k"},
    Known{"tekken", "tekken"},
    Known{"starcoder", "starcoder"},
    Known{"refact", "starcoder"},
    Known{"command-r", "starcoder"},
    Known{"smollm", "starcoder"},
    Known{"codeshell", "starcoder"},
    Known{"exaone", "starcoder"},
    Known{"minerva-7b", "starcoder"},
    Known{"mellum2", "starcoder"},
    Known{"falcon", "falcon"},
    Known{"default", "punctuated"},
    Known{"deepseek-coder", "deepseek-coder"},
    Known{"deepseek-llm", "deepseek-llm"},
    Known{"deepseek-v3", "deepseek-v3"},
    Known{"hunyuan-dense", "deepseek-v3"},
    Known{"joyai-llm", "deepseek-v3"},
    Known{"hy_v4", "deepseek-v3"},
    Known{"poro-chat", "bloom"},
    Known{"bloom", "bloom"},
    Known{"gpt3-finnish", "bloom"},
    Known{"viking", "viking"},
};

// Cuts one after the other, as tokenizer.json lists them.
constexpr std::array kSequences = {
    Known{"digits, gpt2", "starcoder"},
    Known{"punctuation, gpt2, ascii-triples", "falcon"},
    Known{"three-digits, ideographs-kana, deepseek-v3-words", "deepseek-v3"},
    Known{"line-ends, letters, signs, ideographs, digits", "deepseek-coder"},
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
std::string_view pattern_of_sequence(std::string_view names) noexcept {
  const std::string_view known = find(kSequences, names);
  return known.empty() ? names : known;
}
std::string_view pattern_of_gguf_name(std::string_view pre) noexcept {
  return find(kGgufNames, pre);
}

}  // namespace hartonomous::core::tokenizer
