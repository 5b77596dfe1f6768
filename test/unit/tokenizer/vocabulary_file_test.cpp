// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/tokenizer/vocabulary_file.hpp"

#include <catch2/catch.hpp>

#include "core/cpe/token_atoms.hpp"
#include "core/cpe/text_encoder.hpp"
#include "core/tokenizer/byte_level.hpp"
#include "core/tokenizer/derive_merges.hpp"
#include "golden.hpp"

using namespace hartonomous;
using namespace hartonomous::core;
using cpe::Algorithm;
using cpe::TokenType;
using tokenizer::VocabularyFormat;

namespace {

NoCheckpoint checkpoint;

Result<tokenizer::VocabularyFile> read(std::string_view bytes, std::string_view merges = "") {
  MemorySource source(as_bytes(bytes));
  return tokenizer::read_vocabulary(source, merges, {}, checkpoint);
}

cpe::VocabularyContent content_of(std::string_view bytes, VocabularyFormat format,
                                  std::string_view merges = "") {
  auto file = read(bytes, merges);
  INFO((file.is_ok() ? std::string() : file.status().message() + " " + file.status().detail()));
  REQUIRE(file.is_ok());
  CHECK(file.value().format == format);
  return std::move(file.value().content);
}

Code refusal(std::string_view bytes, std::string_view merges = "") {
  const auto file = read(bytes, merges);
  REQUIRE_FALSE(file.is_ok());
  return file.status().code();
}

// A message of SentencePiece's: pieces, then the kind of model.
std::string sentencepiece_model(char kind) {
  const auto piece = [](std::string_view text, float score, char type) {
    std::string body("\x0a");
    body += static_cast<char>(text.size());
    body += text;
    body += '\x15';
    body.append(reinterpret_cast<const char*>(&score), 4);
    body += '\x18';
    body += type;
    return std::string("\x0a") + static_cast<char>(body.size()) + body;
  };
  return piece("<unk>", 0, 2) + piece("<s>", 0, 3) + piece("<0x41>", 0, 6) +
         piece("\u2581t", -1, 1) + piece("he", -2, 1) + piece("\u2581the", -3, 1) +
         piece("\u2581", -4, 1) + piece("t", -5, 1) + piece("h", -6, 1) + piece("e", -7, 1) +
         std::string("\x12\x02\x18") + kind;
}

}  // namespace

TEST_CASE("bytes are spelt as byte-level vocabularies spell them") {
  CHECK(tokenizer::spell_bytes(" a\n\xff") == "\u0120a\u010a\u00ff");
  std::string all, back;
  for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
  REQUIRE(tokenizer::append_spelled_bytes(tokenizer::spell_bytes(all), back));
  CHECK(back == all);
  CHECK_FALSE(tokenizer::append_spelled_bytes("a b", back));
  CHECK(back == all);
}

TEST_CASE("a tokenizer.json with merges is read") {
  const auto content = content_of(
      R"({"added_tokens":[{"id":5,"content":"<|end|>","special":true},{"id":4,"content":"[x]"}],)"
      R"("pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false},"model":{"type":"BPE",)"
      R"("vocab":{"a":0,"\u0120":1,"\u0120a":2,"aa":3},"merges":["\u0120 a",["a","a"]]}})",
      VocabularyFormat::kTokenizerJson);
  CHECK(content.algorithm == Algorithm::kPairs);
  CHECK(content.units_are_bytes);
  CHECK(content.pattern == "gpt2");
  REQUIRE(content.tokens.size() == 6);
  CHECK(content.tokens[2].bytes == " a");
  CHECK(content.tokens[4].type == TokenType::kUserDefined);
  CHECK(content.tokens[5].type == TokenType::kControl);
  CHECK(content.tokens[5].bytes == "<|end|>");
  CHECK(content.merges == std::vector<cpe::TokenMerge>{{1, 0, 2}, {0, 0, 3}});
}

TEST_CASE("a tokenizer.json with scores is read") {
  const auto content = content_of(
      R"({"model":{"type":"Unigram","unk_id":0,"vocab":[["<unk>",0.0],["\u2581a",-1.5],["b",-2e0]]},)"
      R"("pre_tokenizer":{"type":"Metaspace","add_prefix_space":true}})",
      VocabularyFormat::kTokenizerJson);
  CHECK(content.algorithm == Algorithm::kUnigram);
  CHECK(content.adds_space);
  CHECK(content.tokens[0].type == TokenType::kUnknown);
  CHECK(content.tokens[1].bytes == " a");
  CHECK(content.tokens[2].score == -2.0F);
  CHECK(content.merges.empty());
}

TEST_CASE("vocab.json needs its merges.txt") {
  const std::string_view vocabulary = R"({"a":0,"b":1,"ab":2})";
  const auto content = content_of(vocabulary, VocabularyFormat::kVocabJson, "#version: 0.2\na b\n");
  CHECK(content.merges == std::vector<cpe::TokenMerge>{{0, 1, 2}});
  CHECK(refusal(vocabulary, "a c\n") == Code::kMalformed);
  CHECK(refusal(vocabulary, "ab\n") == Code::kMalformed);
}

TEST_CASE("a SentencePiece model of merges is read, with the merges behind its pieces") {
  const auto content = content_of(sentencepiece_model(2), VocabularyFormat::kSentencePiece);
  CHECK(content.algorithm == Algorithm::kSentencePiece);
  CHECK(content.adds_space);
  CHECK(content.tokens[2].bytes == "A");
  CHECK(content.tokens[2].type == TokenType::kByte);
  CHECK(content.tokens[5].bytes == " the");
  CHECK(content.merges == std::vector<cpe::TokenMerge>{{6, 7, 3}, {8, 9, 4}, {3, 4, 5}});
  CHECK(content_of(sentencepiece_model(1), VocabularyFormat::kSentencePiece).merges.empty());
  CHECK(refusal(sentencepiece_model(3)) == Code::kUnsupported);
}

TEST_CASE("tiktoken's ranks are read, with the merges that they imply") {
  const auto content =
      content_of("YQ== 0\nYg== 1\nYWI= 2\nYWJh 3\nYWFi 4\n", VocabularyFormat::kTiktoken);
  CHECK(content.merges_by_bytes);
  CHECK(content.pattern == "unknown");
  // aab is a + ab, as ab is merged before aa could be.
  CHECK(content.merges == std::vector<cpe::TokenMerge>{{0, 1, 2}, {2, 0, 3}, {0, 2, 4}});
}

TEST_CASE("a list of WordPiece's tokens is read") {
  const auto content =
      content_of("[PAD]\n[UNK]\nthe\n##ing\n##\n[unused0]\n", VocabularyFormat::kWordPiece);
  CHECK(content.algorithm == Algorithm::kWordPiece);
  CHECK(content.tokens[0].type == TokenType::kControl);
  CHECK(content.tokens[1].type == TokenType::kUnknown);
  CHECK(content.tokens[3].bytes == "ing");
  CHECK(content.tokens[3].continues_word);
  CHECK(content.tokens[4].bytes == "##");
  CHECK_FALSE(content.tokens[4].continues_word);
  CHECK(content.tokens[5].type == TokenType::kNormal);
}

TEST_CASE("what is no vocabulary is refused") {
  CHECK(refusal("") == Code::kMalformed);
  CHECK(refusal(std::string_view("\0\1\2\3", 4)) == Code::kMalformed);
  CHECK(refusal("{}") == Code::kMalformed);
  CHECK(refusal(R"({"model":{"type":"BPE","vocab":{"a":0,"b":0}}})") == Code::kMalformed);
  CHECK(refusal(R"({"model":{"type":"BPE","vocab":{"a":4000000}}})") == Code::kLimitExceeded);
  CHECK(refusal(R"({"model":{"type":"Magic","vocab":{"a":0}}})") == Code::kUnsupported);
  CHECK(refusal("YQ== 0\nYQ= 1\n") == Code::kMalformed);
  CHECK(refusal("a\n\nb\n") == Code::kMalformed);
  CHECK(refusal("a\n\xff\n") == Code::kBadEncoding);
  for (std::size_t cut = 4; cut < sentencepiece_model(2).size(); cut += 3) {
    const std::string part = sentencepiece_model(2).substr(0, cut);
    const auto file = read(part);
    if (!file.is_ok()) CHECK(file.status().code() == Code::kMalformed);
  }
}

TEST_CASE("an expression that is not known is kept, and cannot encode") {
  const auto content = content_of(
      R"({"model":{"vocab":{"a":0},"merges":[]},"pre_tokenizer":{"type":"Sequence","pretokenizers":[)"
      R"({"type":"Split","pattern":{"Regex":"\\d"}},{"type":"ByteLevel","use_regex":false}]}})",
      VocabularyFormat::kTokenizerJson);
  CHECK(content.pattern == "\\d");
  const auto encoder = cpe::TextEncoder::open(content, checkpoint);
  REQUIRE_FALSE(encoder.is_ok());
  CHECK(encoder.status().code() == Code::kUnsupported);
}

TEST_CASE("vocabularies of models are read whole, and each token is the atom of its bytes") {
  const auto data = test::tokenizer_data();
  if (!std::filesystem::exists(data)) {
    WARN("skipped: " << data << " is not there");
    return;
  }
  struct Expected {
    const char* path;
    Algorithm algorithm;
    std::size_t tokens, merges;
  };
  constexpr Expected kFiles[] = {
      {"gpt2/gpt2_tokenizer.json", Algorithm::kPairs, 50257, 50000},
      {"llama.cpp/ggml-vocab-gpt-2.gguf", Algorithm::kPairs, 50257, 50000},
      {"tiktoken_ranks/r50k_base.tiktoken", Algorithm::kPairs, 50256, 50000},
      {"tiktoken_ranks/cl100k_base.tiktoken", Algorithm::kPairs, 100256, 100000},
      {"llama.cpp/ggml-vocab-llama-spm.gguf", Algorithm::kSentencePiece, 32000, 0},
      {"mistral/mistral_instruct_tokenizer_240323.model.v3", Algorithm::kSentencePiece, 32768, 0},
      {"t5/t5-v1_1.tokenizer.json", Algorithm::kUnigram, 32100, 0},
      {"bert/bert-base-uncased.vocab.txt", Algorithm::kWordPiece, 30522, 0},
      {"llama.cpp/ggml-vocab-bert-bge.gguf", Algorithm::kWordPiece, 30522, 0},
  };
  for (const Expected& expected : kFiles) {
    if (!std::filesystem::exists(data / expected.path)) continue;
    INFO(expected.path);
    const std::string bytes = test::file_contents(data / expected.path);
    auto file = read(bytes);
    REQUIRE(file.is_ok());
    const auto& content = file.value().content;
    CHECK(content.algorithm == expected.algorithm);
    CHECK(content.tokens.size() == expected.tokens);
    if (expected.merges != 0) CHECK(content.merges.size() == expected.merges);
    const auto parts = cpe::TokenParts::of(content, checkpoint);
    REQUIRE(parts.is_ok());
    text::AtomGraph graph;
    cpe::TokenAtoms atoms(content, parts.value(), graph);
    for (std::uint32_t id = 0; id < content.tokens.size(); ++id) atoms.atom(id);
    CHECK(graph.size() > 1000);
  }
}

TEST_CASE("merges derived from ranks are the merges that the model was trained with") {
  const auto data = test::tokenizer_data();
  const auto ranks = data / "tiktoken_ranks" / "r50k_base.tiktoken";
  const auto stated = data / "gpt2" / "gpt2_tokenizer.json";
  if (!std::filesystem::exists(ranks) || !std::filesystem::exists(stated)) {
    WARN("skipped: " << ranks << " or " << stated << " is not there");
    return;
  }
  const auto derived = read(test::file_contents(ranks)), given = read(test::file_contents(stated));
  REQUIRE(derived.is_ok());
  REQUIRE(given.is_ok());
  CHECK(derived.value().content.merges == given.value().content.merges);
}
