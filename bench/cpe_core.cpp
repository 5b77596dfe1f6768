// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// cpe_core FILE SIZE: trains SIZE tokens on the lines of FILE as cpe_train does, without a server,
// and prints the CPU milliseconds after reading the file. For bench/cpe_sql.py.
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string>

#include "core/cpe/boundary.hpp"
#include "core/cpe/trainer.hpp"

int main(int argc, char** argv) {
  using namespace hartonomous::core;
  if (argc != 3) {
    std::puts("usage: cpe_core FILE SIZE");
    return 0;
  }
  std::ifstream file(argv[1], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  NoCheckpoint checkpoint;
  const std::clock_t begin = std::clock();
  auto cutter = cpe::BoundaryCutter::open(*cpe::boundary_by_name("cl100k"));
  cpe::WordCounts words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto line = std::string_view(text).substr(at, end - at);
    (void)cutter.value().cut(line, checkpoint, [&](std::string_view word) { words.add(word); });
    at = end + 1;
  }
  cpe::TrainingOptions options;
  options.vocabulary_size = static_cast<std::uint32_t>(std::atoi(argv[2]));
  const auto trained = cpe::train(words, options, checkpoint);
  const double ms = 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  std::printf("%.1f ms %zu merges\n", ms, trained.is_ok() ? trained.value().merges.size() : 0);
  return trained.is_ok() ? 0 : 1;
}
