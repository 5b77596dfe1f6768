// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "core/hub/listing.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::hub;

namespace {

NoCheckpoint no_checkpoint;

std::string tree_with(const std::string& path, const std::string& size, const std::string& oid) {
  return R"([{"type":"file","path":")" + path + R"(","size":)" + size + R"(,"oid":")" + oid +
         "\"}]";
}
const std::string kSha1(40, 'a');

}  // namespace

TEST_CASE("sources name models of hubs") {
  const auto plain = parse_model_address("hf://org/repo").value();
  CHECK((plain.repository == "org/repo" && plain.revision == "main" && plain.path.empty()));
  const auto full = parse_model_address("hf://org/repo@v1.0/sub/m.gguf").value();
  CHECK((full.repository == "org/repo" && full.revision == "v1.0" && full.path == "sub/m.gguf"));
  const auto library = parse_model_address("ollama://llama3").value();
  CHECK((library.repository == "library/llama3" && library.revision == "latest"));
  const auto own = parse_model_address("ollama://me/mine:q4_0").value();
  CHECK((own.repository == "me/mine" && own.revision == "q4_0"));
}

TEST_CASE("what names none is refused") {
  for (const char* source : {"",
                             "hf://",
                             "hf://org",
                             "hf://org/",
                             "hf:///repo",
                             "hf://org/repo@",
                             "hf://org/repo@a b",
                             "hf://org/..",
                             "hf://org/repo/../x",
                             "hf://org/repo//x",
                             "hf://org/repo?x=1",
                             "hf://org/repo#x",
                             "hf://u:p@host/x",
                             "hf://org/re%2fpo",
                             "ollama://",
                             "ollama://a/b/c",
                             "ollama://a:b:c",
                             "ollama://a:..",
                             "https://example.org/x",
                             "file:///etc/passwd"}) {
    INFO(source);
    CHECK(parse_model_address(source).status().code() == Code::kInvalidArgument);
  }
}

TEST_CASE("a tree's files have a path, a size and a digest") {
  const auto files = read_tree(tree_with("a/b.txt", "12", kSha1), no_checkpoint).value();
  REQUIRE(files.size() == 1);
  CHECK((files[0].path == "a/b.txt" && files[0].bytes == 12 && files[0].git_sha1 == kSha1));
  for (const auto& json :
       {tree_with("../x", "1", kSha1), tree_with("/x", "1", kSha1), tree_with("a//b", "1", kSha1),
        tree_with("x", "-1", kSha1), tree_with("x", "1.5", kSha1), tree_with("x", "1e300", kSha1),
        tree_with("x", "9007199254740993000", kSha1), tree_with("x", "1", "../x"),
        tree_with("x", "1", std::string(40, 'G')), std::string("{}"), std::string("[")}) {
    INFO(json);
    CHECK(read_tree(json, no_checkpoint).status().code() == Code::kMalformed);
  }
  CHECK(read_tree(tree_with(".gitattributes", "1", kSha1), no_checkpoint).value().empty());
}

TEST_CASE("a manifest's layers become files") {
  const std::string digest = "sha256:" + std::string(64, 'b');
  const auto layer = [&](const std::string& type) {
    return R"({"mediaType":"application/vnd.ollama.image.)" + type + R"(","size":3,"digest":")" +
           digest + "\"}";
  };
  const std::string config =
      R"({"mediaType":"application/vnd.docker.container.image.v1+json","size":2,"digest":")" +
      digest + "\"}";
  const auto files =
      read_manifest(R"({"schemaVersion":2,"config":)" + config + R"(,"layers":[)" + layer("model") +
                        "," + layer("license") + "," + layer("license") + "]}",
                    no_checkpoint)
          .value();
  std::string names;
  for (const RemoteFile& file : files) names += file.path + " ";
  CHECK(names == "ollama-config.json model.gguf license.txt license-2.txt ");
  CHECK(read_manifest(R"({"schemaVersion":1})", no_checkpoint).status().code() ==
        Code::kUnsupported);
  CHECK(read_manifest(R"({"schemaVersion":2,"layers":[]})", no_checkpoint).status().code() ==
        Code::kMalformed);
}

TEST_CASE("paths are written into URLs byte by byte") {
  CHECK(url_path("a/b c?#%.~-_\u00e9") == "a/b%20c%3F%23%25.~-_%C3%A9");
}
