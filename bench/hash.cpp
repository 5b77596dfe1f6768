// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// hash: what content addresses cost. Without arguments: GB per CPU-second of BLAKE3 and SHA-256 on
// pieces of several sizes in memory, and CPU nanoseconds of the small atoms' addresses; median of 9
// rounds (least .. most). With `blake3 FILE` or `sha256 FILE`: reads the file in pieces of 1 MiB
// and prints its digest, as b3sum and openssl do; bench/hash.sh times all of them in one run.
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <memory>
#include <string_view>
#include <vector>

#include "core/hash/content_hash.hpp"
#include "core/hash/sha256.hpp"

namespace hash = hartonomous::core::hash;
using hartonomous::core::Bytes;

namespace {

volatile std::uint64_t sink;

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Timing {
  double median, least, most;  // seconds per call
};

template <class Work>
Timing measure(Work work) {
  std::vector<double> rounds;
  int repeats = 0;
  for (const double start = cpu_seconds(); cpu_seconds() - start < 0.02; ++repeats) sink = work();
  for (int round = 0; round < 9; ++round) {
    const double start = cpu_seconds();
    for (int i = 0; i < repeats; ++i) sink = work();
    rounds.push_back((cpu_seconds() - start) / repeats);
  }
  std::sort(rounds.begin(), rounds.end());
  return {rounds[4], rounds.front(), rounds.back()};
}

void show_rate(const char* what, std::size_t size, const Timing& t) {
  const double gigabytes = static_cast<double>(size) / 1e9;
  std::printf("%-8s %9zu bytes %8.2f GB/CPU-s  (%.2f .. %.2f)\n", what, size, gigabytes / t.median,
              gigabytes / t.most, gigabytes / t.least);
}

void show_cost(const char* what, const Timing& t) {
  std::printf("%-25s %8.0f ns        (%.0f .. %.0f)\n", what, t.median * 1e9, t.least * 1e9,
              t.most * 1e9);
}

void in_memory() {
  std::vector<std::byte> data(64 << 20);
  for (std::size_t i = 0; i < data.size(); ++i) data[i] = static_cast<std::byte>(i * 2654435761u);
  for (const std::size_t size : {std::size_t{64}, std::size_t{1024}, std::size_t{8064},
                                 std::size_t{256} << 10, data.size()}) {
    const Bytes piece(data.data(), size);
    show_rate("BLAKE3", size, measure([&] { return hash::block_hash(piece).prefix(); }));
    show_rate("SHA-256", size,
              measure([&] { return std::to_integer<std::uint64_t>(hash::sha256(piece)[0]); }));
  }
  show_cost("codepoint", measure([] { return hash::codepoint_hash(U'A').prefix(); }));
  const std::vector<hash::Child> children(8, {hash::codepoint_hash(U'A'), 1});
  show_cost("composition of 8", measure([&] { return hash::composition_hash(children).prefix(); }));
}

template <class Consume>
bool read_all(const char* path, Consume consume) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path, "rb"), std::fclose);
  if (!file) return false;
  std::setvbuf(file.get(), nullptr, _IONBF, 0);
  std::vector<std::byte> piece(1 << 20);
  while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), file.get())) {
    consume(Bytes(piece.data(), count));
  }
  return std::ferror(file.get()) == 0;
}

int of_file(std::string_view algorithm, const char* path) {
  hash::ContentHash digest;
  bool is_read = false;
  if (algorithm == "blake3") {
    hash::ContentHasher hasher(hash::Kind::kBlock);
    is_read = read_all(path, [&](Bytes piece) { hasher.update(piece); });
    digest = hasher.finish();
  } else if (algorithm == "sha256") {
    hash::Sha256 hasher;
    is_read = read_all(path, [&](Bytes piece) { hasher.update(piece); });
    digest.bytes = hasher.finish();
  }
  if (!is_read) {
    std::fprintf(stderr, "usage: bench_hash [blake3|sha256 FILE]\n");
    return 2;
  }
  std::printf("%s\n", digest.hex().c_str());
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count == 3) return of_file(arguments[1], arguments[2]);
  in_memory();
  return 0;
}
