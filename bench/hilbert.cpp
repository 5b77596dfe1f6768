// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// hilbert: CPU nanoseconds per point of Hilbert and Morton codes, beside Skilling's loop in the
// same run, and the cost and tightness of curve ranges. Each line: median of 9 rounds (least,
// most), and for ours the ratio to Skilling's.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <random>
#include <vector>

#include "../test/unit/space/skilling.hpp"
#include "core/space/curve_ranges.hpp"
#include "core/space/hilbert.hpp"
#include "core/space/hilbert_kernels.hpp"
#include "core/space/hypersphere.hpp"
#include "core/space/morton.hpp"

namespace space = hartonomous::core::space;
namespace test = hartonomous::test;

namespace {

constexpr std::size_t kPoints = 1 << 14;
volatile std::uint64_t sink;

double cpu_nanoseconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

struct Timing {
  double median, least, most;
};

// `work` handles `items` things and returns something that depends on all of them.
template <class Work>
Timing measure(std::size_t items, Work work) {
  std::vector<double> rounds;
  double spent = 0;
  int repeats = 0;
  while (spent < 2e6) {  // warms up, and finds how often 2 ms need it
    const double start = cpu_nanoseconds();
    sink = work();
    spent += cpu_nanoseconds() - start;
    ++repeats;
  }
  for (int round = 0; round < 9; ++round) {
    const double start = cpu_nanoseconds();
    for (int i = 0; i < repeats; ++i) sink = work();
    rounds.push_back((cpu_nanoseconds() - start) / repeats / static_cast<double>(items));
  }
  std::sort(rounds.begin(), rounds.end());
  return {rounds[4], rounds.front(), rounds.back()};
}

void show(const char* what, const Timing& t, double peer = 0) {
  std::printf("%-44s %8.2f ns  (%.2f .. %.2f)", what, t.median, t.least, t.most);
  if (peer > 0) std::printf("   %6.1fx", peer / t.median);
  std::printf("\n");
}

std::uint64_t folded(space::HilbertKey key) { return key.high ^ key.low; }
std::uint64_t folded(const space::Cell4& c) { return c[0] ^ c[1] ^ c[2] ^ c[3]; }

void bench_4d(const std::vector<space::Cell4>& cells) {
  std::vector<space::HilbertKey> keys(cells.size());
  std::vector<space::Cell4> back(cells.size());
  space::hilbert_encode(cells, keys);

  const Timing peer_encode = measure(cells.size(), [&] {
    std::uint64_t sum = 0;
    for (const auto& c : cells) {
      const auto key = test::skilling_encode(c, 32);
      sum += static_cast<std::uint64_t>(key >> 64) ^ static_cast<std::uint64_t>(key);
    }
    return sum;
  });
  const Timing peer_decode = measure(cells.size(), [&] {
    std::uint64_t sum = 0;
    for (const auto& k : keys) {
      sum += folded(
          test::skilling_decode<4>(static_cast<unsigned __int128>(k.high) << 64 | k.low, 32));
    }
    return sum;
  });
  show("4-D x 32 Skilling encode", peer_encode);
  show("4-D x 32 Skilling decode", peer_decode);
  for (const auto& kernel : space::hilbert_kernels()) {
    char name[64];
    const auto named = [&](const char* what) {
      std::snprintf(name, sizeof name, "4-D x 32 %s %s", kernel.name, what);
      return name;
    };
    const Timing encode = measure(cells.size(), [&] {
      std::uint64_t sum = 0;
      for (const auto& c : cells) sum += folded(kernel.encode(c));
      return sum;
    });
    show(named("encode, one by one"), encode, peer_encode.median);
    const Timing decode = measure(cells.size(), [&] {
      std::uint64_t sum = 0;
      for (const auto& k : keys) {
        space::Cell4 cell;
        kernel.decode(k, cell);
        sum += folded(cell);
      }
      return sum;
    });
    show(named("decode, one by one"), decode, peer_decode.median);
    show(named("encode, batch"),
         measure(cells.size(),
                 [&] {
                   kernel.encode_all(cells, keys);
                   return keys.back().low;
                 }),
         peer_encode.median);
    show(named("decode, batch"),
         measure(cells.size(),
                 [&] {
                   kernel.decode_all(keys, back);
                   return std::uint64_t{back.back()[0]};
                 }),
         peer_decode.median);
  }
  show("4-D x 32 Morton encode", measure(cells.size(), [&] {
         std::uint64_t sum = 0;
         for (const auto& c : cells) sum += folded(space::morton_encode(c));
         return sum;
       }));
}

void bench_3d(const std::vector<space::Cell4>& random) {
  std::vector<space::Cell3> cells;
  std::vector<std::uint64_t> keys;
  for (const auto& c : random) {
    cells.push_back({c[0] >> 11, c[1] >> 11, c[2] >> 11});
    keys.push_back(space::hilbert3_encode(cells.back()));
  }
  const Timing peer = measure(cells.size(), [&] {
    std::uint64_t sum = 0;
    for (const auto& c : cells) {
      sum += static_cast<std::uint64_t>(test::skilling_encode<3>({c.x, c.y, c.z}, 21));
    }
    return sum;
  });
  show("3-D x 21 Skilling encode", peer);
  const auto encode = [&](auto code) {
    return measure(cells.size(), [&] {
      std::uint64_t sum = 0;
      for (const auto& c : cells) sum += code(c);
      return sum;
    });
  };
  const auto decode = [&](auto cell_of) {
    return measure(keys.size(), [&] {
      std::uint64_t sum = 0;
      for (const auto k : keys) {
        const space::Cell3 c = cell_of(k);
        sum += c.x ^ c.y ^ c.z;
      }
      return sum;
    });
  };
  show("3-D x 21 Hilbert encode", encode([](const auto& c) { return space::hilbert3_encode(c); }),
       peer.median);
  show("3-D x 21 Hilbert decode", decode([](auto k) { return space::hilbert3_decode(k); }),
       peer.median);
  show("3-D x 21 Morton encode", encode([](const auto& c) { return space::morton3_encode(c); }));
  show("3-D x 21 Morton decode", decode([](auto k) { return space::morton3_decode(k); }));
}

// Boxes of one part in `parts` of the cube's side, at random places.
void bench_ranges(double parts, std::size_t max_ranges) {
  std::mt19937_64 random(1);
  std::vector<space::CellBox> boxes(64);
  const auto side = static_cast<std::uint32_t>(0x1p32 / parts);
  for (auto& box : boxes) {
    for (std::size_t axis = 0; axis < 4; ++axis) {
      box.low[axis] = static_cast<std::uint32_t>(random() % (0x1'0000'0000u - side));
      box.high[axis] = box.low[axis] + side - 1;
    }
  }
  hartonomous::core::NoCheckpoint checkpoint;
  double volume = 0, count = 0;
  for (const auto& box : boxes) {
    for (const auto& r : space::curve_ranges(box, max_ranges, checkpoint)) {
      volume += static_cast<double>(r.high.high - r.low.high) * 0x1p64 +
                static_cast<double>(r.high.low) - static_cast<double>(r.low.low);
      ++count;
    }
  }
  const double boxes_count = static_cast<double>(boxes.size());
  const Timing t = measure(boxes.size(), [&] {
    std::uint64_t sum = 0;
    for (const auto& box : boxes) sum += space::curve_ranges(box, max_ranges, checkpoint).size();
    return sum;
  });
  std::printf(
      "4-D box of side 1/%-3.0f, at most %4zu ranges: %8.1f us, %6.1f ranges, %.2fx volume\n",
      parts, max_ranges, t.median / 1000, count / boxes_count,
      volume / boxes_count / std::pow(static_cast<double>(side), 4));
}

}  // namespace

int main() {
  std::mt19937_64 random(7);
  std::vector<space::Cell4> cells(kPoints);
  for (auto& cell : cells) {
    for (auto& c : cell) c = static_cast<std::uint32_t>(random());
  }
  bench_4d(cells);
  bench_3d(cells);
  const Timing place = measure(kPoints, [] {
    double sum = 0;
    for (char32_t c = 0; c < kPoints; ++c) sum += space::character_point(c).x;
    return static_cast<std::uint64_t>(sum);
  });
  show("character_point", place);
  for (const double parts : {8.0, 32.0, 256.0}) {
    for (const std::size_t budget : {16u, 64u, 256u}) bench_ranges(parts, budget);
  }
  return 0;
}
