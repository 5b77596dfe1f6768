// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// encode RANKS PATTERN FILE [ROUNDS]: encodes the file with a tiktoken rank file and prints for
// each round the CPU seconds of the first pass with a new encoder and of a second pass, the number
// of ids, and the FNV-1a-64 hash of the ids as little-endian words. bench/encode.py runs it beside
// the peers.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>

#include "core/cpe/encoder.hpp"
#include "core/tokenizer/tiktoken_file.hpp"

using namespace hartonomous::core;

namespace {

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

std::string contents(const char* path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::uint64_t fnv(const std::vector<cpe::TokenId>& ids) {
  std::uint64_t h = 0xcbf29ce484222325U;
  for (const cpe::TokenId id : ids) {
    for (unsigned shift = 0; shift < 32; shift += 8)
      h = (h ^ (id >> shift & 0xff)) * 0x100000001b3U;
  }
  return h;
}

double pass(cpe::Encoder& encoder, const std::string& text, std::vector<cpe::TokenId>& ids) {
  NoCheckpoint checkpoint;
  std::vector<cpe::TokenId>().swap(ids);
  const double start = cpu_seconds();
  encoder.encode(text, ids, checkpoint);
  return cpu_seconds() - start;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::printf("use: bench_encode RANKS PATTERN FILE [ROUNDS]\n");
    return 0;
  }
  NoCheckpoint checkpoint;
  const std::string ranks = contents(argv[1]), text = contents(argv[3]);
  const auto pattern = split::pattern_by_name(argv[2]);
  const auto file = tokenizer::read_tiktoken(ranks, checkpoint);
  if (!file.is_ok() || !pattern) return 1;
  const double start = cpu_seconds();
  const auto vocabulary = cpe::Vocabulary::from_ranks(cpe::Unit::kByte, file.value().tokens,
                                                      cpe::WholePiece::kFirst, checkpoint);
  if (!vocabulary.is_ok()) return 1;
  const double loaded = cpu_seconds() - start;
  std::vector<cpe::TokenId> ids;
  for (int round = argc > 4 ? std::atoi(argv[4]) : 5; round > 0; --round) {
    cpe::Encoder encoder(vocabulary.value(), *pattern);
    const double cold = pass(encoder, text, ids), warm = pass(encoder, text, ids);
    std::printf("%.6f %.6f %zu %016llx %.6f\n", cold, warm, ids.size(),
                static_cast<unsigned long long>(fnv(ids)), loaded);
  }
}
