// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// What stops a parse from outside: a source that fails, a user who cancels, a budget that is spent.
#include <catch2/catch.hpp>

#include <algorithm>

#include "file_builder.hpp"

using namespace hartonomous::core;
using namespace hartonomous::test;

namespace {

// Fails on read number `fails_at` (from 0) and counts all reads.
class FailingSource final : public ByteSource {
 public:
  FailingSource(std::string_view file, std::size_t fails_at) : file_(file), fails_at_(fails_at) {}
  std::uint64_t size() const noexcept override { return file_.size(); }
  Status read(std::uint64_t offset, std::span<std::byte> out) override {
    if (reads++ == fails_at_) return {Code::kIoError, "read failed"};
    std::ranges::copy(as_bytes(file_.substr(offset, out.size())), out.begin());
    return Status::ok();
  }
  std::size_t reads = 0;

 private:
  std::string_view file_;
  std::size_t fails_at_;
};

struct Cancelled {};

// Throws at call number `stops_at`, and remembers the most work between two calls.
class StoppingCheckpoint final : public Checkpoint {
 public:
  explicit StoppingCheckpoint(std::size_t stops_at) : stops_at_(stops_at) {}
  void reached(std::uint64_t work) override {
    longest = std::max(longest, work);
    total += work;
    if (calls++ == stops_at_) throw Cancelled();
  }
  std::size_t calls = 0;
  std::uint64_t longest = 0, total = 0;

 private:
  std::size_t stops_at_;
};

std::string many_tensors(std::size_t count) {
  std::string json = "{\"__metadata__\":{\"long\":\"" + std::string(300'000, 'x') + "\"}";
  for (std::size_t i = 0; i < count; ++i) {
    json += ",\"layer.";
    json += std::to_string(i);
    json += R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  }
  return safetensors(json + "}");
}

std::string many_tokens(std::size_t count) {
  std::string tokens;
  for (std::size_t i = 0; i < count; ++i) tokens += text64("token" + std::to_string(i));
  Gguf gguf;
  gguf.add("tokenizer.ggml.tokens", 9, array(8, count, tokens));
  for (std::size_t i = 0; i < count; ++i) gguf.add("key." + std::to_string(i), 0, u8(1));
  return gguf.tensor("a", {8}, 0, 0).bytes(32).file();
}

}  // namespace

TEST_CASE("a read error at any point comes back as it is") {
  for (const std::string& file : {many_tensors(1000), many_tokens(20'000)}) {
    NoCheckpoint checkpoint;
    FailingSource counting(file, SIZE_MAX);
    REQUIRE(format::parse(counting, {}, checkpoint).is_ok());
    REQUIRE(counting.reads > 5);
    for (std::size_t i = 0; i < counting.reads; ++i) {
      FailingSource failing(file, i);
      const auto result = format::parse(failing, {}, checkpoint);
      REQUIRE_FALSE(result.is_ok());
      REQUIRE(result.status().code() == Code::kIoError);
      REQUIRE(failing.reads == i + 1);
    }
  }
}

TEST_CASE("a parse can be cancelled at every checkpoint, and reaches one every 64 KiB") {
  for (const std::string& file : {many_tensors(20'000), many_tokens(20'000)}) {
    MemorySource source(as_bytes(file));
    StoppingCheckpoint counting(SIZE_MAX);
    REQUIRE(format::parse(source, {}, counting).is_ok());
    CHECK(counting.longest <= 64 * 1024);
    CHECK(counting.total >= file.size() - 64 * 1024);
    CHECK(counting.calls > 2 * file.size() / (64 * 1024));
    for (std::size_t i = 0; i < counting.calls; ++i) {
      StoppingCheckpoint stopping(i);
      REQUIRE_THROWS_AS(format::parse(source, {}, stopping), Cancelled);
    }
  }
}

TEST_CASE("every memory budget is either enough or refused") {
  for (const std::string& file : {many_tensors(300), many_tokens(300)}) {
    format::Limits limits;
    std::size_t refused = 0;
    for (limits.max_memory_bytes = 0;; limits.max_memory_bytes += 997) {
      const Code code = code_of(file, limits);
      if (code == Code::kOk) break;
      REQUIRE(code == Code::kOutOfMemory);
      ++refused;
    }
    CHECK(refused > 10);
  }
}

TEST_CASE("a million tensors and a hundred thousand keys parse within the default limits") {
  std::string json = "{";
  for (int i = 0; i < 1'000'000; ++i) {
    json += '"';
    json += std::to_string(i);
    json += R"(":{"dtype":"U8","shape":[1],"data_offsets":[)";
    json += std::to_string(i) + "," + std::to_string(i + 1) + "]},";
  }
  json.back() = '}';
  const std::string file = safetensors(json, std::string(1'000'000, 'x'));
  const auto result = parse(file);
  REQUIRE(result.is_ok());
  CHECK(segments_cover(result.value(), file.size()));
  CHECK(code_of(many_tokens(99'000)) == Code::kOk);
}
