// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// encode RANKS PATTERN FILE [ROUNDS]: encodes the file with a tiktoken rank file and prints for
// each round the CPU seconds of the first pass with a new encoder and of a second pass, the number
// of ids, and the FNV-1a-64 hash of the ids as little-endian words. bench/encode.py runs it beside
// the peers.
#include <cstdio>
#include <cstdlib>

#include "core/cpe/encoder.hpp"
#include "core/tokenizer/tiktoken_file.hpp"
#include "encoding.hpp"

using namespace hartonomous::core;
using hartonomous::bench::contents;
using hartonomous::bench::cpu_seconds;
using hartonomous::bench::fnv;

namespace {

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
