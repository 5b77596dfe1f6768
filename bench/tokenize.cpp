// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// tokenize FILE TEXT [lines|whole] [ROUNDS]: encodes a text with the tokenizer of a file (GGUF,
// tokenizer.json, *.model, vocab.txt), line by line or at once, and prints for each round the CPU
// seconds of the first pass with a new tokenizer and of a second pass, the number of ids, the
// FNV-1a-64 hash of the ids as little-endian words, the CPU seconds and the kilobytes of memory
// that opening it took. bench/tokenize.py runs it beside the peers.
#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "core/format/parse.hpp"
#include "core/tokenizer/open_tokenizer.hpp"
#include "encoding.hpp"

using namespace hartonomous::core;
using hartonomous::bench::contents;
using hartonomous::bench::cpu_seconds;
using hartonomous::bench::fnv;

namespace {

NoCheckpoint checkpoint;

Result<std::unique_ptr<tokenizer::Tokenizer>> open(std::string name, const std::string& bytes) {
  if (bytes.starts_with("GGUF")) {
    MemorySource source(as_bytes(bytes));
    HARTONOMOUS_TRY(const auto layout, format::parse(source, {}, checkpoint));
    return tokenizer::open_tokenizer({&layout.metadata, {}}, checkpoint);
  }
  if (name.find(".model") != name.npos) name = "tokenizer.model";
  if (name.ends_with("tokenizer.json")) name = "tokenizer.json";
  if (name.ends_with("vocab.txt")) name = "vocab.txt";
  const tokenizer::NamedFile file{name, bytes};
  return tokenizer::open_tokenizer({nullptr, {&file, 1}}, checkpoint);
}

double pass(tokenizer::Tokenizer& with, std::string_view text, bool by_lines,
            std::vector<tokenizer::TokenId>& ids) {
  std::vector<tokenizer::TokenId>().swap(ids);
  const double start = cpu_seconds();
  while (!text.empty()) {
    const std::size_t end = by_lines ? std::min(text.find('\n'), text.size()) : text.size();
    if (!with.encode(text.substr(0, end), {false, false}, ids, checkpoint).is_ok()) std::exit(1);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return cpu_seconds() - start;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::printf("use: bench_tokenize FILE TEXT [lines|whole] [ROUNDS]\n");
    return 0;
  }
  const std::string bytes = contents(argv[1]), text = contents(argv[2]);
  const bool by_lines = argc > 3 && std::strcmp(argv[3], "lines") == 0;
  std::vector<tokenizer::TokenId> ids;
  for (int round = argc > 4 ? std::atoi(argv[4]) : 5; round > 0; --round) {
    malloc_trim(0);
    const std::size_t before = mallinfo2().uordblks + mallinfo2().hblkhd;
    const double start = cpu_seconds();
    auto opened = open(argv[1], bytes);
    const double loaded = cpu_seconds() - start;
    if (!opened.is_ok()) {
      std::printf("%s\n", opened.status().message().c_str());
      return 1;
    }
    const std::size_t held = mallinfo2().uordblks + mallinfo2().hblkhd - before;
    const double cold = pass(*opened.value(), text, by_lines, ids);
    const double warm = pass(*opened.value(), text, by_lines, ids);
    std::printf("%.6f %.6f %zu %016llx %.6f %zu\n", cold, warm, ids.size(),
                static_cast<unsigned long long>(fnv(ids)), loaded, held / 1024);
  }
}
