// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "../shared_data.hpp"
#include "hdf5_builder.hpp"
#include "zip_builder.hpp"

using namespace hartonomous::core;
using namespace hartonomous::test;
using format::Format;
using format::Placement;

namespace {

const std::string kData = "0123456789abcdef01234567";  // 2 x 3 F32

// The layout of a file whose root has one member "d" with these messages.
Result<format::FileLayout> with_dataset(Hdf5& hdf5, const std::vector<Hdf5Message>& messages) {
  return parse(hdf5.file(hdf5.object({hard_link("d", hdf5.object(messages))})));
}

}  // namespace

TEST_CASE("HDF5 groups and datasets of both generations are listed by path") {
  for (const bool is_old : {false, true}) {
    Hdf5 hdf5(is_old);
    const auto a = hdf5.dataset({2, 3}, kData), b = hdf5.dataset({}, "abcd");
    std::uint64_t root = 0;
    if (is_old) {
      root = hdf5.table({{"layers", hdf5.table({{"kernel:0", a}})}, {"step", b}});
    } else {
      root = hdf5.object({hard_link("layers", hdf5.object({hard_link("kernel:0", a)})),
                          hard_link("step", b), text_attribute("keras_version", "2.4.0")});
    }
    for (const std::uint64_t user_block : {0, 512, 2048}) {
      const std::string file = hdf5.file(root, user_block);
      INFO(is_old << " " << user_block);
      const auto result = parse(file);
      INFO((result.is_ok() ? "" : result.status().message()));
      REQUIRE(result.is_ok());
      const auto& layout = result.value();
      CHECK(layout.format == Format::kHdf5);
      REQUIRE(layout.tensors.size() == 2);
      CHECK(layout.tensors[0].name == "layers/kernel:0");
      CHECK(layout.tensors[0].shape == std::vector<std::uint64_t>{2, 3});
      CHECK(layout.tensors[0].placement == Placement::kInPlace);
      CHECK(file.substr(layout.tensors[0].offset, 24) == kData);
      CHECK(layout.tensors[1].name == "step");
      CHECK(segments_cover(layout, file.size()));
      if (!is_old) CHECK(*layout.metadata.find_string("keras_version") == "2.4.0");
    }
  }
}

TEST_CASE("HDF5 datasets are in place in one stretch, and encoded otherwise") {
  Hdf5 hdf5;
  const auto at = hdf5.put(kData);
  const auto one = hdf5.chunk_tree({{at, 24}}, 2), two = hdf5.chunk_tree({{at, 12}, {at, 12}}, 2);
  const auto placement = [&](Hdf5Message type, Hdf5Message layout, bool is_filtered = false) {
    Hdf5 copy = hdf5;
    std::vector<Hdf5Message> messages{dataspace({2, 3}), std::move(type), std::move(layout)};
    if (is_filtered) messages.push_back({11, u8(2) + u8(1) + u16(1) + u16(0) + u16(0)});
    return with_dataset(copy, messages).value().tensors.at(0).placement;
  };
  CHECK(placement(float_type(), contiguous(at, 24)) == Placement::kInPlace);
  CHECK(placement(float_type(4, true), contiguous(at, 24)) == Placement::kEncoded);
  CHECK(placement(float_type(), compact(kData)) == Placement::kInPlace);
  CHECK(placement(float_type(), chunked(one, {2, 3}, 4)) == Placement::kInPlace);
  CHECK(placement(float_type(), chunked(one, {2, 3}, 4), true) == Placement::kEncoded);
  CHECK(placement(float_type(), chunked(two, {1, 3}, 4)) == Placement::kEncoded);
  CHECK(placement(float_type(), contiguous(kNowhere, 24)) == Placement::kEncoded);
}

TEST_CASE("HDF5 files that lie are refused") {
  const auto code = [](const std::vector<Hdf5Message>& messages) {
    Hdf5 hdf5;
    hdf5.put(kData);
    const auto result = with_dataset(hdf5, messages);
    return result.is_ok() ? Code::kOk : result.status().code();
  };
  const auto space = dataspace({2, 3});
  CHECK(code({space, float_type(), contiguous(48, 24)}) == Code::kOk);
  CHECK(code({space, float_type(), contiguous(48, 20)}) == Code::kMalformed);  // size of the shape
  CHECK(code({space, float_type(), contiguous(1 << 20, 24)}) == Code::kMalformed);
  CHECK(code({space, float_type(), contiguous(UINT64_MAX - 8, 24)}) == Code::kMalformed);
  CHECK(code({dataspace({1ULL << 32, 1ULL << 32}), float_type(), contiguous(48, 0)}) ==
        Code::kMalformed);
  CHECK(code({dataspace(std::vector<std::uint64_t>(65, 1)), float_type(), contiguous(48, 4)}) ==
        Code::kLimitExceeded);
  CHECK(code({space, float_type(), contiguous(48, 24), {7, std::string(24, '\0')}}) ==
        Code::kUnsupported);  // external files
  CHECK(code({space, float_type(), {8, u8(4) + u8(3) + u64(48) + u32(0)}}) ==
        Code::kUnsupported);                                               // virtual
  CHECK(code({link_of_kind(64, "x", "other.h5")}) == Code::kUnsupported);  // external link
  CHECK(code({link_of_kind(1, "x", "/d")}) == Code::kOk);                  // soft, not followed
  CHECK(code({hard_link("..", kNowhere)}) == Code::kMalformed);
  CHECK(code({hard_link("a/b", 48)}) == Code::kMalformed);
  CHECK(code({{6, u8(1)}}) == Code::kMalformed);
  CHECK(code({space, float_type()}) == Code::kMalformed);  // no layout
  CHECK(code({space, {3, u8(0x11)}, contiguous(48, 24)}) == Code::kMalformed);
}

TEST_CASE("HDF5 structures that lead back to themselves end") {
  // A group that is its own member: its address is known before it is written.
  Hdf5 hdf5;
  const std::uint64_t own = hdf5.bytes.size();
  const auto root = hdf5.object({hard_link("self", own)});
  REQUIRE(root == own);
  const auto layout = parse(hdf5.file(root)).value();
  CHECK(layout.tensors.empty());
  CHECK(layout.warnings.size() == 1);

  Hdf5 continued;  // a header that goes on where it began
  const std::uint64_t at = continued.bytes.size();
  const auto object = continued.object({{16, u64(at + 10) + u64(30)}});
  CHECK(code_of(continued.file(object)) == Code::kMalformed);

  Hdf5 deep;
  std::uint64_t group = deep.dataset({2, 3}, kData);
  for (int i = 0; i < 40; ++i) group = deep.object({hard_link("g", group)});
  CHECK(code_of(deep.file(group)) == Code::kLimitExceeded);

  Hdf5 tree;
  const std::uint64_t node = (tree.bytes.size() + 7) / 8 * 8;
  tree.put("TREE" + u8(1) + u8(1) + u16(1) + u64(kNowhere) + u64(kNowhere) + u32(24) + u32(0) +
           std::string(24, '\0') + u64(node));
  CHECK(with_dataset(tree, {dataspace({2, 3}), float_type(), chunked(node, {2, 3}, 4)})
            .status()
            .code() == Code::kMalformed);
}

TEST_CASE("HDF5 files that are cut, changed or of a later kind are refused") {
  Hdf5 hdf5;
  const std::string file = hdf5.file(hdf5.object({hard_link("d", hdf5.dataset({2, 3}, kData))}));
  for (std::size_t length = 8; length < file.size(); ++length) {
    CHECK(code_of(file.substr(0, length)) == Code::kMalformed);
  }
  for (std::size_t at = 8; at < file.size(); ++at) {
    for (const int change : {1, 0x80, 0xff}) {
      std::string mutant = file;
      mutant[at] = static_cast<char>(mutant[at] ^ change);
      const auto result = parse(mutant);
      if (result.is_ok()) CHECK(segments_cover(result.value(), mutant.size()));
    }
  }
  std::string later = file;
  later[8] = 4;
  CHECK(code_of(later) == Code::kUnsupported);
}

TEST_CASE("a Keras archive has the tensors of its weights, where they are stored plainly") {
  Hdf5 hdf5;
  const std::string weights = hdf5.file(hdf5.object({hard_link("d", hdf5.dataset({2, 3}, kData))}));
  const std::string file = zip_file(
      {{"metadata.json", "{}"}, {"config.json", "{}"}, {"model.weights.h5", weights}});
  const auto layout = parse(file).value();
  CHECK(layout.format == Format::kKeras);
  REQUIRE(layout.tensors.size() == 1);
  CHECK(file.substr(layout.tensors[0].offset, 24) == kData);
  CHECK(segments_cover(layout, file.size()));
  CHECK(code_of(zip_file({{"config.json", "{}"}, {"model.weights.h5", weights.substr(0, 90)}})) ==
        Code::kMalformed);
}

TEST_CASE("a real Keras file has the weights that h5py lists") {
  const auto path = shared_data() / "models/mini-xception/fer2013_mini_XCEPTION.102-0.66.hdf5";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: there is no file " << path);
    return;
  }
  const std::string file = file_contents(path);
  const auto layout = parse(file).value();
  CHECK(layout.format == Format::kHdf5);
  CHECK(layout.tensors.size() > 100);
  CHECK(layout.metadata.find_string("model_config") != nullptr);
  CHECK(segments_cover(layout, file.size()));
}
