// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include "core/format/zip/directory.hpp"

#include <catch2/catch.hpp>

#include "zip_builder.hpp"

using namespace hartonomous::core;
using namespace hartonomous::test;
using namespace std::string_literals;
namespace zip = hartonomous::core::format::zip;

namespace {

Result<std::vector<zip::Entry>> directory(std::string_view file,
                                          const format::Limits& limits = {}) {
  MemorySource source(as_bytes(file));
  NoCheckpoint checkpoint;
  format::ParseBudget budget(limits.max_memory_bytes);
  return zip::read_directory(source, limits, budget, checkpoint);
}

Code code(std::string_view file, const format::Limits& limits = {}) {
  const auto result = directory(file, limits);
  return result.is_ok() ? Code::kOk : result.status().code();
}

Result<std::string> content(std::string_view file, std::size_t entry,
                            const format::Limits& limits = {}) {
  MemorySource source(as_bytes(file));
  NoCheckpoint checkpoint;
  format::ParseBudget budget(limits.max_memory_bytes);
  const auto entries = zip::read_directory(source, limits, budget, checkpoint);
  if (!entries.is_ok()) return entries.status();
  return zip::read_entry(source, entries.value().at(entry), limits, budget, checkpoint);
}

}  // namespace

TEST_CASE("entries are read whether stored or deflated, narrow or wide, with descriptors or not") {
  std::string noise;
  for (unsigned i = 0; i < 200'000; ++i) noise += static_cast<char>((i * 2654435761u) >> 24);
  for (const std::string& text : {""s, "hello"s, std::string(100'000, 'x'), noise}) {
    for (const bool is_deflated : {false, true}) {
      for (const bool has_descriptor : {false, true}) {
        const std::string file =
            zip_file({{"a/b", text, is_deflated, has_descriptor, !has_descriptor}, {"c", "second"}});
        const auto first = content(file, 0);
        INFO((first.is_ok() ? "" : first.status().message()));
        REQUIRE(first.is_ok());
        CHECK(first.value() == text);
        CHECK(content(file, 1).value() == "second");
      }
    }
  }
  CHECK(code(Zip().file("a comment")) == Code::kOk);  // empty
  CHECK(code(Zip().add({"a", "x"}).file64(1)) == Code::kOk);
}

TEST_CASE("a prefix of an entry needs no more than its bytes") {
  std::string text(300'000, 'y');
  text[0] = 'a';
  for (const bool is_deflated : {false, true}) {
    const std::string file = zip_file({{"a", text, is_deflated}});
    MemorySource source(as_bytes(file));
    NoCheckpoint checkpoint;
    const auto entries = directory(file).value();
    for (const std::size_t count : {0u, 1u, 70'000u, 300'000u, 400'000u}) {
      CHECK(zip::read_prefix(source, entries[0], count, checkpoint).value() ==
            text.substr(0, count));
    }
  }
}

TEST_CASE("two accounts of an entry that differ are refused") {
  const ZipEntry good{"a", "content"};
  const auto broken = [&](auto change) {
    ZipEntry entry = good;
    change(entry);
    return code(zip_file({entry, {"b", "x"}}));
  };
  CHECK(broken([](ZipEntry&) {}) == Code::kOk);
  CHECK(broken([](ZipEntry& e) { e.local_name = "b"; }) == Code::kMalformed);
  CHECK(broken([](ZipEntry& e) { e.local_name = "aa"; }) == Code::kMalformed);
  CHECK(broken([](ZipEntry& e) { e.local_flags = 2; }) == Code::kMalformed);
  CHECK(broken([](ZipEntry& e) { e.claimed = 6; }) == Code::kMalformed);
  CHECK(broken([](ZipEntry& e) { e.gap = "x"; }) == Code::kMalformed);
  CHECK(broken([](ZipEntry& e) { e.gap = std::string(16, 'x'); }) == Code::kMalformed);
  CHECK(broken([](ZipEntry& e) { e.local_extra = u16(1) + u16(4) + u32(7); }) == Code::kMalformed);
  CHECK(broken([](ZipEntry& e) { e.local_extra = u16(7) + u16(9); }) == Code::kMalformed);
  // Zip64 values where the short fields need none: they must say the same.
  CHECK(broken([](ZipEntry& e) { e.local_extra = u16(1) + u16(16) + u64(7) + u64(7); }) ==
        Code::kOk);
  CHECK(broken([](ZipEntry& e) { e.local_extra = u16(1) + u16(16) + u64(8) + u64(7); }) ==
        Code::kMalformed);
  // Every byte of the local header but the date matters, and every byte of the descriptor.
  for (const bool has_descriptor : {false, true}) {
    const std::string file = zip_file({{"a", "content", false, has_descriptor}});
    for (std::size_t at = 0; at < 31 + 7 + (has_descriptor ? 16 : 0); ++at) {
      const bool is_free = (at >= 4 && at < 6) || (at >= 10 && at < 14) || (at >= 31 && at < 38);
      std::string mutant = file;
      mutant[at] = static_cast<char>(mutant[at] ^ 1);
      INFO(at);
      CHECK(code(mutant) == (is_free ? Code::kOk : Code::kMalformed));
    }
  }
}

TEST_CASE("entries that share bytes are refused") {
  // Two entries of the directory with one local header, as overlapping bombs have them.
  Zip zip;
  zip.add({"a", "content"});
  zip.directory += zip.directory;
  zip.count = 2;
  CHECK(code(zip.file()) == Code::kMalformed);
  // An entry that contains the next one's header.
  Zip inner;
  inner.add({"b", "x"});
  Zip outer;
  outer.add({"a", inner.bytes});
  const std::uint32_t inside = 31;
  std::string directory = inner.directory;
  directory.replace(42, 4, u32(inside));
  outer.directory += directory;
  outer.count = 2;
  CHECK(code(outer.file()) == Code::kMalformed);
}

TEST_CASE("there is one end record, and it is the last thing in the file") {
  const Zip zip = Zip().add({"a", "content"});
  CHECK(code(zip.file() + "x") == Code::kMalformed);
  CHECK(code("x" + zip.file()) == Code::kMalformed);
  CHECK(code("x" + zip.bytes + zip.directory + zip.end(zip.bytes.size() + 1)) == Code::kMalformed);
  CHECK(code(zip.file("PK\5\6")) == Code::kMalformed);
  CHECK(code(zip.file(Zip().file())) == Code::kMalformed);  // the comment's record is the last
  CHECK(code(zip.file64(2)) == Code::kMalformed);
  CHECK(code(zip.bytes + zip.directory + "x" + zip.end(zip.bytes.size())) == Code::kMalformed);
  Zip lying = zip;
  lying.count = 2;
  CHECK(code(lying.file()) == Code::kMalformed);
  lying.count = 0;
  CHECK(code(lying.file()) == Code::kMalformed);
  for (std::size_t length = 0; length < zip.file64(1).size(); ++length) {
    CHECK(code(zip.file64(1).substr(0, length)) == Code::kMalformed);
  }
}

TEST_CASE("names are data, and those that could be paths are refused") {
  for (const std::string& name :
       {"../a"s, "a/../../b"s, "/a"s, "a//b"s, "./a"s, "a\\b"s, "C:a"s, "a\0b"s, ""s, "a\nb"s}) {
    INFO(name);
    CHECK(code(zip_file({{name, "x"}})) == Code::kMalformed);
  }
  CHECK(code(zip_file({{"a\xff", "x"}})) == Code::kBadEncoding);
  CHECK(code(zip_file({{"a", "x"}, {"a", "y"}})) == Code::kMalformed);
  CHECK(code(zip_file({{"\xc3\xa9", "x"}, {"e\xcc\x81", "y"}})) == Code::kMalformed);  // é twice
  CHECK(code(zip_file({{"w", "x"}, {"W", "y"}, {"d/", ""}, {"\xc3\xa9", ""}})) == Code::kOk);
}

TEST_CASE("links, encryption, other methods and other disks are refused") {
  CHECK(code(zip_file({{.name = "a", .content = "b", .made_by = 3 << 8,
                        .attributes = 0120777u << 16}})) == Code::kMalformed);
  CHECK(code(zip_file({{.name = "a", .content = "b", .flags = 1}})) == Code::kUnsupported);
  CHECK(code(zip_file({{.name = "a", .content = "b", .flags = 0x40}})) == Code::kUnsupported);
  for (const int method : {1, 9, 12, 14, 93, 95, 99}) {
    CHECK(code(zip_file({{.name = "a", .content = "b", .method = method}})) == Code::kUnsupported);
  }
  std::string disks = zip_file({{"a", "b"}});
  disks[disks.size() - 18] = 1;
  CHECK(code(disks) == Code::kUnsupported);
}

TEST_CASE("expansion is capped, and lies about it are found") {
  const std::string zeros(3 << 20, '\0');
  CHECK(code(zip_file({{"a", zeros, true}})) == Code::kLimitExceeded);  // about 1000 to 1
  format::Limits generous;
  generous.max_expansion_ratio = 2000;
  CHECK(code(zip_file({{"a", zeros, true}}), generous) == Code::kOk);
  CHECK(content(zip_file({{"a", zeros, true}}), 0, generous).value() == zeros);
  generous.max_header_bytes = 1 << 20;
  CHECK(content(zip_file({{"a", zeros, true}}), 0, generous).status().code() ==
        Code::kLimitExceeded);
  generous.max_expanded_bytes = 2 << 20;
  CHECK(code(zip_file({{"a", zeros, true}}), generous) == Code::kLimitExceeded);
  // More than deflate can: impossible. Less or more than there is: damaged.
  const std::string hello = "hello, hello, hello";
  CHECK(code(zip_file({{.name = "a", .content = hello, .is_deflated = true, .claimed = 1 << 30}})) ==
        Code::kMalformed);
  for (const std::int64_t claimed : {18, 20}) {
    CHECK(content(zip_file({{.name = "a", .content = hello, .is_deflated = true,
                             .claimed = claimed}}), 0).status().code() == Code::kMalformed);
  }
  for (const bool is_deflated : {false, true}) {
    CHECK(content(zip_file({{.name = "a", .content = hello, .is_deflated = is_deflated,
                             .crc_change = 1}}), 0).status().code() == Code::kMalformed);
  }
  format::Limits few;
  few.max_archive_entries = 2;
  CHECK(code(zip_file({{"a", ""}, {"b", ""}}), few) == Code::kOk);
  CHECK(code(zip_file({{"a", ""}, {"b", ""}, {"c", ""}}), few) == Code::kLimitExceeded);
}
