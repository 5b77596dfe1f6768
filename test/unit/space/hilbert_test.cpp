// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

#include "core/space/hilbert.hpp"
#include "core/space/hilbert_kernels.hpp"
#include "core/space/hilbert_machine.hpp"
#include "core/space/hilbert_tables.hpp"
#include "core/space/morton.hpp"
#include "skilling.hpp"

using namespace hartonomous::core;
namespace test = hartonomous::test;
using space::Cell3;
using space::Cell4;
using space::HilbertKey;
using Key = unsigned __int128;

namespace {

Key wide(HilbertKey key) { return static_cast<Key>(key.high) << 64 | key.low; }
HilbertKey narrow(Key key) {
  return {static_cast<std::uint64_t>(key >> 64), static_cast<std::uint64_t>(key)};
}

template <std::size_t N>
std::uint64_t city_block(const std::array<std::uint32_t, N>& a,
                         const std::array<std::uint32_t, N>& b) {
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < N; ++i) sum += a[i] > b[i] ? a[i] - b[i] : b[i] - a[i];
  return sum;
}

// Violations of: decode after encode is the identity, and consecutive cells share a face.
template <unsigned N, class Encode, class Decode>
std::uint64_t violations(unsigned levels, Encode encode, Decode decode) {
  const std::uint64_t cells = std::uint64_t{1} << (N * levels);
  std::uint64_t wrong = 0;
  auto before = decode(Key{0}, levels);
  for (std::uint64_t key = 0; key < cells; ++key) {
    const auto at = decode(Key{key}, levels);
    wrong += encode(at, levels) != key;
    wrong += key > 0 && city_block<N>(before, at) != 1;
    before = at;
  }
  return wrong;
}

template <unsigned N>
std::uint64_t machine_violations(unsigned levels) {
  using Machine = space::HilbertMachine<N>;
  return violations<N>(levels, Machine::encode, Machine::decode);
}

std::vector<Cell4> random_cells(std::size_t count, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Cell4> cells(count);
  for (Cell4& cell : cells) {
    for (auto& c : cell) c = static_cast<std::uint32_t>(random());
  }
  return cells;
}

}  // namespace

TEST_CASE("the machine visits every cell once, in unit steps, at every low order") {
  for (unsigned b = 1; b <= 9; ++b) CHECK(machine_violations<2>(b) == 0);
  for (unsigned b = 1; b <= 7; ++b) CHECK(machine_violations<3>(b) == 0);
  for (unsigned b = 1; b <= 5; ++b) CHECK(machine_violations<4>(b) == 0);
  for (unsigned b = 1; b <= 4; ++b) CHECK(machine_violations<5>(b) == 0);
}

TEST_CASE("the curve starts at the origin and ends at the far end of the last axis") {
  for (unsigned levels = 1; levels <= 32; ++levels) {
    const Key last = levels == 32 ? ~Key{0} : (Key{1} << (4 * levels)) - 1;
    const auto most = static_cast<std::uint32_t>((std::uint64_t{1} << levels) - 1);
    CHECK(space::HilbertMachine<4>::decode(0, levels) == Cell4{0, 0, 0, 0});
    CHECK(space::HilbertMachine<4>::decode(last, levels) == Cell4{0, 0, 0, most});
  }
}

TEST_CASE("the tables have n 2^(n-1) states and agree with the machine level by level") {
  const auto tables = space::make_hilbert_tables<3, 1>();
  std::vector<bool> reached(space::HilbertMachine<3>::kStates);
  for (const auto entry : tables.encode) reached[entry >> 3] = true;
  CHECK(std::count(reached.begin(), reached.end(), true) == 12);
  for (std::uint32_t key = 0; key < 512; ++key) {
    std::uint32_t state = 0;
    std::array<std::uint32_t, 3> at{};
    for (unsigned shift : {6u, 3u, 0u}) {
      const std::uint32_t entry = tables.decode[(state & ~7u) | (key >> shift & 7)];
      for (unsigned axis = 0; axis < 3; ++axis)
        at[axis] = at[axis] << 1 | (entry >> (2 - axis) & 1);
      state = entry;
    }
    CHECK(at == space::HilbertMachine<3>::decode(key, 3));
  }
}

TEST_CASE("the 4-D curve is the one it always was") {
  // Computed once from the formulas in hilbert_machine.hpp by an independent program.
  struct Golden {
    Cell4 cell;
    HilbertKey key;
  };
  const Golden golden[] = {
      {{0x00000000, 0x00000000, 0x00000000, 0x00000000}, {0x0000000000000000, 0x0000000000000000}},
      {{0xffffffff, 0x00000000, 0x00000000, 0x00000000}, {0x7171717171717171, 0x7171717171717171}},
      {{0x00000000, 0xffffffff, 0x00000000, 0x00000000}, {0x3333333333333333, 0x3333333333333333}},
      {{0x00000000, 0x00000000, 0xffffffff, 0x00000000}, {0x1717171717171717, 0x1717171717171717}},
      {{0x00000000, 0x00000000, 0x00000000, 0xffffffff}, {0xffffffffffffffff, 0xffffffffffffffff}},
      {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xa8e8e8e8e8e8e8e8, 0xe8e8e8e8e8e8e8e8}},
      {{0x80000000, 0x80000000, 0x80000000, 0x80000000}, {0xa28e8e8e8e8e8e8e, 0x8e8e8e8e8e8e8e8e}},
      {{0x7fffffff, 0x7fffffff, 0x7fffffff, 0x7fffffff}, {0x0a8e8e8e8e8e8e8e, 0x8e8e8e8e8e8e8e8e}},
      {{0x00000001, 0x00000002, 0x00000003, 0x00000004}, {0x0000000000000000, 0x000000000000078c}},
      {{0x01234567, 0x89abcdef, 0xfedcba98, 0x76543210}, {0x24ccae84a462ee28, 0x24682e22ee84a4cc}},
      {{0x52e6b438, 0xf2a74de4, 0x269e0d37, 0x6513270e}, {0x3dba665dd584b7ee, 0x3be742537118ad8d}},
      {{0xa6a3a450, 0x0c5c7fd0, 0x128b2f33, 0xd23f0824}, {0x895e30b823ecfe17, 0xfdb5950070adcfd7}},
      {{0x892f902b, 0x1818e811, 0x5d9dc9f8, 0x9531985d}, {0x870992a3b08bd6b7, 0xe0f2dccd7205f95b}},
      {{0x0ed90475, 0xe8e25d94, 0x81e74ef5, 0x36f675cc}, {0x2fe9ee83e89e78da, 0xe3d0ea3673cb922e}},
      {{0x099950d8, 0x1600a35a, 0x6f03675a, 0x6b0d549b}, {0x08eddef196894fb7, 0xb9a2a64c63e2841f}},
      {{0x11e20b8f, 0x3d9c1724, 0x1738f7d9, 0x8d116ece}, {0xf8f9ef92a9418fd9, 0xfcc0a327d65f190e}},
  };
  for (const auto& [cell, key] : golden) {
    CHECK(space::hilbert_encode(cell) == key);
    CHECK(space::hilbert_decode(key) == cell);
  }
}

TEST_CASE("the 3-D curve is the one it always was") {
  struct Golden {
    Cell3 cell;
    unsigned bits;
    std::uint64_t key;
  };
  const Golden golden[] = {
      {{0, 0, 1}, 1, 0x7},
      {{1, 0, 1}, 1, 0x4},
      {{0, 2, 2}, 2, 0x36},
      {{2, 3, 0}, 2, 0x13},
      {{4, 4, 3}, 3, 0x8b},
      {{0, 7, 1}, 3, 0x58},
      {{1, 17, 27}, 5, 0x6e1f},
      {{4, 9, 13}, 5, 0x830},
      {{36, 138, 30}, 8, 0x21d086},
      {{146, 78, 143}, 8, 0x8c1d0d},
      {{53485, 44695, 11844}, 16, 0x5d1d364ad248},
      {{6753, 38115, 37434}, 16, 0xda3a76b3d632},
      {{1339898, 393994, 780974}, 21, 0x3bb57a5f1096134e},
      {{204326, 1148703, 1493404}, 21, 0x6dc64d78a2e0e847},
      {{2097151, 2097151, 2097151}, 21, 0x5659659659659659},
  };
  for (const auto& [cell, bits, key] : golden) {
    CHECK(space::hilbert3_encode(cell, bits) == key);
    CHECK(space::hilbert3_decode(key, bits) == cell);
  }
}

TEST_CASE("every kernel gives the machine's 4-D keys, singly and in batches") {
  const auto cells = random_cells(64 * 300 + 63, 1);  // the last 63 are less than a batch
  std::vector<HilbertKey> expected;
  for (const Cell4& cell : cells) {
    expected.push_back(narrow(space::HilbertMachine<4>::encode(cell, 32)));
  }
  for (const auto& kernel : space::hilbert_kernels()) {
    INFO("kernel " << kernel.name);
    std::vector<HilbertKey> keys(cells.size());
    std::vector<Cell4> back(cells.size());
    kernel.encode_all(cells, keys);
    CHECK(keys == expected);
    kernel.decode_all(keys, back);
    CHECK(back == cells);
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      wrong += kernel.encode(cells[i]) != expected[i];
      Cell4 decoded;
      kernel.decode(expected[i], decoded);
      wrong += decoded != cells[i];
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("neighbours on the full 4-D curve share a face, through the longest carries") {
  std::mt19937_64 random(2);
  std::vector<HilbertKey> keys;
  constexpr std::size_t kPairs = 1'000'000;
  for (std::size_t i = 0; i < kPairs; ++i) {
    Key key = static_cast<Key>(random()) << 64 | random();
    // Every other key ends in a long run of ones, so that key + 1 carries through many levels.
    if (i % 2 == 0) key |= (Key{1} << (random() % 127)) - 1;
    if (key == ~Key{0}) --key;
    keys.push_back(narrow(key));
    keys.push_back(narrow(key + 1));
  }
  for (const auto& kernel : space::hilbert_kernels()) {
    INFO("kernel " << kernel.name);
    std::vector<Cell4> cells(keys.size());
    std::vector<HilbertKey> back(keys.size());
    kernel.decode_all(keys, cells);
    kernel.encode_all(cells, back);
    CHECK(back == keys);
    std::size_t jumps = 0;
    for (std::size_t i = 0; i < cells.size(); i += 2)
      jumps += city_block(cells[i], cells[i + 1]) != 1;
    CHECK(jumps == 0);
  }
}

TEST_CASE("the kernels visit every cell of coarser grids once, in unit steps") {
  constexpr unsigned kLevels = 6, kUnused = 32 - kLevels;  // 64 cells a side, 16.8 million in all
  constexpr std::size_t kPiece = 1 << 14;
  for (const auto& kernel : space::hilbert_kernels()) {
    INFO("kernel " << kernel.name);
    std::vector<HilbertKey> keys(kPiece), back(kPiece);
    std::vector<Cell4> cells(kPiece);
    Cell4 before = {};
    std::uint64_t wrong = 0;
    for (std::uint64_t start = 0; start < 1u << (4 * kLevels); start += kPiece) {
      for (std::size_t i = 0; i < kPiece; ++i) keys[i] = {(start + i) << (64 - 4 * kLevels), 0};
      kernel.decode_all(keys, cells);
      for (Cell4& cell : cells) {
        for (auto& c : cell) c >>= kUnused;
        wrong += start + static_cast<std::uint64_t>(&cell - cells.data()) > 0 &&
                 city_block(before, cell) != 1;
        before = cell;
        for (auto& c : cell) c <<= kUnused;
      }
      kernel.encode_all(cells, back);
      for (std::size_t i = 0; i < kPiece; ++i) {
        wrong += back[i].high >> (64 - 4 * kLevels) != start + i;
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("every kernel gives the machine's 3-D keys at full order") {
  std::mt19937_64 random(3);
  constexpr std::uint64_t kKeyMask = (std::uint64_t{1} << 63) - 1;
  for (const auto& kernel : space::hilbert_kernels()) {
    INFO("kernel " << kernel.name);
    std::size_t wrong = 0;
    for (int i = 0; i < 1'000'000; ++i) {
      std::uint64_t key = random() & kKeyMask;
      if (i % 2 == 0) key |= (std::uint64_t{1} << (random() % 63)) - 1;
      if (key == kKeyMask) --key;
      Cell3 a, b;
      kernel.decode3(key, a);
      kernel.decode3(key + 1, b);
      wrong += kernel.encode3(a.x, a.y, a.z) != key;
      wrong += city_block<3>({a.x, a.y, a.z}, {b.x, b.y, b.z}) != 1;
      if (i % 64 == 0) {
        wrong += space::HilbertMachine<3>::encode({a.x, a.y, a.z}, 21) != key;
      }
    }
    CHECK(wrong == 0);
  }
}

TEST_CASE("a 3-D key of fewer bits is the curve of that order") {
  for (unsigned bits = 1; bits <= 21; ++bits) {
    std::mt19937_64 random(bits);
    for (int i = 0; i < 200; ++i) {
      const auto c = [&] { return static_cast<std::uint32_t>(random() & ((1u << bits) - 1)); };
      const Cell3 cell{c(), c(), c()};
      const auto key = space::hilbert3_encode(cell, bits);
      REQUIRE(Key{key} == space::HilbertMachine<3>::encode({cell.x, cell.y, cell.z}, bits));
      REQUIRE(space::hilbert3_decode(key, bits) == cell);
    }
  }
}

TEST_CASE("the high digits of a key are the key of the coarser cell") {
  for (const Cell4& cell : random_cells(1000, 4)) {
    const Key key = space::HilbertMachine<4>::encode(cell, 32);
    for (unsigned levels = 1; levels < 32; levels += 5) {
      Cell4 coarse = cell;
      for (auto& c : coarse) c >>= 32 - levels;
      REQUIRE(space::HilbertMachine<4>::encode(coarse, levels) == key >> (4 * (32 - levels)));
    }
  }
}

TEST_CASE("Skilling's curve, the peer, has the same properties") {
  const auto encode = [](const auto& at, unsigned bits) { return test::skilling_encode(at, bits); };
  CHECK(violations<2>(6, encode, test::skilling_decode<2>) == 0);
  CHECK(violations<3>(5, encode, test::skilling_decode<3>) == 0);
  CHECK(violations<4>(4, encode, test::skilling_decode<4>) == 0);
  for (const Cell4& cell : random_cells(1000, 5)) {
    REQUIRE(test::skilling_decode<4>(test::skilling_encode(cell, 32), 32) == cell);
  }
}

TEST_CASE("the signed order of stored keys is the order along the curve") {
  const std::uint64_t edges[] = {
      0, 1, space::kSignBit - 1, space::kSignBit, space::kSignBit + 1, ~std::uint64_t{0}};
  for (const auto ah : edges) {
    for (const auto al : edges) {
      for (const auto bh : edges) {
        for (const auto bl : edges) {
          const HilbertKey a{ah, al}, b{bh, bl};
          REQUIRE((a < b) == (space::stored(a) < space::stored(b)));
          REQUIRE((a < b) == (wide(a) < wide(b)));
        }
      }
      REQUIRE(space::from_stored(space::stored({ah, al})) == HilbertKey{ah, al});
    }
  }
}

TEST_CASE("Morton codes interleave bits, the first axis the most significant") {
  CHECK(space::morton3_encode({1, 0, 0}) == 4);
  CHECK(space::morton3_encode({0, 1, 0}) == 2);
  CHECK(space::morton3_encode({0, 0, 1}) == 1);
  CHECK(space::morton3_encode({0x1fffff, 0x1fffff, 0x1fffff}) == (std::uint64_t{1} << 63) - 1);
  CHECK(space::morton_encode({0x80000000, 0, 0, 0}) == HilbertKey{space::kSignBit, 0});
  CHECK(space::morton_encode({0, 0, 0, 1}) == HilbertKey{0, 1});
  std::mt19937_64 random(6);
  for (const Cell4& cell : random_cells(100'000, 6)) {
    REQUIRE(space::morton_decode(space::morton_encode(cell)) == cell);
    const Cell3 c{cell[0] & 0x1fffff, cell[1] & 0x1fffff, cell[2] & 0x1fffff};
    REQUIRE(space::morton3_decode(space::morton3_encode(c)) == c);
    Key code = 0;
    for (unsigned bit = 32; bit-- > 0;) {
      for (const auto v : cell) code = code << 1 | (v >> bit & 1);
    }
    REQUIRE(wide(space::morton_encode(cell)) == code);
  }
}
