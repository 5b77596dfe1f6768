// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "core/tokenizer/tiktoken_file.hpp"

using namespace hartonomous::core;

namespace {

NoCheckpoint checkpoint;

}  // namespace

TEST_CASE("rank files are read line by line") {
  const auto file = tokenizer::read_tiktoken("IQ== 0\nYWI= 7\r\n\nYWJj 4294967295", checkpoint);
  REQUIRE(file.is_ok());
  const auto& tokens = file.value().tokens;
  REQUIRE(tokens.size() == 3);
  CHECK(tokens[0].bytes == "!");
  CHECK(tokens[1].bytes == "ab");
  CHECK(tokens[1].id == 7);
  CHECK(tokens[1].rank == 7);
  CHECK(tokens[2].bytes == "abc");
  CHECK(tokenizer::read_tiktoken("", checkpoint).value().tokens.empty());
}

TEST_CASE("lines that are no rank are refused and named") {
  for (const char* line :
       {"IQ==", "IQ== ", "IQ== x", "IQ== -1", "IQ== 1x", "IQ== 4294967296", "IQ= 1", "I 1", " 1",
        "IR== 1", "YWJ= 1", "I=== 1", "====  1", "IQ== 1 ", "IQ==IQ== 1", "I*== 1", "IQ==\t1"}) {
    INFO(line);
    const auto file = tokenizer::read_tiktoken("IQ== 0\n" + std::string(line), checkpoint);
    REQUIRE(!file.is_ok());
    CHECK(file.status().code() == Code::kMalformed);
    CHECK(file.status().message().starts_with("line 2 "));
  }
}
