// SPDX-License-Identifier: PostgreSQL
// SPDX-FileCopyrightText: 2026 the hartonomous authors
//
// train: what the CPE trainer costs.
//
//   bench_train                          worst cases: CPU ns per byte on texts that nothing cuts,
//   of
//                                        100 kB, 1 MB and 10 MB; linear is where the row stays
//                                        level
//   bench_train FILE PATTERN UNIT RULE SIZE [MERGES]
//                                        trains on a file; writes the merges to MERGES as "left
//                                        right" lines; prints what it did and then, alone on the
//                                        last line, CPU seconds from start to end, reading included
//
// UNIT is byte or codepoint, RULE is content_hash, huggingface or sentencepiece.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include "core/base/utf8.hpp"
#include "core/cpe/trainer.hpp"

using namespace hartonomous::core;

namespace {

constexpr int kRounds = 3;

double cpu_seconds() {
  timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

struct Trained {
  std::size_t words;
  cpe::TrainedMerges merges;
};

Trained train(std::string_view text, split::Pattern pattern, const cpe::TrainingOptions& options) {
  NoCheckpoint checkpoint;
  cpe::WordCounts words;
  words.add_text(text, pattern, checkpoint);
  auto merges = cpe::train(words, options, checkpoint);
  if (!merges.is_ok()) {
    std::fprintf(stderr, "%s\n", merges.status().message().c_str());
    std::exit(1);
  }
  return {words.size(), std::move(merges).value()};
}

int train_file(char** argv, int count) {
  std::string text;
  if (std::FILE* file = std::fopen(argv[1], "rb")) {
    std::fseek(file, 0, SEEK_END);
    text.resize(static_cast<std::size_t>(std::ftell(file)));
    std::rewind(file);
    text.resize(std::fread(text.data(), 1, text.size(), file));
    std::fclose(file);
  }
  const std::string_view rule = argv[4];
  const cpe::TrainingOptions options{
      .unit = std::string_view(argv[3]) == "byte" ? cpe::Unit::kByte : cpe::Unit::kCodepoint,
      .tie_rule = rule == "huggingface"     ? cpe::TieRule::kHuggingFace
                  : rule == "sentencepiece" ? cpe::TieRule::kSentencePiece
                                            : cpe::TieRule::kContentHash,
      .vocabulary_size = static_cast<std::uint32_t>(std::atoi(argv[5])),
      .min_frequency = 1};
  const Trained trained = train(text, split::pattern_by_name(argv[2]).value(), options);
  const double seconds = cpu_seconds();
  if (count > 6) {
    std::ofstream out(argv[6]);
    for (const cpe::TrainedMerge& merge : trained.merges.merges)
      out << merge.left << ' ' << merge.right << '\n';
  }
  std::printf("%zu distinct words, %zu merges\n%.4f\n", trained.words, trained.merges.merges.size(),
              seconds);
  return 0;
}

std::string worst_case(std::string_view name, std::size_t bytes) {
  std::mt19937 random(1);
  std::string text;
  while (text.size() < bytes) {
    if (name == "one character") {
      text += 'a';
    } else if (name == "random a-z") {
      text += static_cast<char>('a' + random() % 26);
    } else {
      utf8::append(text, static_cast<char32_t>(0x4e00 + random() % 5000));
    }
  }
  return text;
}

void worst_cases() {
  std::printf("CPU ns/byte, one word, vocabulary 32768, median of %d (least, most)\n", kRounds);
  for (const char* name : {"one character", "random a-z", "random CJK"}) {
    for (const std::size_t bytes : {100'000, 1'000'000, 10'000'000}) {
      const std::string text = worst_case(name, bytes);
      double times[kRounds];
      std::size_t merges = 0;
      for (double& time : times) {
        const double begin = cpu_seconds();
        merges = train(text, split::Pattern::kNone, {}).merges.merges.size();
        time = (cpu_seconds() - begin) * 1e9 / static_cast<double>(bytes);
      }
      std::sort(times, times + kRounds);
      std::printf("  %-14s %9zu B %8.1f (%.1f, %.1f)  %zu merges\n", name, bytes,
                  times[kRounds / 2], times[0], times[kRounds - 1], merges);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc > 5) return train_file(argv, argc);
  worst_cases();
  return 0;
}
