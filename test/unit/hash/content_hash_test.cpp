// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// The expected digests were made with b3sum and sha256sum; docs/internals/content-address.md shows
// the commands and is checked against the same values.
#include <catch2/catch.hpp>

#include <string>
#include <vector>

#include "core/hash/content_hash.hpp"
#include "core/hash/sha256.hpp"

using namespace hartonomous::core;

TEST_CASE("a block is hashed as b3sum --derive-key hashes its bytes") {
  CHECK(hash::block_hash({}).hex() ==
        "598c6ea767af31dab22c93276c48cd9b4a9af95c5785894f0086a70bcbc09739");
  CHECK(hash::block_hash(as_bytes("abc")).hex() ==
        "902972765e4e6d13f5152f32024b62bbe230d3e58de3c4c78d1f67ed39956431");
}

TEST_CASE("a codepoint is hashed by its number") {
  CHECK(hash::codepoint_hash(U'A').hex() ==
        "7efcb120cddd666bce2ed2bc137d634279ec0eaf7bb694bdd97afc487d71ba62");
}

TEST_CASE("a raw byte is hashed by itself") {
  CHECK(hash::byte_hash(0xc3).hex() ==
        "13f0ece40bfec5447f2b39668d91ecce72c93306a152c070be843dd202055d50");
}

TEST_CASE("a composition is hashed by children and multiplicities in order") {
  const std::vector<hash::Child> children = {{hash::codepoint_hash(U'A'), 1},
                                             {hash::codepoint_hash(U'B'), 2}};
  CHECK(hash::composition_hash(children).hex() ==
        "8dadcaa120df44e165c2759234c7abc7a000ac2f9f9039583d97f5e7b31ed5f4");
  const std::vector<hash::Child> swapped = {children[1], children[0]};
  CHECK(hash::composition_hash(swapped) != hash::composition_hash(children));
}

TEST_CASE("a tensor is hashed by dtype, shape and bytes") {
  const std::vector<std::uint64_t> shape = {1, 2};
  auto hasher = hash::tensor_hasher("F32", shape);
  hasher.update(as_bytes("12345678"));
  CHECK(hasher.finish().hex() ==
        "ed50022ad29ab4c6a53670b017ff13b46234efef37d348b84224f773e16c97a2");
}

TEST_CASE("the same bytes under different kinds have different addresses") {
  hash::ContentHasher file(hash::Kind::kFile);
  file.update(as_bytes("abc"));
  CHECK(file.finish() != hash::block_hash(as_bytes("abc")));
}

TEST_CASE("hashing in pieces equals hashing at once, at every split") {
  std::string data(5000, '\0');
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<char>(i * 31 + 7);
  const auto whole = hash::block_hash(as_bytes(data));
  for (std::size_t split = 0; split <= data.size(); split += 61) {
    hash::ContentHasher hasher(hash::Kind::kBlock);
    hasher.update(as_bytes(data.substr(0, split))).update(as_bytes(data.substr(split)));
    REQUIRE(hasher.finish() == whole);
  }
}

TEST_CASE("SHA-256 gives the FIPS 180-4 example digest") {
  const auto digest = hash::sha256(as_bytes("abc"));
  hash::ContentHash shown;
  shown.bytes = digest;
  CHECK(shown.hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}
