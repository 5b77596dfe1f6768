// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "file_builder.hpp"

using namespace hartonomous::test;
using hartonomous::core::Code;
using hartonomous::core::format::Format;
using hartonomous::core::format::Limits;
using hartonomous::core::tensor::DType;

namespace {
// One F32 tensor of two elements.
const char* const kOne = R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";

std::string entry_with(const char* fields) { return std::string(R"({"a":{)") + fields + "}}"; }
Code code_with(const char* fields, std::string_view data = "12345678") {
  return code_of(safetensors(entry_with(fields), data));
}
}  // namespace

TEST_CASE("a safetensors file is laid out as its header says") {
  const std::string file =
      safetensors(R"({"__metadata__":{"format":"pt","\u00e9":"\ud83d\ude42"},)"
                  R"("w":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]},)"
                  R"("scalar":{"data_offsets":[0,4],"shape":[],"dtype":"I32"},)"
                  R"("empty":{"dtype":"F64","shape":[3,0,7],"data_offsets":[16,16]}}   )",
                  std::string(16, 'x'));
  const auto result = parse(file);
  REQUIRE(result.is_ok());
  const auto& layout = result.value();
  CHECK(layout.format == Format::kSafetensors);
  REQUIRE(layout.tensors.size() == 3);
  CHECK(layout.tensors[0].name == "w");
  CHECK(layout.tensors[0].dtype == DType::kBf16);
  CHECK(layout.tensors[0].shape == std::vector<std::uint64_t>{2, 3});
  CHECK(layout.tensors[0].offset == file.size() - 12);
  CHECK(layout.tensors[0].byte_length == 12);
  CHECK(layout.tensors[1].shape.empty());
  CHECK(layout.tensors[2].byte_length == 0);
  CHECK(*layout.metadata.find_string("format") == "pt");
  CHECK(*layout.metadata.find_string("é") == "🙂");
  CHECK(segments_cover(layout, file.size()));
}

TEST_CASE("unusual but valid safetensors files are accepted") {
  CHECK(code_of(safetensors("{}")) == Code::kOk);
  CHECK(code_of(safetensors(std::string(" \t\r\n") + kOne, "12345678")) == Code::kOk);
  CHECK(code_of(safetensors(std::string(kOne) + "   ", "12345678")) == Code::kOk);
  CHECK(code_of(safetensors(R"({"__metadata__":{}})")) == Code::kOk);
  CHECK(parse(safetensors(R"({"__metadata__":null})")).value().warnings.size() == 1);
  CHECK(code_of(safetensors(R"({"":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})")) ==
        Code::kOk);
  CHECK(code_with(R"("dtype":"F4","shape":[4,4],"data_offsets":[0,8])") == Code::kOk);
}

TEST_CASE("every safetensors dtype has its size") {
  for (const auto& [name, bits] : {std::pair("BOOL", 8), {"U8", 8},          {"I8", 8},
                                   {"F8_E4M3", 8},       {"F8_E5M2", 8},     {"F8_E8M0", 8},
                                   {"F8_E4M3FNUZ", 8},   {"F8_E5M2FNUZ", 8}, {"F4", 4},
                                   {"F6_E2M3", 6},       {"F6_E3M2", 6},     {"F16", 16},
                                   {"BF16", 16},         {"I16", 16},        {"U16", 16},
                                   {"F32", 32},          {"I32", 32},        {"U32", 32},
                                   {"F64", 64},          {"I64", 64},        {"U64", 64},
                                   {"C64", 64}}) {
    const auto file = [dtype = std::string(name)](int bytes) {
      return safetensors(R"({"a":{"dtype":")" + dtype + R"(","shape":[2,4],"data_offsets":[0,)" +
                             std::to_string(bytes) + "]}}",
                         std::string(static_cast<std::size_t>(bytes), '\0'));
    };
    INFO(name);
    CHECK(code_of(file(bits)) == Code::kOk);
    CHECK(code_of(file(bits - 1)) == Code::kMalformed);
    CHECK(code_of(file(bits + 1)) == Code::kMalformed);
  }
}

TEST_CASE("safetensors headers of wrong length are refused") {
  const std::string good = safetensors(kOne, "12345678");
  CHECK(code_of(good) == Code::kOk);
  CHECK(parse(good.substr(0, 7)).value().format == hartonomous::core::format::Format::kOpaque);
  const auto with_length = [&](std::uint64_t n) { return u64(n) + good.substr(8); };
  CHECK(code_of(with_length(0)) == Code::kMalformed);
  CHECK(code_of(with_length(1)) == Code::kMalformed);
  CHECK(code_of(with_length(100'000'001)) == Code::kMalformed);
  CHECK(code_of(with_length(1ULL << 63)) == Code::kMalformed);
  CHECK(code_of(with_length(good.size() - 7)) == Code::kMalformed);
  CHECK(code_of(with_length(good.size() - 8)) == Code::kMalformed);
  Limits limits;
  limits.max_header_bytes = std::string_view(kOne).size();
  CHECK(code_of(good, limits) == Code::kOk);
  --limits.max_header_bytes;
  CHECK(code_of(good, limits) == Code::kLimitExceeded);
}

TEST_CASE("a safetensors header truncated anywhere is refused") {
  const std::string good = safetensors(kOne, "12345678");
  for (std::size_t length = 10; length < good.size(); ++length) {  // shorter, it is nothing known
    INFO(length);
    REQUIRE(code_of(good.substr(0, length)) == Code::kMalformed);
  }
  const std::string json = kOne;
  for (std::size_t length = 2; length < json.size(); ++length) {
    INFO(length);
    REQUIRE(code_of(safetensors(json.substr(0, length), "12345678")) == Code::kMalformed);
  }
}

TEST_CASE("safetensors headers that are not the right JSON are refused") {
  CHECK(
      code_of(safetensors("{\"\xff\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}")) ==
      Code::kBadEncoding);
  CHECK(parse(safetensors("not json at all")).value().format ==
        hartonomous::core::format::Format::kOpaque);
  CHECK(code_of(safetensors("{not json}")) == Code::kMalformed);
  CHECK(parse(safetensors(R"([{"a":1}])")).value().format ==
        hartonomous::core::format::Format::kOpaque);
  CHECK(code_of(safetensors(std::string(kOne) + "}", "12345678")) == Code::kMalformed);
  CHECK(code_of(safetensors(R"({"a\u0000b":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})")) ==
        Code::kBadEncoding);
  CHECK(code_of(safetensors(R"({"\ud800":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})")) ==
        Code::kBadEncoding);
  CHECK(code_of(safetensors(R"({"__metadata__":{"a":{"b":"c"}}})")) == Code::kMalformed);
  CHECK(code_of(safetensors(R"({"__metadata__":{"a":1}})")) == Code::kMalformed);
  CHECK(code_of(safetensors(R"({"__metadata__":nul})")) == Code::kMalformed);
  CHECK(code_of(safetensors(R"({"__metadata__":"null"})")) == Code::kMalformed);
  CHECK(code_of(safetensors(R"({"__metadata__":)" + std::string(100'000, '{') + "}")) ==
        Code::kMalformed);
  CHECK(code_of(safetensors(R"({"a":)" + std::string(100'000, '['))) == Code::kMalformed);
}

TEST_CASE("duplicate keys of a safetensors header are refused at every level") {
  const std::string empty = R"({"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  CHECK(code_of(safetensors("{\"a\":" + empty + ",\"b\":" + empty + "}")) == Code::kOk);
  CHECK(code_of(safetensors("{\"a\":" + empty + ",\"a\":" + empty + "}")) == Code::kMalformed);
  CHECK(code_of(safetensors("{\"a\":" + empty + ",\"\\u0061\":" + empty + "}")) ==
        Code::kMalformed);
  CHECK(code_of(safetensors(R"({"__metadata__":{"k":"1","k":"2"}})")) == Code::kMalformed);
  CHECK(code_of(safetensors(R"({"__metadata__":{},"__metadata__":{}})")) == Code::kMalformed);
  CHECK(code_with(R"("dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8])") ==
        Code::kMalformed);
  CHECK(code_with(R"("dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8])") ==
        Code::kMalformed);
  CHECK(code_with(R"("dtype":"F32","shape":[2],"data_offsets":[0,8],"data_offsets":[0,8])") ==
        Code::kMalformed);
}

TEST_CASE("a safetensors entry has exactly its three keys, with plain integers") {
  CHECK(code_with(R"("dtype":"F32","shape":[2],"data_offsets":[0,8])") == Code::kOk);
  CHECK(code_with(R"("dtype":"F32","shape":[2])") == Code::kMalformed);
  CHECK(code_with(R"("dtype":"F32","data_offsets":[0,8])") == Code::kMalformed);
  CHECK(code_with(R"("shape":[2],"data_offsets":[0,8])") == Code::kMalformed);
  CHECK(code_with(R"("dtype":"F32","shape":[2],"data_offsets":[0,8],"x":1)") == Code::kMalformed);
  CHECK(code_with(R"("dtype":"F32","shape":[2],"data_offsets":[0])") == Code::kMalformed);
  CHECK(code_with(R"("dtype":"F32","shape":[2],"data_offsets":[0,8,8])") == Code::kMalformed);
  for (const char* number : {"-2", "2.0", "2e0", "-0", "02", "18446744073709551616", "\"2\"", "+2",
                             "null", "true", "[2]", "1e3", "0x2"}) {
    INFO(number);
    const std::string shape =
        R"("dtype":"F32","shape":[)" + std::string(number) + R"(],"data_offsets":[0,8])";
    CHECK(code_with(shape.c_str()) == Code::kMalformed);
    const std::string offset =
        R"("dtype":"F32","shape":[2],"data_offsets":[)" + std::string(number) + ",8]";
    CHECK(code_with(offset.c_str()) == Code::kMalformed);
  }
  CHECK(code_with(R"("dtype":"F128","shape":[2],"data_offsets":[0,8])") == Code::kUnsupported);
  CHECK(code_with(R"("dtype":"Q4_0","shape":[2],"data_offsets":[0,8])") == Code::kUnsupported);
  CHECK(code_with(R"("dtype":"f32","shape":[2],"data_offsets":[0,8])") == Code::kUnsupported);
}

TEST_CASE("safetensors sizes are computed exactly or refused") {
  for (const char* shape : {"4294967296,4294967296", "9223372036854775808,2",
                            "18446744073709551615,18446744073709551615", "4611686018427387904",
                            "9223372036854775808,9223372036854775808,0"}) {
    INFO(shape);
    const std::string zero =
        R"("dtype":"F32","shape":[)" + std::string(shape) + R"(],"data_offsets":[0,0])";
    CHECK(code_with(zero.c_str(), "") == Code::kMalformed);
  }
  CHECK(code_with(R"("dtype":"F32","shape":[0,9223372036854775808,9223372036854775808],)"
                  R"("data_offsets":[0,0])",
                  "") == Code::kOk);
  CHECK(code_with(R"("dtype":"F4","shape":[3],"data_offsets":[0,1])", "1") == Code::kMalformed);
  CHECK(code_with(R"("dtype":"F4","shape":[3],"data_offsets":[0,2])", "12") == Code::kMalformed);
  CHECK(code_with(R"("dtype":"F6_E2M3","shape":[2],"data_offsets":[0,1])", "1") ==
        Code::kMalformed);
  std::string dimensions = "1";
  for (int i = 1; i < 64; ++i) dimensions += ",1";
  const auto with_rank = [&](const std::string& shape) {
    return R"("dtype":"F64","shape":[)" + shape + R"(],"data_offsets":[0,8])";
  };
  CHECK(code_with(with_rank(dimensions).c_str()) == Code::kOk);
  CHECK(code_with(with_rank(dimensions + ",1").c_str()) == Code::kLimitExceeded);
}

TEST_CASE("safetensors tensors tile the data exactly") {
  const auto two = [](const char* first, const char* second, std::size_t data) {
    return code_of(
        safetensors(R"({"a":{"dtype":"U8","shape":[4],"data_offsets":)" + std::string(first) +
                        R"(},"b":{"dtype":"U8","shape":[4],"data_offsets":)" + second + "}}",
                    std::string(data, 'x')));
  };
  CHECK(two("[0,4]", "[4,8]", 8) == Code::kOk);
  CHECK(two("[4,8]", "[0,4]", 8) == Code::kOk);
  CHECK(two("[0,4]", "[4,8]", 9) == Code::kMalformed);
  CHECK(two("[0,4]", "[4,8]", 7) == Code::kMalformed);
  CHECK(two("[0,4]", "[5,9]", 9) == Code::kMalformed);
  CHECK(two("[1,5]", "[5,9]", 9) == Code::kMalformed);
  CHECK(two("[0,4]", "[3,7]", 7) == Code::kMalformed);
  CHECK(two("[0,4]", "[0,4]", 4) == Code::kMalformed);
  CHECK(two("[0,4]", "[8,4]", 8) == Code::kMalformed);
  CHECK(code_of(safetensors("{}", "x")) == Code::kMalformed);
}

TEST_CASE("a hundred thousand tensors on one range are refused quickly") {
  std::string json = "{";
  for (int i = 0; i < 100'000; ++i) {
    json += '"';
    json += std::to_string(i);
    json += R"(":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},)";
  }
  json.back() = '}';
  CHECK(code_of(safetensors(json, "12345678")) == Code::kMalformed);
}

TEST_CASE("caps on a safetensors header bind at their value and not before") {
  std::string json = "{\"__metadata__\":{\"a\":\"\",\"b\":\"\",\"c\":\"\"}";
  for (const char* name : {"x", "y", "z"}) {
    json += std::string(",\"") + name + R"(":{"dtype":"U8","shape":[0],"data_offsets":[0,0]})";
  }
  const std::string file = safetensors(json + "}");
  Limits limits;
  limits.max_tensors = limits.max_metadata_entries = 3;
  CHECK(code_of(file, limits) == Code::kOk);
  limits.max_tensors = 2;
  CHECK(code_of(file, limits) == Code::kLimitExceeded);
  limits.max_tensors = 3;
  limits.max_metadata_entries = 2;
  CHECK(code_of(file, limits) == Code::kLimitExceeded);
  limits.max_metadata_entries = 3;
  limits.max_name_bytes = 1;
  CHECK(code_of(file, limits) == Code::kOk);
  limits.max_name_bytes = 0;
  CHECK(code_of(file, limits) == Code::kLimitExceeded);
  limits.max_name_bytes = 1;
  limits.max_memory_bytes = 200;
  CHECK(code_of(file, limits) == Code::kOutOfMemory);
}
