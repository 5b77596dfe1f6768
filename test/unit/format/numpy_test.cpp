// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "zip_builder.hpp"

using namespace hartonomous::core;
using namespace hartonomous::test;
using namespace std::string_literals;
using format::Placement;
using tensor::DType;

namespace {

const std::string kSix =
    npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }", std::string(24, 'x'));

Code code_of_dict(std::string_view dict, std::size_t bytes) {
  return code_of(npy(dict, std::string(bytes, 'x')));
}

std::string dict_of(std::string_view descr, std::string_view shape, bool is_fortran = false) {
  return "{'descr': '" + std::string(descr) +
         "', 'fortran_order': " + (is_fortran ? "True" : "False") +
         ", 'shape': " + std::string(shape) + ", }";
}

}  // namespace

TEST_CASE("an array is one tensor") {
  for (const int major : {1, 2, 3}) {
    const std::string file = npy(dict_of("<f4", "(2, 3)"), std::string(24, 'x'), major);
    const auto layout = parse(file).value();
    CHECK(layout.format == format::Format::kNumpy);
    REQUIRE(layout.tensors.size() == 1);
    const auto& tensor = layout.tensors[0];
    CHECK(tensor.name == "array");
    CHECK(tensor.dtype == DType::kF32);
    CHECK(tensor.shape == std::vector<std::uint64_t>{2, 3});
    CHECK(tensor.offset == file.size() - 24);
    CHECK(tensor.placement == Placement::kInPlace);
    CHECK(segments_cover(layout, file.size()));
  }
}

TEST_CASE("each element type of NumPy has its own") {
  const std::pair<const char*, DType> kTypes[] = {
      {"|b1", DType::kBool}, {"|u1", DType::kU8},  {"|i1", DType::kI8},  {"<u2", DType::kU16},
      {"<i2", DType::kI16},  {"<u4", DType::kU32}, {"<i4", DType::kI32}, {"<u8", DType::kU64},
      {"<i8", DType::kI64},  {"<f2", DType::kF16}, {"<f4", DType::kF32}, {"<f8", DType::kF64},
      {"<c8", DType::kC64}};
  for (const auto& [descr, dtype] : kTypes) {
    const std::size_t bytes = 3 * tensor::info(dtype).block_bytes;
    const auto layout = parse(npy(dict_of(descr, "(3,)"), std::string(bytes, 'x')));
    INFO(descr);
    REQUIRE(layout.is_ok());
    CHECK(layout.value().tensors[0].dtype == dtype);
    CHECK(code_of_dict(dict_of(descr, "(3,)"), bytes + 1) == Code::kMalformed);
    CHECK(code_of_dict(dict_of(descr, "(3,)"), bytes - 1) == Code::kMalformed);
  }
}

TEST_CASE("big-endian and column-major arrays are listed, and their bytes stay literal") {
  const auto placement = [](std::string_view descr, std::string_view shape, bool is_fortran) {
    const std::string file = npy(dict_of(descr, shape, is_fortran), std::string(24, 'x'));
    const auto layout = parse(file).value();
    REQUIRE(segments_cover(layout, file.size()));
    return layout.tensors.at(0).placement;
  };
  CHECK(placement(">f4", "(2, 3)", false) == Placement::kEncoded);
  CHECK(placement("<f4", "(2, 3)", true) == Placement::kEncoded);
  CHECK(placement("<f4", "(6,)", true) == Placement::kInPlace);
  CHECK(placement("<f4", "(1, 6, 1)", true) == Placement::kInPlace);
  CHECK(placement("|u1", "(24L,)", false) == Placement::kInPlace);
  CHECK(placement(">u1", "(24,)", false) == Placement::kInPlace);
}

TEST_CASE("scalars and empty arrays have no dimensions and no bytes") {
  CHECK(code_of_dict(dict_of("<f4", "()"), 4) == Code::kOk);
  CHECK(code_of_dict(dict_of("<f4", "(0, 7)"), 0) == Code::kOk);
}

TEST_CASE("elements that are objects, texts or records are refused and never interpreted") {
  for (const char* descr : {"|O", "|S5", "<U5", "<M8[ns]", "|V4", "f4", "=f4", "|f4", "<c16", ""}) {
    INFO(descr);
    CHECK(code_of_dict(dict_of(descr, "(1,)"), 4) == Code::kUnsupported);
  }
  CHECK(code_of_dict("{'descr': [('a', '<f4'), ('b', [('c', '<i4', (2,))])], 'fortran_order': "
                     "False, 'shape': (1,)}",
                     12) == Code::kUnsupported);
}

TEST_CASE("the header is a dict of three keys and nothing else") {
  const std::string rest = "'fortran_order': False, 'shape': (1,)}";
  for (const std::string& dict :
       {"{'descr': '<f4', " + rest + "x", "{'descr': '<f4', 'descr': '<f4', " + rest,
        "{'descr': '<f4', 'extra': 1, " + rest, "{" + rest, "['descr', '<f4']"s, ""s, "{"s,
        "{'descr': __import__('os').system('x'), " + rest, "{'descr': '<f4' " + rest,
        "{'descr': '\\x3cf4', " + rest, "{'descr': '<f4, " + rest,
        "{'descr': [('a', '<f4')), " + rest, "{'descr': [('a', '<f4', " + rest,
        "{'descr': " + std::string(60'000, '[') + rest}) {
    INFO(dict.substr(0, 80));
    CHECK(code_of_dict(dict, 4) == Code::kMalformed);
  }
  for (const char* shape : {"(1", "(-1,)", "(1.0,)", "(1e3,)", "(True,)", "(,)", "(1 1)", "1",
                            "(1)", "(18446744073709551616,)", "(9223372036854775808,)"}) {
    INFO(shape);
    CHECK(code_of_dict(dict_of("<f4", shape), 4) == Code::kMalformed);
  }
  // Products that wrap: 2^64, 2^64 + 4 and 2^63 elements.
  CHECK(code_of_dict(dict_of("|u1", "(4294967296, 4294967296)"), 0) == Code::kMalformed);
  CHECK(code_of_dict(dict_of("<f4", "(4611686018427387905,)"), 4) == Code::kMalformed);
  std::string many;
  for (int i = 0; i < 65; ++i) many += "1,";
  CHECK(code_of_dict(dict_of("|u1", "(" + many + ")"), 1) == Code::kLimitExceeded);
}

TEST_CASE("a header's length and version are not believed") {
  CHECK(code_of("\x93NUMPY\1\0"s) == Code::kMalformed);
  CHECK(code_of("\x93NUMPY\1\0\xff\xff{"s) == Code::kMalformed);
  CHECK(code_of("\x93NUMPY\2\0\xff\xff\xff\x7f{"s) == Code::kLimitExceeded);
  CHECK(code_of("\x93NUMPY\4\0\x01\x00{"s) == Code::kUnsupported);
  for (std::size_t length = 6; length < kSix.size(); ++length) {  // shorter, it is nothing known
    CHECK(code_of(kSix.substr(0, length)) != Code::kOk);
  }
  CHECK(code_of(kSix + "x") == Code::kMalformed);
}

TEST_CASE("an archive of arrays has one tensor for each") {
  const std::string big = npy(dict_of("|u1", "(100000,)"), std::string(100'000, 'y'));
  const std::string file = zip_file({{"layer/w.npy", kSix},
                                     {"big.npy", big, true},
                                     {"notes.txt", "hello"},
                                     {"objects.npy", npy(dict_of("|O", "(1,)"), "pickle")}});
  const auto result = parse(file);
  REQUIRE(result.is_ok());
  const auto& layout = result.value();
  CHECK(layout.format == format::Format::kNpz);
  CHECK(segments_cover(layout, file.size()));
  REQUIRE(layout.tensors.size() == 2);
  CHECK(layout.tensors[0].name == "layer/w");
  CHECK(layout.tensors[0].placement == Placement::kInPlace);
  CHECK(file.substr(layout.tensors[0].offset, 24) == std::string(24, 'x'));
  CHECK(layout.tensors[1].name == "big");
  CHECK(layout.tensors[1].placement == Placement::kEncoded);
  CHECK(layout.tensors[1].byte_length == 100'000);
  REQUIRE(layout.warnings.size() == 1);
  CHECK(layout.warnings[0].find("\"objects\"") != std::string::npos);
}

TEST_CASE("a broken array breaks its archive") {
  CHECK(code_of(zip_file({{"a.npy", "nothing"}})) == Code::kMalformed);
  CHECK(code_of(zip_file({{"a.npy", kSix + "x"}})) == Code::kMalformed);
  CHECK(code_of(zip_file({{"a.npy", kSix.substr(0, 90)}})) == Code::kMalformed);
  CHECK(code_of(zip_file({{std::string(2053, 'n') + ".npy", kSix}})) == Code::kLimitExceeded);
}
