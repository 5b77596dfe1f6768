// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "core/format/safetensors/shard_index.hpp"
#include "file_builder.hpp"

using namespace hartonomous::core;
using format::safetensors::ShardIndex;

namespace {
Result<ShardIndex> read(std::string_view json, const format::Limits& limits = {}) {
  MemorySource source(as_bytes(json));
  NoCheckpoint checkpoint;
  return format::safetensors::read_shard_index(source, limits, checkpoint);
}
Code code_of(std::string_view json, const format::Limits& limits = {}) {
  const auto result = read(json, limits);
  return result.is_ok() ? Code::kOk : result.status().code();
}
}  // namespace

TEST_CASE("a shard index maps tensors to files") {
  const auto result =
      read(R"({"metadata":{"total_size":96,"note":[1,{"x":null}]},)"
           R"("weight_map":{"b":"m-2.safetensors","a":"m-1.safetensors","c":"m-2.safetensors"}})");
  REQUIRE(result.is_ok());
  const ShardIndex& index = result.value();
  CHECK(index.files == std::vector<std::string>{"m-1.safetensors", "m-2.safetensors"});
  REQUIRE(index.weight_map.size() == 3);
  CHECK(index.weight_map[0].tensor == "b");
  CHECK(index.files[index.weight_map[0].file] == "m-2.safetensors");
  CHECK(index.files[index.weight_map[1].file] == "m-1.safetensors");
  CHECK(index.total_size == 96);
}

TEST_CASE("a total size that is not an integer is passed over") {
  const auto with = [](const char* total) {
    return read(std::string(R"({"metadata":{"total_size":)") + total + R"(},"weight_map":{}})");
  };
  CHECK_FALSE(with("96.0").value().total_size);
  CHECK_FALSE(with("\"96\"").value().total_size);
  CHECK_FALSE(read(R"({"weight_map":{}})").value().total_size);
  CHECK(with("018").status().code() == Code::kMalformed);
}

TEST_CASE("shard files are single path components") {
  for (const char* name :
       {"", ".", "..", "/etc/passwd", "a/b", "../m", "a\\\\b", "C:\\\\m", "a\\u000ab", "\\u007f"}) {
    INFO(name);
    CHECK(code_of(std::string(R"({"weight_map":{"a":")") + name + "\"}}") == Code::kMalformed);
  }
  CHECK(code_of(R"({"weight_map":{"a":")" + std::string(255, 'x') + "\"}}") == Code::kOk);
  CHECK(code_of(R"({"weight_map":{"a":")" + std::string(256, 'x') + "\"}}") == Code::kMalformed);
  CHECK(code_of(R"({"weight_map":{"a":"..m"}})") == Code::kOk);
}

TEST_CASE("malformed shard indexes are refused") {
  for (const char* json :
       {"", "[]", "{}", R"({"weight_map":[]})", R"({"weight_map":{"a":1}})",
        R"({"weight_map":{"a":"x","a":"x"}})", R"({"weight_map":{},"weight_map":{}})",
        R"({"weight_map":{},"extra":1})", R"({"weight_map":{}} {})", R"({"metadata":{},})",
        R"({"metadata":1,"weight_map":{}})", R"({"metadata":{"total_size":1,"total_size":1}})"}) {
    INFO(json);
    CHECK(code_of(json) == Code::kMalformed);
  }
  CHECK(code_of("{\"weight_map\":{\"\xff\":\"x\"}}") == Code::kBadEncoding);
}

TEST_CASE("values a shard index does not need are still bounded in depth") {
  const auto nested = [](std::size_t depth) {
    return R"({"metadata":{"x":)" + std::string(depth, '[') + std::string(depth, ']') +
           R"(},"weight_map":{}})";
  };
  CHECK(code_of(nested(64)) == Code::kOk);
  CHECK(code_of(nested(65)) == Code::kLimitExceeded);
  CHECK(code_of(nested(1'000'000)) == Code::kLimitExceeded);
}

TEST_CASE("caps on a shard index bind at their value and not before") {
  const std::string json = R"({"weight_map":{"a":"x","b":"y"}})";
  format::Limits limits;
  limits.max_tensors = 2;
  limits.max_header_bytes = json.size();
  CHECK(code_of(json, limits) == Code::kOk);
  limits.max_tensors = 1;
  CHECK(code_of(json, limits) == Code::kLimitExceeded);
  limits.max_tensors = 2;
  --limits.max_header_bytes;
  CHECK(code_of(json, limits) == Code::kLimitExceeded);
  limits.max_header_bytes = 1000;
  limits.max_memory_bytes = 100;
  CHECK(code_of(json, limits) == Code::kOutOfMemory);
}
