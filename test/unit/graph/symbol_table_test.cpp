// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/graph/symbol_table.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>

namespace graph = hartonomous::core::graph;

TEST_CASE("words get numbers in order of first sight and keep them") {
  graph::SymbolTable table;
  CHECK(table.size() == graph::kFirstWord);
  CHECK(table.text(graph::kUnknown) == "<unk>");
  CHECK(table.text(graph::kEnd) == "</s>");
  CHECK(table.find("<s>") == graph::kUnknown);
  std::mt19937 random(1);
  std::map<std::string, graph::Symbol> seen;
  for (int i = 0; i < 20000; ++i) {
    std::string word(random() % 20, '\0');
    for (char& c : word) c = static_cast<char>(random() % 3);
    const graph::Symbol next = table.size();
    const auto [at, is_new] = seen.try_emplace(word, next);
    REQUIRE(table.find(word) == (is_new ? graph::kUnknown : at->second));
    REQUIRE(table.add(word) == at->second);
    REQUIRE(table.text(at->second) == word);
  }
  CHECK(table.size() == graph::kFirstWord + seen.size());
}
