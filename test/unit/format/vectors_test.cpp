// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The files of tools/make-vectors against its manifest, mutants of the small ones, and the real
// models of a data directory beside the source tree, where there is one.
#include <catch2/catch.hpp>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "core/format/safetensors/shard_index.hpp"
#include "../shared_data.hpp"
#include "file_builder.hpp"

using namespace hartonomous::core;
using namespace hartonomous::test;

namespace {

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Row {
  std::string path, rule, expected;
};

std::vector<Row> manifest() {
  std::istringstream lines(contents(HARTONOMOUS_VECTORS "/manifest.tsv"));
  std::vector<Row> rows;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream fields(line);
    Row row;
    std::getline(fields, row.path, '\t');
    std::getline(fields, row.rule, '\t');
    std::getline(fields, row.expected, '\t');
    rows.push_back(row);
  }
  return rows;
}

std::string sqlstate(Code code) {
  static const std::map<Code, std::string> kStates = {{Code::kOk, "ok"},
                                                      {Code::kMalformed, "22P03"},
                                                      {Code::kLimitExceeded, "54000"},
                                                      {Code::kUnsupported, "0A000"},
                                                      {Code::kBadEncoding, "22021"},
                                                      {Code::kOutOfMemory, "53200"}};
  const auto known = kStates.find(code);
  return known == kStates.end() ? "outside the closed set" : known->second;
}

}  // namespace

TEST_CASE("every generated file is accepted, or refused with the SQLSTATE of its rule") {
  std::size_t accepted = 0, refused = 0;
  for (const Row& row : manifest()) {
    const std::string file = contents(HARTONOMOUS_VECTORS "/" + row.path);
    INFO(row.path << ": " << row.rule);
    if (row.expected == "index") {
      MemorySource source(as_bytes(file));
      NoCheckpoint checkpoint;
      CHECK(format::safetensors::read_shard_index(source, {}, checkpoint).is_ok());
      continue;
    }
    const auto result = parse(file);
    const Code code = result.is_ok() ? Code::kOk : result.status().code();
    CHECK(sqlstate(code) == row.expected);
    if (result.is_ok()) CHECK(segments_cover(result.value(), file.size()));
    ++(result.is_ok() ? accepted : refused);
  }
  CHECK(accepted >= 48);
  CHECK(refused >= 800);
}

TEST_CASE("files with one byte changed are refused in the closed set or still covered") {
  std::size_t mutants = 0;
  for (const Row& row : manifest()) {
    const std::string file = contents(HARTONOMOUS_VECTORS "/" + row.path);
    if (row.expected != "ok" || file.size() > 700) continue;
    INFO(row.path);
    for (std::size_t at = 0; at < file.size(); ++at) {
      for (const int change : {1, 2, 4, 8, 16, 32, 64, 128, -1}) {
        std::string mutant = file;
        mutant[at] = static_cast<char>(change < 0 ? 0 : mutant[at] ^ change);
        const auto result = parse(mutant);
        if (result.is_ok()) {
          REQUIRE(segments_cover(result.value(), mutant.size()));
        } else {
          REQUIRE(sqlstate(result.status().code()) != "outside the closed set");
        }
        ++mutants;
      }
    }
  }
  CHECK(mutants > 10'000);
}

TEST_CASE(
    "files cut short anywhere are refused, but for a missing final padding, or unrecognisable") {
  std::size_t cut = 0, accepted = 0;
  for (const Row& row : manifest()) {
    const std::string file = contents(HARTONOMOUS_VECTORS "/" + row.path);
    if (row.expected != "ok" || file.size() > 20'000) continue;
    if (row.path.starts_with("valid/other/")) continue;
    const bool is_gguf = file.starts_with("GGUF");
    INFO(row.path);
    for (std::size_t length = 0; length<file.size(); length += file.size()> 2000 ? 7 : 1) {
      const auto result = parse(file.substr(0, length));
      ++cut;
      if (!result.is_ok()) continue;
      if (result.value().format == format::Format::kOpaque) {
        REQUIRE(length < 15);  // no more than a length, blanks and a brace
        continue;
      }
      REQUIRE(is_gguf);
      REQUIRE(file.size() - length < 64);
      REQUIRE(segments_cover(result.value(), length));
      ++accepted;
    }
    if (!is_gguf) CHECK(parse(file + "x").status().code() == Code::kMalformed);
  }
  CHECK(cut > 5'000);
  CHECK(accepted < cut / 50);
}

TEST_CASE("real model files are accepted and covered") {
  const std::filesystem::path data = shared_data();
  if (!std::filesystem::is_directory(data)) {
    WARN("skipped: there is no directory " << data);
    return;
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(data)) {
    const std::string extension = entry.path().extension();
    if (extension != ".safetensors" && extension != ".gguf") continue;
    const std::string file = contents(entry.path());
    const auto result = parse(file);
    INFO(entry.path());
    if (!result.is_ok()) INFO(result.status().message());
    REQUIRE(result.is_ok());
    CHECK(segments_cover(result.value(), file.size()));
    ++files;
  }
  CHECK(files > 0);
}
