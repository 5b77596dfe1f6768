// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "onnx_builder.hpp"

using namespace hartonomous::core;
using namespace hartonomous::test;
using namespace hartonomous::test::proto;
using namespace std::string_literals;
using format::Placement;
using tensor::DType;

namespace {

format::FileLayout layout_of(const std::string& file) {
  const auto result = parse(file);
  INFO((result.is_ok() ? "" : result.status().message()));
  REQUIRE(result.is_ok());
  REQUIRE(segments_cover(result.value(), file.size()));
  return result.value();
}

Code code_of_tensor(const std::string& message) { return code_of(model(bytes(5, message))); }

// One initializer of a type with six elements.
std::string six(std::uint64_t type, const std::string& values) {
  return shape({2, 3}) + number(2, type) + bytes(8, "w") + values;
}

std::string packed(std::uint32_t field, std::size_t count) {
  std::string values;
  for (std::size_t i = 0; i < count; ++i) values += varint(i * 200);
  return bytes(field, values);
}

}  // namespace

TEST_CASE("raw values, packed floats and packed doubles are in place") {
  const std::string floats(24, 'f'), doubles(48, 'd');
  const std::string file =
      model(bytes(5, shape({2, 3}) + number(2, 1) + bytes(8, "raw") + bytes(9, floats)) +
            bytes(5, shape({6}) + number(2, 1) + bytes(8, "floats") + bytes(4, floats)) +
            bytes(5, number(1, 6) + number(2, 11) + bytes(8, "doubles") + bytes(10, doubles)) +
            bytes(5, number(2, 1) + bytes(8, "scalar") + bytes(9, "1234")));
  const auto layout = layout_of(file);
  CHECK(layout.format == format::Format::kOnnx);
  REQUIRE(layout.tensors.size() == 4);
  for (const auto& t : layout.tensors) CHECK(t.placement == Placement::kInPlace);
  CHECK(layout.tensors[0].shape == std::vector<std::uint64_t>{2, 3});
  CHECK(file.substr(layout.tensors[1].offset, 24) == floats);
  CHECK(file.substr(layout.tensors[2].offset, 48) == doubles);
  CHECK(layout.tensors[2].dtype == DType::kF64);
  CHECK(layout.tensors[3].shape.empty());
  CHECK(layout.metadata.find_uint64("ir_version") == 7);
  CHECK(layout.metadata.find_uint64("opset.ai.onnx") == 13);
}

TEST_CASE("values as varints, and values one by one, are listed") {
  for (const auto& [type, field] : {std::pair(3, 5),
                                    {2, 5},
                                    {5, 5},
                                    {6, 5},
                                    {9, 5},
                                    {10, 5},
                                    {16, 5},
                                    {17, 5},
                                    {7, 7},
                                    {12, 11},
                                    {13, 11}}) {
    const auto number_of = static_cast<std::uint32_t>(field);
    const auto layout =
        layout_of(model(bytes(5, six(static_cast<std::uint64_t>(type), packed(number_of, 6)))));
    REQUIRE(layout.tensors.size() == 1);
    CHECK(layout.tensors[0].placement == Placement::kEncoded);
    CHECK(code_of_tensor(six(static_cast<std::uint64_t>(type), packed(number_of, 5))) ==
          Code::kMalformed);
  }
  std::string one_by_one;
  for (int i = 0; i < 6; ++i) one_by_one += tag(4, 5) + f32(1.5f);
  CHECK(layout_of(model(bytes(5, six(1, one_by_one)))).tensors[0].placement == Placement::kEncoded);
  // Some packed, some not.
  const std::string mixed =
      bytes(4, std::string(16, 'x')) + tag(4, 5) + f32(1) + tag(4, 5) + f32(2);
  CHECK(code_of_tensor(six(1, mixed)) == Code::kOk);
  CHECK(code_of_tensor(six(7, packed(7, 3) + number(7, 1) + packed(7, 2))) == Code::kOk);
}

TEST_CASE("types without one of ours are kept, if their sizes are right") {
  const auto kept = layout_of(model(
      bytes(5, six(22, bytes(9, "abc"))) +
      bytes(5, shape({5}) + number(2, 21) + bytes(8, "odd") + bytes(9, "abc")) +
      bytes(5, shape({2}) + number(2, 8) + bytes(8, "s") + bytes(6, "one") + bytes(6, "two"))));
  CHECK(kept.tensors.empty());
  CHECK(kept.warnings.size() == 3);
  CHECK(code_of_tensor(six(22, bytes(9, "ab"))) == Code::kMalformed);
  CHECK(code_of_tensor(six(8, bytes(9, "ab"))) == Code::kMalformed);
  CHECK(code_of_tensor(six(0, bytes(9, "ab"))) == Code::kUnsupported);
  CHECK(code_of_tensor(six(27, bytes(9, "ab"))) == Code::kUnsupported);
}

TEST_CASE("shape, type and values must agree to the byte") {
  const std::string good(24, 'x');
  CHECK(code_of_tensor(six(1, bytes(9, good))) == Code::kOk);
  CHECK(code_of_tensor(six(1, bytes(9, good.substr(1)))) == Code::kMalformed);
  CHECK(code_of_tensor(six(1, bytes(9, good + "x"))) == Code::kMalformed);
  CHECK(code_of_tensor(six(1, "")) == Code::kMalformed);
  CHECK(code_of_tensor(six(1, bytes(9, good) + bytes(4, good))) == Code::kMalformed);
  CHECK(code_of_tensor(six(1, bytes(9, good) + bytes(9, good))) == Code::kMalformed);
  CHECK(code_of_tensor(six(1, bytes(10, good))) == Code::kMalformed);
  CHECK(code_of_tensor(number(2, 1) + bytes(8, "w") + shape({0, 3})) == Code::kOk);
  CHECK(code_of_tensor(number(2, 1) + bytes(8, "w") + shape({0, 3}) + bytes(9, "x")) ==
        Code::kMalformed);
  const auto sized = [&](const std::vector<std::uint64_t>& dims) {
    return code_of_tensor(shape(dims) + number(2, 1) + bytes(8, "w") + bytes(9, good));
  };
  CHECK(sized({~std::uint64_t{0}}) == Code::kMalformed);
  CHECK(sized({1ull << 32, 1ull << 32}) == Code::kMalformed);
  CHECK(sized({(1ull << 62) + 6}) == Code::kMalformed);
  CHECK(sized(std::vector<std::uint64_t>(65, 1)) == Code::kLimitExceeded);
  CHECK(code_of_tensor(six(1, bytes(9, good)) + bytes(3, "")) == Code::kUnsupported);
}

TEST_CASE("external data is named and measured, and nothing is opened") {
  const auto entry = [](const std::string& key, const std::string& value) {
    return bytes(13, bytes(1, key) + bytes(2, value));
  };
  const auto external = [&](const std::string& entries) {
    return model(bytes(5, six(1, number(14, 1) + entries)));
  };
  const auto layout = layout_of(external(entry("location", "weights/a.bin") +
                                         entry("offset", "4096") + entry("length", "24")));
  REQUIRE(layout.tensors.size() == 1);
  CHECK(layout.tensors[0].placement == Placement::kExternal);
  CHECK(layout.tensors[0].file == "weights/a.bin");
  CHECK(layout.tensors[0].offset == 4096);
  CHECK(layout.tensors[0].byte_length == 24);
  for (const std::string& name : {"../a"s, "/etc/passwd"s, "a/../../b"s, "a\\b"s, "C:a"s, ""s,
                                  "a/./b"s, "a//b"s, "a\0b"s, "a/"s}) {
    INFO(name);
    CHECK(code_of(external(entry("location", name))) == Code::kMalformed);
  }
  const std::string here = entry("location", "a");
  for (const std::string& wrong :
       {entry("length", "-24"), entry("length", "25"), entry("length", "1125899906842624"),
        entry("offset", "-1"), entry("offset", "0x10"), entry("offset", ""),
        entry("offset", "18446744073709551615"), entry("offset", "1") + entry("offset", "2"), here,
        bytes(9, std::string(24, 'x'))}) {
    CHECK(code_of(external(here + wrong)) == Code::kMalformed);
  }
  CHECK(code_of(external("")) == Code::kMalformed);
  const auto odd = layout_of(external(here + entry("__class__", "os.system")));
  CHECK(odd.warnings.size() == 1);
}

TEST_CASE("constants and initializers of subgraphs are listed by their path") {
  const std::string weight = six(1, bytes(9, std::string(24, 'x')));
  const std::string constant = bytes(
      1, bytes(2, "c") + bytes(4, "Constant") +
             bytes(5, bytes(1, "value") + bytes(5, shape({1}) + number(2, 1) + bytes(9, "1234"))));
  const std::string branch = bytes(5, weight) + constant;
  const std::string node = bytes(1, bytes(3, "If_0") + bytes(4, "If") +
                                        bytes(5, bytes(1, "then_branch") + bytes(6, branch)) +
                                        bytes(5, bytes(1, "else_branch") + bytes(6, branch)));
  const auto layout = layout_of(model(bytes(5, weight) + constant + node));
  std::vector<std::string> names;
  for (const auto& t : layout.tensors) names.push_back(t.name);
  CHECK(names == std::vector<std::string>{"w", "c", "If_0/then_branch/w", "If_0/then_branch/c",
                                          "If_0/else_branch/w", "If_0/else_branch/c"});
  CHECK(layout.metadata.find_uint64("nodes") == 4);
  CHECK(code_of(model(bytes(5, weight) + bytes(5, weight))) == Code::kMalformed);
  CHECK(code_of_tensor(shape({1}) + number(2, 1) + bytes(9, "1234")) == Code::kMalformed);
  CHECK(code_of(model(bytes(5, weight) + constant + constant)) == Code::kOk);  // with a warning
}

TEST_CASE("messages nest to a depth, and not by recursion") {
  const auto nested = [](int depth) {
    std::string graph;
    for (int i = 0; i < depth; ++i) graph = bytes(1, bytes(5, bytes(6, graph)));
    return model(graph);
  };
  CHECK(code_of(nested(20)) == Code::kOk);  // model, graph, 20 times node, attribute and graph
  CHECK(code_of(nested(21)) == Code::kLimitExceeded);
  CHECK(code_of(nested(3000)) == Code::kLimitExceeded);
}

TEST_CASE("the wire's rules hold") {
  const std::string good = model(bytes(5, six(1, bytes(9, std::string(24, 'x')))));
  CHECK(code_of(good) == Code::kOk);
  // Another version, a graph twice, none, an unknown field, a group, field 0, a long varint.
  CHECK(code_of(number(1, 15) + bytes(7, "")) == Code::kUnsupported);
  CHECK(code_of(number(1, 0) + bytes(7, "")) == Code::kUnsupported);
  CHECK(code_of(good + bytes(7, "")) == Code::kMalformed);
  CHECK(parse(number(1, 7) + bytes(2, "x")).value().format ==
        hartonomous::core::format::Format::kOpaque);
  CHECK(parse(good + bytes(99, "")).value().format == hartonomous::core::format::Format::kOpaque);
  CHECK(code_of(model(bytes(5, tag(2, 3) + tag(2, 4)))) == Code::kMalformed);
  CHECK(code_of(model(bytes(5, tag(0, 0) + varint(1)))) == Code::kMalformed);
  CHECK(code_of(model(bytes(5, tag(2, 0) + std::string(10, '\xff') + "\1"))) == Code::kMalformed);
  CHECK(code_of(model(tag(5, 2) + varint(100) + "x")) == Code::kMalformed);
  for (std::size_t length = 0; length < good.size(); ++length) {
    const auto result = parse(good.substr(0, length));
    if (result.is_ok()) CHECK(segments_cover(result.value(), length));
  }
}
