// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/block/content_cut.hpp"

using namespace hartonomous::core;

namespace {

std::string noise(unsigned seed, std::size_t size) {
  std::minstd_rand random(seed);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random() >> 8);
  return bytes;
}

std::vector<std::string> blocks_of(std::string_view bytes) {
  std::vector<std::string> blocks;
  while (!bytes.empty()) {
    const std::size_t length = block::content_cut(as_bytes(bytes));
    REQUIRE(length > 0);
    REQUIRE(length <= bytes.size());
    blocks.emplace_back(bytes.substr(0, length));
    bytes.remove_prefix(length);
  }
  return blocks;
}

}  // namespace

TEST_CASE("content is cut into blocks of bounded length, where a defined hash says") {
  const auto blocks = blocks_of(noise(1, 8 << 20));
  for (std::size_t i = 0; i + 1 < blocks.size(); ++i) {
    CHECK(blocks[i].size() > block::kMinContentBlock);
    CHECK(blocks[i].size() <= block::kMaxBlock);
  }
  // Normalized: around the normal length.
  CHECK(blocks.size() > 30);
  CHECK(blocks.size() < 100);
  CHECK(blocks_of(std::string(3 * block::kMaxBlock, '\0')).size() == 3);  // nothing to cut at
  CHECK(blocks_of("abc").size() == 1);
  CHECK(blocks_of(noise(2, block::kMinContentBlock)).size() == 1);
  // Cuts are part of content addresses: these may never change.
  CHECK(blocks[0].size() == 73'582);
  CHECK(blocks[1].size() == 188'790);
}

TEST_CASE("an insertion changes the blocks around it and no others") {
  const std::string before = noise(3, 8 << 20);
  std::string after = before;
  after.insert(3'000'000, "a few bytes more");
  after.erase(100, 7);
  auto old_blocks = blocks_of(before);
  std::ranges::sort(old_blocks);
  std::size_t fresh = 0;
  for (const std::string& b : blocks_of(after)) {
    if (!std::ranges::binary_search(old_blocks, b)) fresh += b.size();
  }
  CHECK(fresh < before.size() / 8);
}

TEST_CASE("what follows a full block does not move its end") {
  const std::string bytes = noise(4, 2 * block::kMaxBlock);
  const std::size_t length = block::content_cut(as_bytes(bytes));
  CHECK(block::content_cut(as_bytes(std::string_view(bytes).substr(0, block::kMaxBlock))) ==
        length);
}
