// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "file_builder.hpp"

using namespace hartonomous::test;
namespace format = hartonomous::core::format;
using hartonomous::core::Code;
using hartonomous::core::format::Format;
using hartonomous::core::format::Limits;
using hartonomous::core::format::MetadataArray;
using hartonomous::core::tensor::DType;

namespace {

enum Type : std::uint32_t { kU8, kI8, kU16, kI16, kU32, kI32, kF32, kBool, kString, kArray, kU64 };

// One F32 tensor of eight elements and its bytes.
Gguf one() { return Gguf().tensor("a", {8}, 0, 0).bytes(32); }
Code code_with(std::uint32_t type, const std::string& value) {
  return code_of(Gguf().add("key", type, value).file());
}

}  // namespace

TEST_CASE("a GGUF file is laid out as its header says") {
  Gguf gguf;
  gguf.add("general.architecture", kString, text64("llama"))
      .add("llama.block_count", kU32, u32(7))
      .add("llama.rope.freq_base", kF32, f32(10000))
      .add("tokenizer.ggml.tokens", kArray, array(kString, 2, text64("ab") + text64("\xff")))
      .add("tokenizer.ggml.scores", kArray, array(kF32, 2, f32(1) + f32(-1)))
      .add("general.quiet", kBool, u8(1))
      .add("general.offset", kI32, i32(-3))
      .tensor("m", {32, 3}, 2, 0)
      .tensor("s", {}, 0, 64)
      .tensor("v", {5}, 1, 96)
      .bytes(106);
  const std::string file = gguf.file();
  const auto result = parse(file);
  REQUIRE(result.is_ok());
  const auto& layout = result.value();
  CHECK(layout.format == Format::kGguf);
  CHECK(layout.warnings.empty());
  REQUIRE(layout.tensors.size() == 3);
  CHECK(layout.tensors[0].dtype == DType::kQ4_0);
  CHECK(layout.tensors[0].shape == std::vector<std::uint64_t>{3, 32});
  CHECK(layout.tensors[0].byte_length == 54);
  CHECK(layout.tensors[0].offset == file.size() - 106);
  CHECK(layout.tensors[1].shape.empty());
  CHECK(layout.tensors[1].byte_length == 4);
  CHECK(layout.tensors[2].offset + layout.tensors[2].byte_length == file.size());
  CHECK(*layout.metadata.find_string("general.architecture") == "llama");
  CHECK(layout.metadata.find_uint64("llama.block_count") == 7);
  CHECK(layout.metadata.find_double("llama.rope.freq_base") == 10000);
  CHECK_FALSE(layout.metadata.find_uint64("general.offset"));
  const auto& tokens = std::get<MetadataArray>(*layout.metadata.find("tokenizer.ggml.tokens"));
  CHECK(tokens.as_string(0) == "ab");
  CHECK(tokens.as_string(1) == "\xff");
  CHECK(segments_cover(layout, file.size()));
}

TEST_CASE("unusual but valid GGUF files are accepted") {
  CHECK(code_of(Gguf().file()) == Code::kOk);
  CHECK(code_of(Gguf().bytes(31).file()) == Code::kOk);  // padding after a header without tensors
  Gguf second = one();
  second.version = 2;
  CHECK(code_of(second.file()) == Code::kOk);
  CHECK(code_of(one().bytes(31).file()) == Code::kOk);
  CHECK(code_of(one().bytes(32).file()) == Code::kMalformed);
  CHECK(code_of(Gguf().tensor("a", {1}, 0, 0).bytes(4).file()) == Code::kOk);
  CHECK(code_of(Gguf().tensor("a", {0, 3}, 0, 0).tensor("b", {1}, 0, 0).bytes(4).file()) ==
        Code::kOk);
  const auto odd = parse(Gguf().add("Key With Blanks", kU8, u8(1)).file());
  REQUIRE(odd.is_ok());
  CHECK(odd.value().warnings.size() == 1);
}

TEST_CASE("a GGUF file truncated anywhere is refused") {
  const std::string file = one().add("k", kString, text64("v")).file();
  CHECK(code_of(file) == Code::kOk);
  for (std::size_t length = 4; length < file.size(); ++length) {  // shorter, it is nothing known
    INFO(length);
    REQUIRE(code_of(file.substr(0, length)) == Code::kMalformed);
  }
}

TEST_CASE("GGUF version 1 has short counts, and version 3 may have the other byte order") {
  const std::string data = "0123456789abcdef";
  const auto read = [&](std::string file) {
    file.resize((file.size() + 31) / 32 * 32, '\0');
    return parse(file + data).value();
  };
  const auto old = read("GGUF" + u32(1) + u32(1) + u32(1) + u32(1) + "k" + u32(4) + u32(7) +
                        u32(1) + "t" + u32(2) + u32(2) + u32(2) + u32(0) + u64(0));
  CHECK(old.metadata.find_uint64("k") == 7);
  REQUIRE(old.tensors.size() == 1);
  CHECK(old.tensors[0].shape == std::vector<std::uint64_t>{2, 2});
  CHECK(old.tensors[0].placement == format::Placement::kInPlace);

  const auto swapped = [](const std::string& number) {
    return std::string(number.rbegin(), number.rend());
  };
  const auto b32 = [&](std::uint32_t value) { return swapped(u32(value)); };
  const auto b64 = [&](std::uint64_t value) { return swapped(u64(value)); };
  const auto turned = read("GGUF" + b32(3) + b64(1) + b64(1) + b64(1) + "k" + b32(9) + b32(2) +
                           b64(2) + std::string("\x01\x02\x00\x03", 4) + b64(1) + "t" + b32(2) +
                           b64(2) + b64(2) + b32(0) + b64(0));
  const auto& array = std::get<format::MetadataArray>(*turned.metadata.find("k"));
  CHECK(array.as_uint64(0) == 0x102);
  CHECK(array.as_uint64(1) == 3);
  REQUIRE(turned.tensors.size() == 1);
  CHECK(turned.tensors[0].shape == std::vector<std::uint64_t>{2, 2});
  CHECK(turned.tensors[0].placement == format::Placement::kEncoded);
}

TEST_CASE("GGUF versions that are not known are refused by name") {
  for (const auto& [version, code] : {std::pair(0U, Code::kMalformed),
                                      {1U, Code::kMalformed},  // counts are not of its width
                                      {4U, Code::kUnsupported},
                                      {1U << 31, Code::kUnsupported},
                                      {0x02000000U, Code::kUnsupported},
                                      {0x03000000U, Code::kMalformed}}) {
    Gguf gguf = one();
    gguf.version = version;
    INFO(version);
    CHECK(code_of(gguf.file()) == code);
  }
}

TEST_CASE("GGUF counts are held against the bytes that are there") {
  for (const std::uint64_t count :
       {UINT64_MAX, std::uint64_t{1} << 60, std::uint64_t{1} << 63, std::uint64_t{1'000}}) {
    Gguf tensors = one(), entries = one();
    tensors.tensor_count = count;
    entries.entry_count = count;
    INFO(count);
    CHECK(code_of(tensors.file()) == Code::kMalformed);
    CHECK(code_of(entries.file()) == Code::kMalformed);
  }
}

TEST_CASE("GGUF keys are non-empty, short, unique text") {
  CHECK(code_of(Gguf().add("", kU8, u8(1)).file()) == Code::kMalformed);
  CHECK(code_of(Gguf().add("k", kU8, u8(1)).add("k", kU8, u8(2)).file()) == Code::kMalformed);
  CHECK(code_of(Gguf().add(std::string(65'535, 'k'), kU8, u8(1)).file()) == Code::kOk);
  CHECK(code_of(Gguf().add(std::string(65'536, 'k'), kU8, u8(1)).file()) == Code::kMalformed);
  CHECK(code_of(Gguf().add(std::string_view("a\0b", 3), kU8, u8(1)).file()) == Code::kBadEncoding);
  CHECK(code_of(Gguf().add("\xff", kU8, u8(1)).file()) == Code::kBadEncoding);
}

TEST_CASE("GGUF values are of a known type and in its range") {
  CHECK(code_with(13, u64(0)) == Code::kMalformed);
  CHECK(code_with(UINT32_MAX, u64(0)) == Code::kMalformed);
  CHECK(code_with(kBool, u8(0)) == Code::kOk);
  CHECK(code_with(kBool, u8(2)) == Code::kMalformed);
  CHECK(code_with(kArray, array(kBool, 2, u8(1) + u8(2))) == Code::kMalformed);
  CHECK(code_with(kArray, array(13, 0, "")) == Code::kMalformed);
  CHECK(code_with(kString, text64("\xc0\x80")) == Code::kBadEncoding);
}

TEST_CASE("GGUF strings and arrays cannot claim more than the file holds") {
  CHECK(code_with(kString, u64(1ULL << 63)) == Code::kMalformed);
  CHECK(code_with(kString, u64(4) + "abc") == Code::kMalformed);
  CHECK(code_with(kString, u64(UINT64_MAX) + "abc") == Code::kMalformed);
  CHECK(code_with(kArray, array(kU8, 1ULL << 62, "")) == Code::kMalformed);
  CHECK(code_with(kArray, array(kU64, (1ULL << 61) + 1, u64(0))) == Code::kMalformed);
  CHECK(code_with(kArray, array(kString, 1ULL << 63, "")) == Code::kMalformed);
  CHECK(code_with(kArray, array(kArray, 1ULL << 63, "")) == Code::kMalformed);
}

TEST_CASE("GGUF arrays nest four deep and no deeper") {
  std::string nested = array(kU8, 1, u8(1));
  for (int depth = 2; depth <= 4; ++depth) nested = array(kArray, 1, nested);
  CHECK(code_with(kArray, nested) == Code::kOk);
  CHECK(code_with(kArray, array(kArray, 1, nested)) == Code::kMalformed);
}

TEST_CASE("GGUF tokenizer arrays have their element types and lengths") {
  const auto with = [](const char* key, const std::string& value) {
    return code_of(Gguf()
                       .add("tokenizer.ggml.tokens", kArray, array(kString, 1, text64("a")))
                       .add(key, kArray, value)
                       .file());
  };
  CHECK(with("tokenizer.ggml.scores", array(kF32, 1, f32(0))) == Code::kOk);
  CHECK(with("tokenizer.ggml.scores", array(kI32, 1, i32(0))) == Code::kMalformed);
  CHECK(with("tokenizer.ggml.scores", array(kF32, 2, f32(0) + f32(0))) == Code::kMalformed);
  CHECK(with("tokenizer.ggml.token_type", array(kI32, 1, i32(0))) == Code::kOk);
  CHECK(with("tokenizer.ggml.token_type", array(kF32, 1, f32(0))) == Code::kMalformed);
  CHECK(with("tokenizer.ggml.merges", array(kU8, 1, u8(0))) == Code::kMalformed);
  CHECK(code_of(Gguf().add("tokenizer.ggml.tokens", kArray, array(kU8, 1, u8(0))).file()) ==
        Code::kMalformed);
  CHECK(code_of(Gguf().add("tokenizer.ggml.tokens", kU8, u8(0)).file()) == Code::kMalformed);
}

TEST_CASE("GGUF alignment is a u32 power of two from 8 to 1 MiB") {
  const auto with = [](std::uint32_t type, const std::string& value, std::uint64_t alignment) {
    Gguf gguf;
    gguf.alignment = alignment;
    gguf.add("general.alignment", type, value).tensor("a", {8}, 0, 0).bytes(32);
    return code_of(gguf.file());
  };
  CHECK(with(kU32, u32(8), 8) == Code::kOk);
  CHECK(with(kU32, u32(1 << 20), 1 << 20) == Code::kOk);
  CHECK(with(kU32, u32(1 << 21), 1 << 21) == Code::kMalformed);
  for (const std::uint32_t bad : {0U, 1U, 3U, 4U, 24U, 1U << 31}) {
    INFO(bad);
    CHECK(with(kU32, u32(bad), 32) == Code::kMalformed);
  }
  CHECK(with(kI32, i32(32), 32) == Code::kMalformed);
  CHECK(with(kU64, u64(32), 32) == Code::kMalformed);
}

TEST_CASE("GGUF tensor names are unique text of at most 63 bytes") {
  const auto named = [](std::string_view name) {
    return code_of(Gguf().tensor(name, {8}, 0, 0).bytes(32).file());
  };
  CHECK(named(std::string(63, 'n')) == Code::kOk);
  CHECK(named(std::string(64, 'n')) == Code::kMalformed);
  CHECK(named(std::string_view("a\0b", 3)) == Code::kBadEncoding);
  CHECK(named("\xed\xa0\x80") == Code::kBadEncoding);
  CHECK(code_of(one().tensor("a", {8}, 0, 32).bytes(32).file()) == Code::kMalformed);
  CHECK(code_of(one().tensor("b", {8}, 0, 32).bytes(32).file()) == Code::kOk);
}

TEST_CASE("GGUF tensor sizes are computed exactly or refused") {
  const auto shaped = [](std::initializer_list<std::uint64_t> ne, std::uint32_t type = 0) {
    return code_of(Gguf().tensor("a", ne, type, 0).file());
  };
  CHECK(shaped({1, 1, 1, 1, 1}) == Code::kMalformed);
  CHECK(shaped({UINT64_MAX}) == Code::kMalformed);
  CHECK(shaped({1ULL << 63}) == Code::kMalformed);
  CHECK(shaped({1ULL << 32, 1ULL << 32}) == Code::kMalformed);
  CHECK(shaped({(1ULL << 42) + 1, 1ULL << 22}) == Code::kMalformed);
  CHECK(shaped({1ULL << 62}) == Code::kMalformed);
  CHECK(shaped({1ULL << 40, 1ULL << 40, 0}) == Code::kOk);  // empty: its leading dimension is 0
  CHECK(shaped({0, 1ULL << 40, 1ULL << 40}) == Code::kMalformed);
  CHECK(shaped({33}, 2) == Code::kMalformed);
  CHECK(shaped({128}, 10) == Code::kMalformed);
  CHECK(shaped({}, 2) == Code::kMalformed);
  CHECK(code_of(Gguf().tensor("a", {16, 2}, 2, 0).bytes(18).file()) == Code::kMalformed);
}

TEST_CASE("GGUF tensor types that were removed or are unknown are refused") {
  for (std::uint32_t type : {4U, 5U, 31U, 32U, 33U, 36U, 37U, 38U, 43U, 1000U, UINT32_MAX}) {
    INFO(type);
    CHECK(code_of(Gguf().tensor("a", {256}, type, 0).bytes(2048).file()) == Code::kUnsupported);
  }
}

TEST_CASE("GGUF tensors follow each other unless placement is left free") {
  Limits lenient;
  lenient.strict_gguf_offsets = false;
  const auto at = [](std::uint64_t first, std::uint64_t second, std::size_t bytes) {
    return Gguf().tensor("a", {8}, 0, first).tensor("b", {8}, 0, second).bytes(bytes).file();
  };
  CHECK(code_of(at(0, 32, 64)) == Code::kOk);
  CHECK(code_of(at(0, 32, 63)) == Code::kMalformed);
  CHECK(code_of(at(32, 64, 96)) == Code::kMalformed);
  CHECK(code_of(at(32, 64, 96), lenient) == Code::kOk);
  CHECK(code_of(at(32, 0, 64)) == Code::kMalformed);
  CHECK(code_of(at(32, 0, 64), lenient) == Code::kOk);
  CHECK(segments_cover(parse(at(96, 32, 128), lenient).value(), at(96, 32, 128).size()));
  for (const Limits& limits : {Limits{}, lenient}) {
    CHECK(code_of(at(0, 0, 64), limits) == Code::kMalformed);
    CHECK(code_of(at(0, 16, 64), limits) == Code::kMalformed);
    CHECK(code_of(at(0, 40, 96), limits) == Code::kMalformed);
    CHECK(code_of(at(0, 64, 64), limits) == Code::kMalformed);
    CHECK(code_of(at(0, UINT64_MAX - 31, 64), limits) == Code::kMalformed);
  }
}

TEST_CASE("caps on a GGUF header bind at their value and not before") {
  const std::string file = Gguf()
                               .add("a", kString, text64("four"))
                               .add("b", kArray, array(kU8, 4, "\1\2\3\4"))
                               .tensor("x", {8}, 0, 0)
                               .tensor("y", {8}, 0, 32)
                               .bytes(64)
                               .file();
  const auto with = [&](std::uint64_t Limits::*cap, std::uint64_t value) {
    Limits limits;
    limits.*cap = value;
    return code_of(file, limits);
  };
  for (const auto& [cap, value] : {std::pair(&Limits::max_string_bytes, 4U),
                                   {&Limits::max_array_elements, 4U},
                                   {&Limits::max_metadata_entries, 2U},
                                   {&Limits::max_tensors, 2U}}) {
    CHECK(with(cap, value) == Code::kOk);
    CHECK(with(cap, value - 1) == Code::kLimitExceeded);
  }
  CHECK(with(&Limits::max_memory_bytes, 100) == Code::kOutOfMemory);
}

TEST_CASE("a hundred thousand metadata keys that all differ are told apart quickly") {
  Gguf gguf;
  for (int i = 0; i < 100'000; ++i) gguf.add("key." + std::to_string(i), kU8, u8(1));
  CHECK(code_of(gguf.file()) == Code::kOk);
  gguf.add("key.77777", kU8, u8(1));
  Limits limits;
  limits.max_metadata_entries = 200'000;
  CHECK(code_of(gguf.file(), limits) == Code::kMalformed);
}
