// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include "../shared_data.hpp"
#include "core/format/external.hpp"
#include "core/format/tensorflow/snappy.hpp"
#include "tensorflow_builder.hpp"

using namespace hartonomous::core;
using namespace hartonomous::test;
using namespace std::string_literals;
using format::Format;
using format::Placement;
using format::tensorflow::snappy_expand;

namespace {

const std::string kData(24, 'x');

Table good() {
  return Table()
      .add("", bundle_header(1))
      .add("a/kernel", bundle_entry(1, {2, 3}, 0, 0, kData))
      .add("b/bias", bundle_entry(14, {4}, 0, 24, "12345678"));
}

Code code_with(std::string_view key, std::string_view value, std::uint64_t shards = 1) {
  return code_of(Table().add("", bundle_header(shards)).add(key, value).file());
}

}  // namespace

TEST_CASE("CRC-32C is that of RFC 3720") {
  CHECK(hash::Crc32c().update(as_bytes("123456789")).value() == 0xe3069283U);
  CHECK(hash::Crc32c().update(as_bytes("1234")).update(as_bytes("56789")).value() == 0xe3069283U);
  CHECK(hash::Crc32c().update(as_bytes(std::string(32, '\0'))).value() == 0x8a9136aaU);
}

TEST_CASE("a bundle's index lists the tensors of its shards") {
  const auto layout = parse(good().file()).value();
  CHECK(layout.format == Format::kTensorflow);
  REQUIRE(layout.tensors.size() == 2);
  CHECK(layout.tensors[0].name == "a/kernel");
  CHECK(layout.tensors[0].shape == std::vector<std::uint64_t>{2, 3});
  CHECK(layout.tensors[0].placement == Placement::kExternal);
  CHECK(layout.tensors[0].file == "data-00000-of-00001");
  CHECK(layout.tensors[0].masked_crc == masked_crc_of(kData));
  CHECK(layout.tensors[1].dtype == tensor::DType::kBf16);
  CHECK(layout.tensors[1].offset == 24);
}

TEST_CASE("blocks may be compressed with Snappy, within bounds") {
  Table table = good();
  table.compression = 1;
  CHECK(parse(table.file(snappy_literal)).value().tensors.size() == 2);
  CHECK(code_of(table.file()) != Code::kOk);
  // "aaaaaaaaaa" as one letter and a copy of nine.
  CHECK(snappy_expand(as_bytes("\x0a\x00"s + "a" + "\x15\x01"s), 100).value() ==
        std::string(10, 'a'));
  for (const std::string& bad : {""s, "\x05"s, "\x05\x00"s, "\x05\x10"s + "abcd",  // cut
                                 "\x0a\x00"s + "a" + "\x15\x02"s,       // before the beginning
                                 "\x0a\x00"s + "a" + "\x15\x00"s,       // from nowhere
                                 "\x02\x00"s + "a" + "\x15\x01"s,       // longer than it says
                                 "\x01\x00"s + "a" + "\x00"s + "b"}) {  // more than it says
    CHECK(snappy_expand(as_bytes(bad), 100).status().code() == Code::kMalformed);
  }
  CHECK(snappy_expand(as_bytes("\xff\xff\xff\xff\xff\x7f"s + "abc"), UINT64_MAX).status().code() ==
        Code::kLimitExceeded);
  CHECK(snappy_expand(as_bytes("\x0a\x00"s + "a" + "\x15\x01"s), 9).status().code() ==
        Code::kLimitExceeded);
}

TEST_CASE("a broken index is refused") {
  const std::string file = good().file();
  for (std::size_t at = 0; at < file.size() - 8; ++at) {
    if (at >= file.size() - 48 && at < file.size() - 8 && file[at] == '\0') continue;  // padding
    std::string flipped = file;
    flipped[at] = static_cast<char>(flipped[at] ^ 0x55);
    INFO(at);
    const bool is_meta_handle = at - (file.size() - 48) < 2;
    if (!is_meta_handle) CHECK(code_of(flipped) == Code::kMalformed);
  }
  CHECK(code_of(Table().add("", bundle_header(1)).add("b", "").add_raw(0, "a", "", "a").file()) ==
        Code::kMalformed);
  CHECK(code_of(Table().add("", bundle_header(1)).add_raw(9, "a", "", "a").file()) ==
        Code::kMalformed);
  CHECK(code_of(Table().add("", bundle_header(0)).file()) == Code::kMalformed);
  CHECK(code_of(Table().add("", bundle_header(1, true)).file()) == Code::kUnsupported);
  CHECK(code_with("a", bundle_entry(1, {6}, 1, 0, kData)) == Code::kMalformed);  // shard
  CHECK(code_with("a", bundle_entry(1, {7}, 0, 0, kData)) == Code::kMalformed);  // size
  CHECK(code_with("a", bundle_entry(1, {UINT64_MAX}, 0, 0, kData)) == Code::kMalformed);
  CHECK(code_with("a", bundle_entry(1, {1ULL << 32, 1ULL << 32}, 0, 0, "")) == Code::kMalformed);
  CHECK(code_with("a", bundle_entry(1, {6}, 0, UINT64_MAX - 3, kData)) == Code::kMalformed);
  const auto strings =
      parse(Table().add("", bundle_header(1)).add("s", bundle_entry(7, {1}, 0, 0, kData)).file());
  CHECK(strings.value().tensors.empty());
  CHECK(strings.value().warnings.size() == 1);
}

TEST_CASE("a table that is no bundle is opaque") {
  CHECK(parse(Table().add("some key", "value").file()).value().format == Format::kOpaque);
}

TEST_CASE("external tensors go to the file that holds them, if it came along and is long enough") {
  const auto files = [](std::uint64_t data_size, std::string_view data_path) {
    std::vector<format::NamedLayout> out;
    out.push_back({"m/variables.index", 100, parse(good().file()).value()});
    out.push_back({data_path, data_size, parse("").value()});
    return out;
  };
  auto placed = files(32, "m/variables.data-00000-of-00001");
  REQUIRE(format::place_external(placed).is_ok());
  CHECK(placed[0].layout.tensors.empty());
  REQUIRE(placed[1].layout.tensors.size() == 2);
  CHECK(placed[1].layout.tensors[0].placement == Placement::kInPlace);
  CHECK(segments_cover(placed[1].layout, 32));
  auto other = files(32, "variables.data-00000-of-00001");
  REQUIRE(format::place_external(other).is_ok());
  CHECK(other[0].layout.tensors.size() == 2);
  CHECK(other[0].layout.warnings.size() == 1);
  auto cut = files(31, "m/variables.data-00000-of-00001");
  CHECK(format::place_external(cut).code() == Code::kMalformed);
}

TEST_CASE("real SavedModels have the variables that TensorFlow lists") {
  const auto path = shared_data() / "models/tf-mnist-savedmodel/variables/variables.index";
  if (!std::filesystem::exists(path)) {
    WARN("skipped: there is no file " << path);
    return;
  }
  const auto layout = parse(file_contents(path)).value();
  CHECK(layout.format == Format::kTensorflow);
  CHECK_FALSE(layout.tensors.empty());
  std::string names;
  for (const auto& tensor : layout.tensors) names += tensor.name + " ";
  CAPTURE(names);
  std::uint64_t bytes = 0;
  for (const auto& tensor : layout.tensors) bytes += tensor.byte_length;
  CHECK(bytes == 1'066'440);  // all of the data file
}
