// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <zlib.h>

#include "core/format/archive/decompress.hpp"
#include "core/format/archive/tar.hpp"

using namespace hartonomous::core;
using namespace hartonomous::core::format;

namespace {

std::string header(const std::string& name, const std::string& size, char type = '0') {
  std::string block(512, '\0');
  block.replace(0, name.size(), name);
  block.replace(124, size.size(), size);
  block[156] = type;
  block.replace(257, 8,
                std::string("ustar\0"
                            "00",
                            8));
  block.replace(148, 8, 8, ' ');
  unsigned sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  for (std::size_t digit = 0; digit < 6; ++digit)
    block[153 - digit] = static_cast<char>('0' + (sum >> 3 * digit & 7));
  block[154] = '\0';
  return block;
}

Result<std::vector<archive::TarFile>> read(const std::string& file, Limits limits = {}) {
  MemorySource source(as_bytes(file));
  NoCheckpoint checkpoint;
  ParseBudget budget(1 << 20);
  return archive::read_tar(source, limits, budget, checkpoint);
}

const std::string kEnd(1024, '\0');
const std::string kData = "hello" + std::string(507, '\0');

}  // namespace

TEST_CASE("a tar archive's files lie where they are said to") {
  const auto files = read(header("./a", "00000000005") + kData + header("d/", "00000000000", '5') +
                          header("d/b", "00000000000") + kEnd)
                         .value();
  REQUIRE(files.size() == 2);
  CHECK((files[0].name == "a" && files[0].offset == 512 && files[0].length == 5));
  CHECK((files[1].name == "d/b" && files[1].offset == 2048 && files[1].length == 0));
}

TEST_CASE("a tar archive cut anywhere is refused") {
  const std::string file = header("a", "00000000005") + kData + kEnd;
  for (std::size_t length = 0; length < file.size(); ++length) {
    INFO(length);
    CHECK(read(file.substr(0, length)).status().code() == Code::kMalformed);
  }
  CHECK(read(file + "x").status().code() == Code::kMalformed);
  CHECK(read(file + std::string(9216, '\0')).is_ok());
}

TEST_CASE("a tar archive has no more entries than it may") {
  Limits limits;
  limits.max_archive_entries = 2;
  const std::string two = header("a", "00000000000") + header("b", "00000000000");
  CHECK(read(two + kEnd, limits).is_ok());
  CHECK(read(two + header("c", "00000000000") + kEnd, limits).status().code() ==
        Code::kLimitExceeded);
}

TEST_CASE("a sink ends the expansion that it refuses") {
  class Sink final : public ByteSink {
   public:
    Status write(Bytes bytes) override {
      taken += bytes.size();
      return taken <= 1 << 20 ? Status::ok() : Status(Code::kLimitExceeded, "enough");
    }
    std::size_t taken = 0;
  } sink;
  std::string zeros(64 << 20, '\0'), packed(compressBound(zeros.size()), '\0');
  uLongf length = packed.size();
  REQUIRE(compress(reinterpret_cast<Bytef*>(packed.data()), &length,
                   reinterpret_cast<Bytef*>(zeros.data()), zeros.size()) == Z_OK);
  const std::string raw = packed.substr(2, length - 6);
  MemorySource source(as_bytes(raw));
  NoCheckpoint checkpoint;
  CHECK(archive::decompress(source, Container::kDeflate, sink, checkpoint).code() ==
        Code::kLimitExceeded);
  CHECK(sink.taken <= (1 << 20) + (64 << 10));
}
