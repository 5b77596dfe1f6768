// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// Tokenizers of real models against the ids that their reference implementations gave.
#include <catch2/catch.hpp>

#include "opened.hpp"

using namespace hartonomous;
using namespace hartonomous::test;
using core::tokenizer::EncodeOptions;

namespace {

std::filesystem::path sample(const char* name) {
  return std::filesystem::path(HARTONOMOUS_SOURCE) / "sample" / name;
}

void check_llama_cases(const std::string& name) {
  const auto path = tokenizer_data() / "llama.cpp" / ("ggml-vocab-" + name + ".gguf");
  if (!std::filesystem::exists(path)) {
    WARN("skipped: there is no " << path);
    return;
  }
  const TokenizerPointer tokenizer = open_file(path);
  const auto cases = llama_cases(path);
  REQUIRE(cases.size() > 40);
  for (const GoldenCase& one : cases) {
    INFO(name << ": \"" << one.text << '"');
    CHECK(encode(*tokenizer, one.text) == one.ids);
  }
}

struct Set {
  const char* golden;
  const char* file;
  const char* name;     // under which the file is opened
  bool parses_special;  // as the reference did
};
constexpr Set kSets[] = {
    {"gpt2", "gpt2/gpt2_tokenizer.json", "tokenizer.json", true},
    {"t5-v1_1", "t5/t5-v1_1.tokenizer.json", "tokenizer.json", true},
    {"bert-base-uncased", "bert/bert-base-uncased.vocab.txt", "vocab.txt", false},
    {"mistral_v3", "mistral/mistral_instruct_tokenizer_240323.model.v3", "tokenizer.model", false},
    {"spm_test_model", "sentencepiece/test_model.model", "tokenizer.model", false},
    {"spm_test_ja_model", "sentencepiece/test_ja_model.model", "tokenizer.model", false},
};

}  // namespace

TEST_CASE("the sample model's two tokenizer files give the same ids") {
  const TokenizerPointer json = open_file(sample("base/tokenizer.json"));
  const TokenizerPointer gguf = open_file(sample("gguf/kjv-tiny-f16.gguf"));
  REQUIRE(json->size() == gguf->size());
  for (const char* text :
       {"In the beginning God created the heaven and the earth.", "", " ", "  two", "caf\u00e9\n",
        "\xf0\x9f\xa6\x99", "<s>", "it's 1611!\r\n\t x", "\xff\xfe"}) {
    for (const bool add : {false, true}) {
      for (const bool parse : {false, true}) {
        INFO(text);
        const Ids ids = encode(*json, text, {add, parse});
        CHECK(ids == encode(*gguf, text, {add, parse}));
        if (!parse) CHECK(decode(*gguf, ids) == text);
      }
    }
  }
  CHECK(encode(*json, "", {true, false}) == Ids{0});
  CHECK(encode(*json, "<s>", {false, true}) == Ids{0});
  CHECK(encode(*json, "<s>", {false, false}).size() > 1);
  CHECK(json->special().end_of_generation == std::vector<core::tokenizer::TokenId>{1});
  CHECK(gguf->special().begin == 0U);
  CHECK(gguf->special().end == 1U);
  CHECK(decode(*json, {0, 1}).empty());
  CHECK(decode(*json, {0, 1}, true) == "<s></s>");
  std::string text;
  CHECK(json->append(2048, false, text).code() == core::Code::kInvalidArgument);
}

TEST_CASE("SentencePiece BPE gives spaces back as they were") {
  const auto path = shared_data() / "models" / "stories260K-gguf" / "stories260K.gguf";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: there is no " << path);
    return;
  }
  const TokenizerPointer tokenizer = open_file(path);
  CHECK(encode(*tokenizer, "", {true, false}) == Ids{1});
  for (const char* text : {"Once upon a time", "  two", " ", "caf\u00e9 \U0001f999\n", "<s>",
                           "\u2581", "a\xff z", "x\ty"}) {
    INFO(text);
    const std::string expected = std::string(text) == "\u2581" ? " " : text;
    CHECK(decode(*tokenizer, encode(*tokenizer, text)) == expected);
  }
  // Tokens one by one give the text with the space that decode() takes away.
  std::string joined;
  for (const auto id : encode(*tokenizer, "Once upon")) {
    REQUIRE(tokenizer->append(id, false, joined).is_ok());
  }
  CHECK(joined == " Once upon");
}

TEST_CASE("vocabularies of llama.cpp give its ids") {
  for (const char* name : {"gpt-2", "llama-spm", "phi-3", "bert-bge", "falcon", "starcoder"}) {
    check_llama_cases(name);
  }
}

TEST_CASE("golden sets give the reference's ids") {
  for (const Set& set : kSets) {
    const auto path = tokenizer_data() / set.file;
    const auto golden = tokenizer_data() / "golden" / (std::string(set.golden) + ".jsonl");
    if (!std::filesystem::exists(path) || !std::filesystem::exists(golden)) {
      WARN("skipped: not both of " << path << " and " << golden);
      continue;
    }
    const TokenizerPointer tokenizer = open_file(path, set.name);
    const auto cases = golden_cases(golden);
    REQUIRE(cases.size() > 1000);
    for (const GoldenCase& one : cases) {
      INFO(set.golden << ": \"" << one.text << '"');
      CHECK(encode(*tokenizer, one.text, {false, set.parses_special}) == one.ids);
    }
  }
}
