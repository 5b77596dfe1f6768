// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "golden.hpp"

#include <catch2/catch.hpp>

#include <map>

#include "core/base/utf8.hpp"
#include "core/cpe/encoder.hpp"

using namespace hartonomous;
using namespace hartonomous::test;
using core::cpe::TokenId;
using core::split::Pattern;

namespace {

core::NoCheckpoint checkpoint;

void check_golden(const VocabularyPointer& vocabulary, Pattern pattern, const std::string& set,
                  std::string_view parsed_as_special = "\x1a") {
  const auto cases = golden_cases(tokenizer_data() / "golden" / (set + ".jsonl"));
  REQUIRE(cases.size() > 1000);
  core::cpe::Encoder encoder(vocabulary, pattern);
  for (const GoldenCase& one : cases) {
    if (one.text.find(parsed_as_special) != std::string::npos) continue;
    std::vector<TokenId> ids;
    std::string text;
    encoder.encode(one.text, ids, checkpoint);
    INFO(set << ": " << one.text);
    REQUIRE(ids == one.ids);
    REQUIRE(vocabulary->decode(ids, text).is_ok());
    REQUIRE(text == one.text);
  }
}

// GPT-2's files write a byte as a visible character: itself, or the next one above U+0100.
std::map<char32_t, char> visible_bytes() {
  std::map<char32_t, char> bytes;
  char32_t next = 0x100;
  for (unsigned byte = 0; byte < 256; ++byte) {
    const bool is_visible = (byte > 0x20 && byte < 0x7f) || (byte > 0xa0 && byte != 0xad);
    bytes[is_visible ? byte : next++] = static_cast<char>(byte);
  }
  return bytes;
}

std::string from_visible(std::string_view text) {
  static const std::map<char32_t, char> bytes = visible_bytes();
  std::string out;
  while (!text.empty()) {
    const auto decoded = core::utf8::decode(text);
    out += bytes.at(decoded.codepoint);
    text.remove_prefix(decoded.length);
  }
  return out;
}

core::Result<VocabularyPointer> gpt2_by_merges(const std::filesystem::path& path) {
  simdjson::dom::parser parser;
  const simdjson::dom::element file = parser.load(path.string());
  std::map<std::string, TokenId> ids;
  for (const auto& [name, id] : simdjson::dom::object(file["model"]["vocab"])) {
    ids[from_visible(name)] = static_cast<TokenId>(std::uint64_t(id));
  }
  std::vector<core::cpe::Token> tokens;
  for (const auto& [bytes, id] : ids) {
    if (bytes != "<|endoftext|>") tokens.push_back({id, bytes});
  }
  std::vector<core::cpe::Merge> merges;
  for (const std::string_view line : file["model"]["merges"]) {
    const std::string left = from_visible(line.substr(0, line.find(' ')));
    const std::string right = from_visible(line.substr(line.find(' ') + 1));
    merges.push_back({ids.at(left), ids.at(right), ids.at(left + right)});
  }
  return core::cpe::Vocabulary::from_merges(core::cpe::Unit::kByte, tokens, merges,
                                            core::cpe::WholePiece::kMerge, checkpoint);
}

struct Set {
  const char* name;
  const char* ranks;
  Pattern pattern;
};
constexpr Set kSets[] = {
    {"r50k_base", "r50k_base", Pattern::kGpt2},    {"cl100k_base", "cl100k_base", Pattern::kCl100k},
    {"o200k_base", "o200k_base", Pattern::kO200k}, {"llama3", "llama3", Pattern::kLlama3},
    {"qwen2", "qwen2", Pattern::kQwen2},
};

}  // namespace

TEST_CASE("tiktoken's vocabularies give tiktoken's ids") {
  std::size_t found = 0;
  for (const Set& set : kSets) {
    const auto ranks = tokenizer_data() / "tiktoken_ranks" / (std::string(set.ranks) + ".tiktoken");
    const auto golden = tokenizer_data() / "golden" / (std::string(set.name) + ".jsonl");
    if (!std::filesystem::exists(ranks) || !std::filesystem::exists(golden)) {
      WARN("skipped: not both of " << ranks << " and " << golden);
      continue;
    }
    const auto vocabulary = tiktoken_vocabulary(ranks);
    REQUIRE(vocabulary.is_ok());
    CHECK(vocabulary.value()->is_ordered());
    check_golden(vocabulary.value(), set.pattern, set.name);
    ++found;
  }
  if (found == 0) WARN("skipped: there are no rank files in " << tokenizer_data());
}

TEST_CASE("GPT-2's merges give Hugging Face's ids") {
  const auto path = tokenizer_data() / "gpt2" / "gpt2_tokenizer.json";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: there is no " << path);
    return;
  }
  const auto vocabulary = gpt2_by_merges(path);
  REQUIRE(vocabulary.is_ok());
  CHECK(vocabulary.value()->is_ordered());
  check_golden(vocabulary.value(), Pattern::kGpt2, "gpt2", "<|endoftext|>");
}
