// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "core/format/pytorch/globals.hpp"
#include "pickle_builder.hpp"

using namespace hartonomous::core;
using namespace hartonomous::test;
using namespace hartonomous::test::pickle;
using format::Placement;
using tensor::DType;

namespace {

const std::string kSix(24, 'x');  // six floats

std::string matrix() { return pickle::tensor(storage("FloatStorage", "0", 6), 0, {2, 3}, {3, 1}); }

Code code_of_object(const std::string& body, const std::string& bytes = kSix) {
  return code_of(archive(whole(body), {bytes}));
}

format::FileLayout layout_of(const std::string& file) {
  const auto result = parse(file);
  INFO((result.is_ok() ? "" : result.status().message()));
  REQUIRE(result.is_ok());
  REQUIRE(segments_cover(result.value(), file.size()));
  return result.value();
}

format::FileLayout layout_of_object(const std::string& body, const std::string& bytes = kSix) {
  return layout_of(archive(whole(body), {bytes}));
}

std::vector<std::string> names_of(const format::FileLayout& layout) {
  std::vector<std::string> names;
  for (const auto& t : layout.tensors) names.push_back(t.name);
  return names;
}

// An object of a class of the user's, with that state.
std::string object(std::string_view name, const std::string& state) {
  return global("mine", name) + ")\x81" + state + "b";
}

}  // namespace

TEST_CASE("a dict of tensors is listed with names, types, shapes and places") {
  const std::string file =
      archive(whole(kOrderedDict + "(" + text("a.weight") + parameter(matrix()) + text("a.bias") +
                    pickle::tensor(storage("HalfStorage", "1", 3), 1, {2}, {1}) + "u"),
              {kSix, "abcdef"});
  const auto layout = layout_of(file);
  CHECK(layout.format == format::Format::kPytorch);
  REQUIRE(names_of(layout) == std::vector<std::string>{"a.weight", "a.bias"});
  CHECK(layout.tensors[0].dtype == DType::kF32);
  CHECK(layout.tensors[0].shape == std::vector<std::uint64_t>{2, 3});
  CHECK(file.substr(layout.tensors[0].offset, 24) == kSix);
  CHECK(file.substr(layout.tensors[1].offset, layout.tensors[1].byte_length) == "cdef");
  CHECK(layout.warnings.empty());
}

TEST_CASE("tied weights and views are stored once, strided ones are listed") {
  const std::string from = storage("FloatStorage", "0", 6);
  const auto layout = layout_of_object(dict(
      text("part") + pickle::tensor(from, 3, {3}, {1}) + text("whole") +
      pickle::tensor(from, 0, {2, 3}, {3, 1}) + text("tied") +
      pickle::tensor(from, 0, {2, 3}, {3, 1}) + text("transposed") +
      pickle::tensor(from, 0, {3, 2}, {1, 3}) + text("repeated") +
      pickle::tensor(from, 0, {1000, 6}, {0, 1}) + text("column") +
      pickle::tensor(from, 0, {2, 1}, {3, 77}) + text("row") +
      pickle::tensor(from, 0, {1, 6}, {77, 1}) + text("empty") +
      pickle::tensor(from, 6, {0, 3}, {3, 1}) + text("scalar") + pickle::tensor(from, 5, {}, {})));
  const Placement expected[] = {Placement::kShared,  Placement::kInPlace, Placement::kShared,
                                Placement::kEncoded, Placement::kEncoded, Placement::kEncoded,
                                Placement::kShared,  Placement::kInPlace, Placement::kShared};
  REQUIRE(layout.tensors.size() == std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    INFO(layout.tensors[i].name);
    CHECK(layout.tensors[i].placement == expected[i]);
  }
}

TEST_CASE("names are paths, without what wraps them") {
  const auto names = [](const std::string& body) { return names_of(layout_of_object(body)); };
  using Names = std::vector<std::string>;
  CHECK(names(matrix()) == Names{"tensor"});
  CHECK(names("]("s + matrix() + matrix() + "e") == Names{"0", "1"});
  CHECK(names(dict(text("model") + dict(text("w") + matrix()) + text("optimizer") +
                   dict(integer(7) + dict(text("m") + matrix())))) == Names{"w", "optimizer.7.m"});
  CHECK(names(dict(text("state_dict") + dict(text("w") + matrix()) + text("w") + matrix())) ==
        Names{"state_dict.w", "w"});
  // A module saved whole.
  const std::string inner =
      object("Linear", dict(text("_parameters") + dict(text("weight") + parameter(matrix()))));
  const auto module =
      layout_of_object(object("Net", dict(text("_modules") + dict(text("fc") + inner))));
  CHECK(names_of(module) == Names{"fc.weight"});
  REQUIRE(module.warnings.size() == 1);
  CHECK(module.warnings[0].find("mine.Net") != std::string::npos);
  // The same name twice: the first stays.
  const auto twice =
      layout_of_object(dict(text("a.b") + matrix() + text("a") + dict(text("b") + matrix())));
  CHECK(names_of(twice) == Names{"a.b"});
  CHECK(twice.warnings.size() == 1);
  CHECK(code_of_object(dict(text("a\xff") + matrix())) == Code::kBadEncoding);
  CHECK(code_of_object(dict(text("a\0b"s) + matrix())) == Code::kBadEncoding);
  CHECK(code_of_object(dict(text(std::string(2049, 'n')) + matrix())) == Code::kLimitExceeded);
}

TEST_CASE("every storage class and element type has its size") {
  const std::pair<const char*, DType> kTypes[] = {
      {"FloatStorage", DType::kF32},       {"DoubleStorage", DType::kF64},
      {"HalfStorage", DType::kF16},        {"BFloat16Storage", DType::kBf16},
      {"LongStorage", DType::kI64},        {"IntStorage", DType::kI32},
      {"ShortStorage", DType::kI16},       {"CharStorage", DType::kI8},
      {"ByteStorage", DType::kU8},         {"BoolStorage", DType::kBool},
      {"ComplexFloatStorage", DType::kC64}};
  for (const auto& [name, dtype] : kTypes) {
    const std::uint64_t bytes = 2 * tensor::info(dtype).block_bytes;
    const std::string body = pickle::tensor(storage(name, "0", 2), 0, {2}, {1});
    INFO(name);
    CHECK(layout_of_object(body, std::string(bytes, 'x')).tensors[0].dtype == dtype);
    CHECK(code_of_object(body, std::string(bytes + 1, 'x')) == Code::kMalformed);
    CHECK(code_of_object(body, std::string(bytes - 1, 'x')) == Code::kMalformed);
  }
  const auto typed = [](std::string_view type) {
    return call(
        global("torch._utils", "_rebuild_tensor_v3"),
        tuple(storage("UntypedStorage", "0", 24, "torch.storage") + integer(1) + integers({3}) +
              integers({1}) + "\x89" + kOrderedDict + global("torch", type)));
  };
  CHECK(layout_of_object(typed("uint32")).tensors[0].dtype == DType::kU32);
  CHECK(layout_of_object(typed("float8_e4m3fn")).tensors[0].dtype == DType::kF8E4M3);
  CHECK(code_of_object(typed("int64")) == Code::kMalformed);  // elements 1 to 3 of 3
  CHECK(code_of_object(typed("load")) == Code::kUnsupported);
  const auto odd = layout_of_object(pickle::tensor(storage("QInt8Storage", "0", 24), 0, {24}, {1}));
  CHECK(odd.tensors.empty());
  CHECK(odd.warnings.size() == 1);
  CHECK(code_of_object(pickle::tensor(storage("EvilStorage", "0", 6), 0, {6}, {1})) ==
        Code::kUnsupported);
}

TEST_CASE("big-endian and compressed storages are listed, and stay literal") {
  auto all = entries(whole(matrix()), {kSix});
  all[1].content = "big";
  CHECK(layout_of(zip_file(all)).tensors[0].placement == Placement::kEncoded);
  all[1].content = "middle";
  CHECK(code_of(zip_file(all)) == Code::kMalformed);
  all = entries(whole(matrix()), {kSix});
  for (auto& entry : all) entry.is_deflated = true;
  CHECK(layout_of(zip_file(all)).tensors[0].placement == Placement::kEncoded);
}

TEST_CASE("nothing that a pickle calls is called, and calls that no tensor needs are refused") {
  const std::string shell = tuple(text("touch /tmp/owned"));
  for (const std::string& body : {
           call(global("os", "system"), shell),
           call(global("posix", "system"), shell),
           call(global("builtins", "eval"), shell),
           call(global("pkgutil", "resolve_name"), shell),
           call(global("torch.hub", "load"), shell),
           call(global("torch", "load"), shell),
           call(text("os") + text("system") + "\x93", shell),
           // Through the memo, and as an item that no name leads to.
           global("os", "system") + "q\1" + shell + "R",
           dict(text("w") + matrix() + text("x") + call(global("subprocess", "Popen"), shell)),
           call(global("torch._utils", "_rebuild_parameter"),
                tuple(call(global("os", "system"), shell))),
           // Calls of what a call gave.
           call(call(global("builtins", "getattr"), tuple(text("os") + text("system"))), shell),
       }) {
    CHECK(code_of_object(body) == Code::kUnsupported);
  }
  // A call that is refused before the pickle breaks off, and one that is dropped from the stack.
  CHECK(code_of_object(call(global("os", "system"), shell) + "\xff") == Code::kUnsupported);
  CHECK(code_of_object(call(global("os", "system"), shell) + "0" + matrix()) == Code::kUnsupported);
  CHECK(code_of_object(call(kOrderedDict, shell)) == Code::kMalformed);
  // Bytes that are a pickle are bytes.
  const std::string nested = whole(call(global("os", "system"), shell));
  CHECK(code_of_object(dict(text("b") + "B" + u32(static_cast<std::uint32_t>(nested.size())) +
                            nested)) == Code::kOk);
}

TEST_CASE("operations that tensors do not need are refused, and other bytes are none") {
  for (const char c : "012FPSTVdgilop\x82\x83\x84\x8b\x8e\x90\x91\x92\x96\x97\x98"s) {
    CHECK(code_of_object(std::string(1, c) + matrix()) == Code::kUnsupported);
  }
  for (const char c : "Z#\xff\x01\x99"s) {
    CHECK(code_of_object(std::string(1, c) + matrix()) == Code::kMalformed);
  }
  CHECK(code_of(archive("\x80\x06N.", {})) == Code::kUnsupported);
}

TEST_CASE("the machine's rules hold") {
  for (const std::string& body :
       {""s, "NN"s, "(N"s, "t"s, "R"s, "N)R"s, "b"s, "Nb"s, "(N(Nt"s, "h\1"s, "j\1\0\0\0"s, "\x85"s,
        "N\x86"s, "Na"s, "]NNs"s, "}Ns"s, "}(Nu"s, "]Nu"s, "NQ"s, tuple(text("storage")) + "Q",
        "q\1"s, "X\xff\xff\xff\x7f"s, "X\x04\0\0\0abc"s, "\x95\xff\xff\xff\xff\0\0\0\0N"s, "I1x\n"s,
        "L\n"s, "cos\n"s, text("a") + "N\x93"s,
        // Items of a tensor.
        matrix() + text("x") + "Ns", matrix() + "Nb"}) {
    INFO(body);
    CHECK(code_of_object(body) == Code::kMalformed);
  }
  CHECK(code_of(archive(whole("N") + "x", {})) == Code::kMalformed);
}

TEST_CASE("a view lies within its storage, and the storage is what the file has") {
  const std::string from = storage("FloatStorage", "0", 6);
  const auto view = [&](std::int32_t offset, const std::vector<std::int32_t>& size,
                        const std::vector<std::int32_t>& stride) {
    return code_of_object(pickle::tensor(from, offset, size, stride));
  };
  CHECK(view(0, {6}, {1}) == Code::kOk);
  CHECK(view(1, {6}, {1}) == Code::kMalformed);
  CHECK(view(0, {7}, {1}) == Code::kMalformed);
  CHECK(view(0, {2, 3}, {4, 1}) == Code::kMalformed);
  CHECK(view(0, {2, 3}, {3, -1}) == Code::kMalformed);
  CHECK(view(-1, {1}, {1}) == Code::kMalformed);
  CHECK(view(0, {-1}, {1}) == Code::kMalformed);
  CHECK(view(0, {2, 3}, {1}) == Code::kMalformed);
  CHECK(view(0, {2147483647, 2147483647, 2147483647}, {0, 0, 0}) == Code::kMalformed);
  CHECK(view(0, {2147483647, 2147483647, 8}, {2147483647, 2147483647, 2147483647}) ==
        Code::kMalformed);
  std::vector<std::int32_t> ones(65, 1);
  CHECK(view(0, ones, ones) == Code::kLimitExceeded);
  // An unreachable tensor is checked too.
  CHECK(code_of_object(object("A", dict(text("w") + matrix())) + ")\x86" +
                       pickle::tensor(from, 7, {1}, {1}) + "\x86") == Code::kMalformed);
  for (const std::string& bad :
       {storage("FloatStorage", "1", 6), storage("FloatStorage", "../0", 6),
        storage("FloatStorage", "", 6), storage("FloatStorage", "0", 5),
        storage("FloatStorage", "0", -6), storage("DoubleStorage", "0", 6)}) {
    CHECK(code_of_object(pickle::tensor(bad, 0, {1}, {1})) == Code::kMalformed);
  }
}

TEST_CASE("memoised doublings, deep nests and long pickles are no bombs") {
  // A pair of the same pair, and so on: 2^63 leaves, 64 values.
  std::string laughs = ")";
  for (int i = 0; i < 63; ++i) laughs += "q\0h\0\x86"s;
  CHECK(code_of_object(laughs) == Code::kOk);
  CHECK(code_of_object(laughs + "q\0h\0\x86"s) == Code::kLimitExceeded);
  std::string deep(1'000'000, ']');
  deep += std::string(999'999, 'a');
  format::Limits limits;
  limits.max_pickle_stack = 10'000'000;
  CHECK(code_of(archive(whole(deep), {})) == Code::kLimitExceeded);
  CHECK(code_of(archive(whole("]q\0h\0a"s), {})) == Code::kOk);  // a list that holds itself
  CHECK(code_of(archive(whole("r\xff\xff\xff\xff"s), {})) != Code::kOk);
  CHECK(code_of(archive(whole("Nr\xff\xff\xff\xff"s), {})) == Code::kLimitExceeded);
  limits = {};
  limits.max_pickle_operations = 4;
  CHECK(code_of(archive(whole("N\x85"), {}), limits) == Code::kOk);
  CHECK(code_of(archive(whole("N\x85\x85"), {}), limits) == Code::kLimitExceeded);
  limits = {};
  limits.max_pickle_stack = 3;
  CHECK(code_of(archive(whole("NNN\x87"), {}), limits) == Code::kOk);
  CHECK(code_of(archive(whole("NNNN\x87\x86"), {}), limits) == Code::kLimitExceeded);
  limits = {};
  limits.max_memory_bytes = 1 << 16;
  CHECK(code_of(archive(whole("("s + std::string(10'000, 'N') + "t"), {}), limits) ==
        Code::kOutOfMemory);
}

TEST_CASE("an archive is one folder with a version") {
  auto all = entries(whole(matrix()), {kSix});
  all.push_back({"other/data/1", "x"});
  CHECK(code_of(zip_file(all)) == Code::kMalformed);
  for (const auto& [version, code] : {std::pair("1\n", Code::kOk),
                                      {"5", Code::kOk},
                                      {"6", Code::kUnsupported},
                                      {"0", Code::kUnsupported},
                                      {"three", Code::kMalformed},
                                      {"", Code::kMalformed}}) {
    all = entries(whole(matrix()), {kSix});
    all.back().content = version;
    INFO(version);
    CHECK(code_of(zip_file(all)) == code);
  }
  all = entries(whole(matrix()), {kSix});
  all[0].crc_change = 1;
  CHECK(code_of(zip_file(all)) == Code::kMalformed);
  all = entries(whole(matrix()), {kSix});
  all[2].local_name = "m/data/9";
  CHECK(code_of(zip_file(all)) == Code::kMalformed);
}

TEST_CASE("the legacy stream is read as archives are") {
  const std::string none = "N";
  const auto object_of = [&](std::string_view view) {
    return whole(dict(text("w") + pickle::tensor(storage("FloatStorage", "94", 6, "torch", view), 0,
                                                 {2, 3}, {3, 1})));
  };
  const std::string file = stream(object_of(none), {{"94", kSix, 6}});
  const auto layout = layout_of(file);
  CHECK(layout.format == format::Format::kPytorch);
  REQUIRE(layout.tensors.size() == 1);
  CHECK(layout.tensors[0].placement == Placement::kInPlace);
  CHECK(layout.tensors[0].offset == file.size() - 24);
  const std::string part = tuple(text("95") + integer(2) + integer(4));
  CHECK(code_of(stream(object_of(part), {{"94", kSix, 6}})) == Code::kMalformed);
  CHECK(code_of(stream(object_of(none), {{"94", kSix, 5}})) == Code::kMalformed);
  CHECK(code_of(stream(object_of(none), {{"94", kSix + "x", 6}})) == Code::kMalformed);
  CHECK(code_of(stream(object_of(none), {{"94", kSix, 1ull << 63}})) == Code::kMalformed);
  CHECK(code_of(stream(object_of(none), {{"95", kSix, 6}})) == Code::kMalformed);
  CHECK(code_of(stream(object_of(none), {{"94", kSix, 6}, {"94", kSix, 6}})) == Code::kMalformed);
  CHECK(code_of(stream(object_of(none), {})) == Code::kMalformed);
  CHECK(code_of(kMagic + whole(integer(1002)) + kMachine) == Code::kUnsupported);
  CHECK(code_of(kMagic + whole(integer(1001)) + whole(dict(text("little_endian") + "\x89"))) ==
        Code::kUnsupported);
  CHECK(code_of(kMagic + whole(integer(1001)) + whole("}")) == Code::kMalformed);
  for (std::size_t length = kMagic.size(); length < file.size(); ++length) {
    CHECK(code_of(file.substr(0, length)) != Code::kOk);
  }
  // The number by a call: no file of PyTorch's, and nothing is read of it.
  CHECK(parse(whole(call(global("builtins", "int"), ")"))).value().format ==
        hartonomous::core::format::Format::kOpaque);
}
