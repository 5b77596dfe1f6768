// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <limits>

#include <simdjson.h>

#include "core/format/json_reader.hpp"
#include "file_builder.hpp"

using namespace hartonomous::core;
using format::ElementType;
using format::MetadataArray;
using hartonomous::test::image;

TEST_CASE("metadata prints as JSON in file order") {
  format::Metadata metadata;
  metadata.append("natural", std::uint64_t{UINT64_MAX});
  metadata.append("integer", std::int64_t{INT64_MIN});
  metadata.append("single", 0.1F);
  metadata.append("double", 0.1);
  metadata.append("yes", true);
  metadata.append("text", std::string("a\"\\\n\t\x01\x7f é"));
  CHECK(format::to_json(metadata) ==
        R"({"natural":18446744073709551615,"integer":-9223372036854775808,"single":0.1,)"
        R"("double":0.1,"yes":true,"text":"a\"\\\n\t\u0001)"
        "\x7f é\"}");
  CHECK(format::to_json({}) == "{}");
}

TEST_CASE("what JSON cannot hold is replaced") {
  format::Metadata metadata;
  metadata.append("nan", std::numeric_limits<double>::quiet_NaN());
  metadata.append("infinity", std::numeric_limits<float>::infinity());
  metadata.append("minus", -std::numeric_limits<double>::infinity());
  metadata.append("bytes", std::string("a\0b\xff\xe2\x82z", 7));
  CHECK(format::to_json(metadata) == R"({"nan":"NaN","infinity":"Infinity","minus":"-Infinity",)"
                                     "\"bytes\":\"a\xef\xbf\xbd"
                                     "b\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"}");
}

TEST_CASE("arrays read by type, print, and are elided when long") {
  MetadataArray shorts(ElementType::kI16);
  shorts.assign_fixed(3, image(std::int16_t{-1}) + image(std::int16_t{2}) + image(std::int16_t{3}));
  CHECK(shorts.as_int64(0) == -1);
  CHECK_FALSE(shorts.as_uint64(0));
  CHECK(shorts.as_uint64(2) == 3);
  CHECK_FALSE(shorts.as_double(0));
  MetadataArray words(ElementType::kString);
  words.append(std::string_view("one"));
  words.append(std::string_view(""));
  MetadataArray nested(ElementType::kArray);
  nested.append(shorts);
  nested.append(words);
  format::Metadata metadata;
  metadata.append("a", nested);
  CHECK(format::to_json(metadata) == R"({"a":[[-1,2,3],["one",""]]})");
  CHECK(format::to_json(metadata, {2}) == R"({"a":[{"type":"i16","length":3},["one",""]]})");
  CHECK(format::to_json(metadata, {0}) == R"({"a":{"type":"array","length":2}})");
}

TEST_CASE("all element types of an array read back") {
  const auto first = [](ElementType type, const std::string& bytes) {
    MetadataArray array(type);
    array.assign_fixed(1, bytes);
    return array;
  };
  CHECK(first(ElementType::kU8, image(std::uint8_t{200})).as_uint64(0) == 200);
  CHECK(first(ElementType::kI8, image(std::int8_t{-5})).as_int64(0) == -5);
  CHECK(first(ElementType::kU16, image(std::uint16_t{60'000})).as_int64(0) == 60'000);
  CHECK(first(ElementType::kU32, image(std::uint32_t{4'000'000'000})).as_uint64(0) ==
        4'000'000'000);
  CHECK(first(ElementType::kI32, image(std::int32_t{-7})).as_int64(0) == -7);
  CHECK(first(ElementType::kU64, image(UINT64_MAX)).as_uint64(0) == UINT64_MAX);
  CHECK_FALSE(first(ElementType::kU64, image(UINT64_MAX)).as_int64(0));
  CHECK(first(ElementType::kI64, image(INT64_MIN)).as_int64(0) == INT64_MIN);
  CHECK(first(ElementType::kF32, image(1.5F)).as_double(0) == 1.5);
  CHECK(first(ElementType::kF64, image(-2.5)).as_double(0) == -2.5);
  CHECK(first(ElementType::kBool, image(std::uint8_t{1})).as_bool(0) == true);
}

TEST_CASE("the strict JSON reader accepts nothing that simdjson refuses") {
  const auto ours = [](std::string_view text) {
    NoCheckpoint checkpoint;
    format::JsonReader reader(text, "text", 0, checkpoint);
    return reader.skip_value().is_ok() && reader.finish().is_ok();
  };
  const auto theirs = [](std::string_view text) {
    simdjson::dom::parser parser;
    return parser.parse(text.data(), text.size()).error() == simdjson::SUCCESS;
  };
  // Every edit of one byte of a text that uses the whole grammar.
  const std::string seed =
      R"( {"a":[1,0,true,false,null,{},-2.5e+3],"\u00e9\ud83d\ude42\n":"x\"y","b":[[],{"c":-0}]} )";
  REQUIRE(ours(seed));
  REQUIRE(theirs(seed));
  std::uint64_t accepted = 0;
  for (std::size_t at = 0; at < seed.size(); ++at) {
    std::string cut = seed;
    cut.erase(at, 1);
    if (ours(cut)) REQUIRE(theirs(cut));
    for (unsigned byte = 0; byte < 256; ++byte) {
      std::string edited = seed;
      edited[at] = static_cast<char>(byte);
      INFO(edited);
      if (ours(edited)) {
        ++accepted;
        REQUIRE(theirs(edited));
      }
    }
  }
  CHECK(accepted > 1000);
}

TEST_CASE("long strings are read in pieces without losing a byte") {
  for (const std::size_t length : {65'535U, 65'536U, 65'537U, 200'000U}) {
    std::string text;
    while (text.size() < length) text += "é";
    NoCheckpoint checkpoint;
    const std::string json = "\"" + text + "\"";
    format::JsonReader reader(json, "text", 0, checkpoint);
    std::string read;
    REQUIRE(reader.read_string(read).is_ok());
    CHECK(read == text);
  }
}
